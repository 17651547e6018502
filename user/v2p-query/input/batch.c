// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <v2p-layout.h>

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
	size_t i = batch->capacity;

	if (batch->walks)
		return RESIZE(batch->walks, capacity);
#define AND_RESIZE(field, type, member, bits) && RESIZE(arrays->member, capacity)
	if (!(true V2P_TRANSLATE_ARRAYS(AND_RESIZE)))
		return false;
#undef AND_RESIZE
	/* What is not asked for is not known. */
	for (; i < capacity; i++) {
		arrays->node[i] = V2P_NO_NODE;
		arrays->page_kind[i] = V2P_PAGE_KIND_UNKNOWN;
	}
	return true;
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
#define FREE(field, type, member, bits) free(batch->arrays.member);
	V2P_TRANSLATE_ARRAYS(FREE)
#undef FREE
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

uint8_t batch_status(const struct batch *batch, size_t i)
{
	return batch->walks ? batch->walks[i].translation.status : batch->arrays.status[i];
}

struct v2p_translation batch_translation(const struct batch *batch, size_t i)
{
	const struct v2p_arrays *arrays = &batch->arrays;

	if (batch->walks)
		return batch->walks[i].translation;
#define TAKE(field, type, member, bits) .member = arrays->member[i],
	return (struct v2p_translation){ V2P_TRANSLATE_ARRAYS(TAKE) };
#undef TAKE
}
