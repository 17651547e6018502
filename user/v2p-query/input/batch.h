/* SPDX-License-Identifier: GPL-2.0 */
/* Addresses that are asked together, and their answers. */
#ifndef BATCH_H
#define BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

#include "base/label.h"

/**
 * struct batch - addresses and answers
 * @count: addresses in it
 * @enough: with so many it may be asked
 * @capacity: addresses that fit; more are made room for
 * @labelled: all labels from this one on are empty
 * @addresses: virtual addresses
 * @labels: of the addresses
 * @arrays: their translations
 * @walks: their walks, or NULL where only translations are wanted
 */
struct batch {
	size_t count;
	size_t enough;
	size_t capacity;
	size_t labelled;
	uint64_t *addresses;
	struct label *labels;
	struct v2p_arrays arrays;
	struct v2p_walk *walks;
};

/* 0 or -ENOMEM; to be freed in every case. */
int batch_init(struct batch *batch, size_t enough, int with_walks);
void batch_free(struct batch *batch);

/* Make it empty. */
void batch_clear(struct batch *batch);

/* Room for so many addresses behind those that are there: 0 or -ENOMEM. */
int batch_reserve(struct batch *batch, size_t more);

/* Give the address that comes next a label, whose name is the batch's then. */
void batch_label(struct batch *batch, const struct label *label);

/* The answer to address @i, however it was asked; and its status alone. */
struct v2p_translation batch_translation(const struct batch *batch, size_t i);
uint8_t batch_status(const struct batch *batch, size_t i);

#endif /* BATCH_H */
