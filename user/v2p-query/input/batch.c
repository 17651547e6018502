// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input/batch.h"

/* True if the array has that capacity now; if not, it is kept as it was. */
#define RESIZE(array, capacity)									\
	({											\
		void *resized = reallocarray(array, capacity, sizeof(*(array)));		\
		if (resized)									\
			(array) = resized;							\
		resized != NULL;								\
	})

static bool resize_answers(struct batch *batch, size_t capacity)
{
	struct v2p_arrays *arrays = &batch->arrays;

	if (batch->walks)
		return RESIZE(batch->walks, capacity);
	return RESIZE(arrays->status, capacity) && RESIZE(arrays->physical, capacity) &&
	       RESIZE(arrays->page_shift, capacity) && RESIZE(arrays->flags, capacity) &&
	       RESIZE(arrays->entry, capacity) && RESIZE(arrays->swap_type, capacity) &&
	       RESIZE(arrays->swap_offset, capacity) && RESIZE(arrays->level, capacity) &&
	       RESIZE(arrays->memory_type, capacity) && RESIZE(arrays->protection_key, capacity);
}

static int resize(struct batch *batch, size_t capacity)
{
	if (!RESIZE(batch->addresses, capacity) || !RESIZE(batch->labels, capacity) ||
	    !resize_answers(batch, capacity))
		return -ENOMEM;
	memset(batch->labels + batch->capacity, 0,
	       (capacity - batch->capacity) * sizeof(*batch->labels));
	batch->capacity = capacity;
	return 0;
}

int batch_init(struct batch *batch, size_t enough, int with_walks)
{
	*batch = (struct batch){ .enough = enough, .arrays.size = sizeof(batch->arrays) };
	if (with_walks) {
		batch->walks = calloc(enough, sizeof(*batch->walks));
		if (!batch->walks)
			return -ENOMEM;
	}
	return resize(batch, enough);
}

void batch_free(struct batch *batch)
{
	batch_clear(batch);
	free(batch->addresses);
	free(batch->labels);
	free(batch->walks);
	free(batch->arrays.status);
	free(batch->arrays.physical);
	free(batch->arrays.page_shift);
	free(batch->arrays.flags);
	free(batch->arrays.entry);
	free(batch->arrays.swap_type);
	free(batch->arrays.swap_offset);
	free(batch->arrays.level);
	free(batch->arrays.memory_type);
	free(batch->arrays.protection_key);
	*batch = (struct batch){ 0 };
}

void batch_clear(struct batch *batch)
{
	batch->count = 0;
	while (batch->labelled) {
		struct label *label = &batch->labels[--batch->labelled];

		free(label->name);
		*label = (struct label){ 0 };
	}
}

int batch_reserve(struct batch *batch, size_t more)
{
	size_t capacity = batch->capacity;

	while (capacity - batch->count < more) {
		if (capacity > SIZE_MAX / 2)
			return -ENOMEM;
		capacity *= 2;
	}
	return capacity == batch->capacity ? 0 : resize(batch, capacity);
}

void batch_label(struct batch *batch, const struct label *label)
{
	batch->labels[batch->count] = *label;
	batch->labelled = batch->count + 1;
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
		.level = arrays->level[i],
		.memory_type = arrays->memory_type[i],
		.protection_key = arrays->protection_key[i],
	};
}
