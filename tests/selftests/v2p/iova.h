/* SPDX-License-Identifier: GPL-2.0 */
/* What a device's addresses lead to, asked by hand. */
#ifndef IOVA_H
#define IOVA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define IOVA_NAME_SIZE 64
#define IOVA_MAX_STEPS 12

/**
 * struct iova_answer - what is at an address
 * @status: of enum v2p_status; all else means something where it is mapped
 * @page_shift: of what maps it
 * @flags: of enum v2p_flag
 * @physical: physical address
 */
struct iova_answer {
	uint8_t status;
	uint8_t page_shift;
	uint32_t flags;
	uint64_t physical;
};

/**
 * struct iova_step - an entry on the way to it
 * @level: of enum v2p_level
 * @shift: bytes that it spans, as a power of two, or 0 where that is not told
 * @index: in its table
 * @at: its physical address
 * @entry: what it says
 */
struct iova_step {
	uint8_t level;
	uint8_t shift;
	uint32_t index;
	uint64_t at;
	uint64_t entry;
};

struct iova_walk {
	struct iova_answer answer;
	uint8_t translation;
	uint8_t format;
	uint64_t root;
	unsigned int count;
	struct iova_step steps[IOVA_MAX_STEPS];
};

struct iova_extent {
	uint64_t start;
	uint64_t length;
	struct iova_answer answer;
};

struct iova_extents {
	struct iova_extent *extents;
	size_t count;
	size_t room;
};

/* A device of a bus, as requests name it. All return 0 or a negative errno. */
int iova_translate(struct wire *wire, const char *device, const uint64_t *addresses,
		   struct iova_answer *answers, size_t count);
int iova_translate_one(struct wire *wire, const char *device, uint64_t address,
		       struct iova_answer *answer);
int iova_walk(struct wire *wire, const char *device, uint64_t address, struct iova_walk *walk);

/*
 * What is mapped of all its addresses, by a dump. Each comes in one extent at most: what is told
 * twice, or out of order, is -EPROTO. To be emptied again, which the last one does.
 */
int iova_map(struct wire *wire, const char *device, struct iova_extents *extents);
void iova_free(struct iova_extents *extents);

/* A request with a device in it, for what is not asked by these. */
void iova_begin(struct wire *wire, uint8_t command, const char *device);

#endif /* IOVA_H */
