// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>

#include "batch.h"

int batch_init(struct batch *batch, size_t capacity, int with_walks)
{
	struct v2p_arrays *arrays = &batch->arrays;

	*batch = (struct batch){ .capacity = capacity };
	batch->addresses = calloc(capacity, sizeof(*batch->addresses));
	if (!batch->addresses)
		return -ENOMEM;

	if (with_walks) {
		batch->walks = calloc(capacity, sizeof(*batch->walks));
		return batch->walks ? 0 : -ENOMEM;
	}
	arrays->status = calloc(capacity, sizeof(*arrays->status));
	arrays->physical = calloc(capacity, sizeof(*arrays->physical));
	arrays->page_shift = calloc(capacity, sizeof(*arrays->page_shift));
	arrays->flags = calloc(capacity, sizeof(*arrays->flags));
	arrays->entry = calloc(capacity, sizeof(*arrays->entry));
	arrays->swap_type = calloc(capacity, sizeof(*arrays->swap_type));
	arrays->swap_offset = calloc(capacity, sizeof(*arrays->swap_offset));
	return arrays->status && arrays->physical && arrays->page_shift && arrays->flags &&
	       arrays->entry && arrays->swap_type && arrays->swap_offset ? 0 : -ENOMEM;
}

void batch_free(struct batch *batch)
{
	free(batch->addresses);
	free(batch->walks);
	free(batch->arrays.status);
	free(batch->arrays.physical);
	free(batch->arrays.page_shift);
	free(batch->arrays.flags);
	free(batch->arrays.entry);
	free(batch->arrays.swap_type);
	free(batch->arrays.swap_offset);
	*batch = (struct batch){ 0 };
}

struct v2p_translation batch_translation(const struct batch *batch, size_t i)
{
	const struct v2p_arrays *arrays = &batch->arrays;

	if (batch->walks)
		return batch->walks[i].translation;
	return (struct v2p_translation){
		.status = arrays->status[i],
		.physical = arrays->physical[i],
		.page_shift = arrays->page_shift[i],
		.flags = arrays->flags[i],
		.entry = arrays->entry[i],
		.swap_type = arrays->swap_type[i],
		.swap_offset = arrays->swap_offset[i],
	};
}
