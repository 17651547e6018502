// SPDX-License-Identifier: GPL-2.0
/* Whether a range is one run of physical memory: a sentence, or JSON. */
#include <inttypes.h>
#include <stdio.h>

#include "base/range.h"
#include "base/text.h"
#include "output/json.h"

/**
 * struct runs - what was found
 * @mapped: bytes in the runs of physical memory, of which there are as many as pieces
 * @largest: bytes of the largest
 * @physical: where the first one is
 */
static struct runs {
	uint64_t mapped;
	uint64_t largest;
	uint64_t physical;
} runs;

static enum exit_status open(struct output *output)
{
	(void)output;
	runs = (struct runs){ 0 };
	return EXIT_OK;
}

static void take(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;

	if (!output->count)
		runs.physical = extent->physical;
	runs.mapped += extent->length;
	if (extent->length > runs.largest)
		runs.largest = extent->length;
}

/* To the end of the address space is as far as there may be something. */
static uint64_t length_of(const struct v2p_range *range)
{
	return range_last(range) - range->start + 1;
}

static enum exit_status print_sentence(struct output *output, const char *error)
{
	const struct v2p_range *range = output->range;
	const uint64_t missing = length_of(range) - runs.mapped;
	char text[TEXT_RANGE], size[TEXT_SIZE];

	if (error)
		return EXIT_OK;
	text_range(text, range->start, length_of(range));
	printf("%s: ", text);
	if (output->count == 1 && !missing) {
		printf("one run of physical memory, from 0x%" PRIx64 "\n", runs.physical);
		return EXIT_OK;
	}
	text_size(size, runs.largest, TEXT_SHORT);
	if (output->count)
		printf("%zu run%s of physical memory, %s%s", output->count,
		       output->count == 1 ? "" : "s", output->count == 1 ? "" : "the largest ",
		       size);
	if (output->count && missing)
		fputs("; ", stdout);
	text_size(size, missing, TEXT_SHORT);
	if (missing)
		printf("%s not mapped%s", size, range->page_shifts ? " by such pages" : "");
	putchar('\n');
	return EXIT_OK;
}

static void begin_json(struct output *output)
{
	json_begin_list(output, "ranges");
}

static void print_object(const struct output *output)
{
	const struct v2p_range *range = output->range;
	const uint64_t missing = length_of(range) - runs.mapped;
	const bool contiguous = output->count == 1 && !missing;
	json_object *object = json_must(json_object_new_object());

	json_add_hex(object, "virtual", range->start);
	json_add(object, "length", json_object_new_uint64(length_of(range)));
	json_add(object, "contiguous", json_object_new_boolean(contiguous));
	if (contiguous)
		json_add_hex(object, "physical", runs.physical);
	json_add(object, "runs", json_object_new_uint64(output->count));
	json_add(object, "largest", json_object_new_uint64(runs.largest));
	json_add(object, "not_mapped", json_object_new_uint64(missing));
	json_print_element(output, object, true);
}

static enum exit_status end_json(struct output *output, const char *error)
{
	if (!error)
		print_object(output);
	return json_end_with_list(output, error);
}

const struct writer contiguous_table = {
	.fields = V2P_FIELD_PHYSICAL,
	.prints_late = true,
	.open = open,
	.extent = take,
	.end = print_sentence,
};

const struct writer contiguous_json = {
	.fields = V2P_FIELD_PHYSICAL,
	.with_comm = true,
	.prints_late = true,
	.open = open,
	.begin = begin_json,
	.extent = take,
	.end = end_json,
};
