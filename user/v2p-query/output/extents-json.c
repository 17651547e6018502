// SPDX-License-Identifier: GPL-2.0
/* Extents in JSON: one document, or a line for each. */
#include <stdio.h>

#include "base/text.h"
#include "output/json.h"

static json_object *element(const struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	json_object *object = json_must(json_object_new_object());

	json_add_hex(object, "virtual", extent->address);
	if (extent->status == V2P_STATUS_MAPPED)
		json_add_hex(object, "physical", extent->physical);
	json_add(object, "length", json_object_new_uint64(extent->length));
	if (extent->status == V2P_STATUS_MAPPED)
		json_add_page_size(object, extent->page_shift);
	json_add(object, "status", json_object_new_string(text_status(extent->status)));
	json_add_bits(object, "flags", extent->flags, v2p_flag_name);
	if (extent->status != V2P_STATUS_NONE)
		json_add_level(object, extent->level);
	json_add_memory(object, extent);
	json_add_instead(object, extent, output->info->page_shift, NULL);
	if (piece->mapping)
		json_add_text(object, "mapping", mapping_name(piece->mapping));
	return object;
}

static void begin(struct output *output)
{
	json_begin(output, "extents");
}

static void print_element(struct output *output, const struct piece *piece)
{
	json_print_element(output, element(output, piece), !output->count);
}

static enum exit_status end(struct output *output, const char *error)
{
	json_end_list(output);
	json_end(output, error);
	return EXIT_OK;
}

static void print_line(struct output *output, const struct piece *piece)
{
	json_object *object = element(output, piece);

	json_print(object, false, 0);
	putchar('\n');
	json_object_put(object);
}

const struct writer extents_json = {
	.fields = WRITER_EXTENT_FIELDS,
	.with_comm = true,
	.with_mappings = true,
	.begin = begin,
	.extent = print_element,
	.end = end,
};

const struct writer extents_json_lines = {
	.fields = WRITER_EXTENT_FIELDS,
	.with_mappings = true,
	.extent = print_line,
};
