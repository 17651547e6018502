/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that are asked together, and their answers. */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

/**
 * struct batch - addresses and answers
 * @count: addresses in it
 * @capacity: addresses that fit
 * @addresses: virtual addresses
 * @arrays: their translations
 * @walks: their walks, or NULL where only translations are wanted
 */
struct batch {
	size_t count;
	size_t capacity;
	uint64_t *addresses;
	struct v2p_arrays arrays;
	struct v2p_walk *walks;
};

/* 0 or -ENOMEM; to be freed in every case. */
int batch_init(struct batch *batch, size_t capacity, int with_walks);
void batch_free(struct batch *batch);

/* The answer to address @i, however it was asked. */
struct v2p_translation batch_translation(const struct batch *batch, size_t i);

#endif /* BATCH_H */
