// SPDX-License-Identifier: GPL-2.0
/* Extents in JSON: one document, or a line for each. */
#include "base/text.h"
#include "output/extents-json.h"
#include "output/json.h"
#include "output/json-row.h"
#include "output/owners.h"

static void add_entry(struct json_row *json, const struct v2p_extent *extent)
{
	json_row_key(json, "status");
	json_row_word(json, text_status(extent->status));
	json_row_flags(json, extent->flags);
	if (extent->status != V2P_STATUS_NONE)
		json_row_level(json, extent->level);
	json_row_memory(json, extent);
}

static void add_page(struct json_row *json, const struct v2p_extent *extent)
{
	static struct line_parts known;
	const uint64_t key = page_key(extent);
	const size_t begin = json->line.used;

	if (line_known(&json->line, &known, key))
		return;
	json_row_page_size(json, extent->page_shift);
	add_entry(json, extent);
	line_keep(&json->line, &known, key, begin);
}

/* The members of an extent's object. */
static void add_piece(const struct output *output, struct json_row *json,
		      const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	const struct physical *asked = owners_asked(output, extent);

	if (asked) {
		json_row_key(json, "device_address");
		json_row_hex(json, asked->address);
	}
	json_row_key(json, "virtual");
	json_row_hex(json, extent->address);
	if (extent->status == V2P_STATUS_MAPPED) {
		json_row_key(json, "physical");
		json_row_hex(json, extent->physical);
	}
	json_row_key(json, "length");
	json_row_number(json, extent->length);
	if (extent->status == V2P_STATUS_MAPPED)
		add_page(json, extent);
	else
		add_entry(json, extent);
	json_row_page(json, extent, output->fields);
	json_row_instead(json, extent, output->info->page_shift, NULL);
	json_row_mapping(json, output, piece->mapping ? mapping_name(piece->mapping) : NULL);
}

static void begin(struct output *output)
{
	json_begin_list(output, "extents");
}

static void end_all(struct output *output, const char *error)
{
	json_end_all(output, NULL, NULL, error);
}

void extents_json_element(struct output *output, const struct piece *piece)
{
	struct json_row json;

	json_row_begin_element(&json, output);
	add_piece(output, &json, piece);
	json_row_end_element(&json);
}

void extents_json_line(struct output *output, const struct piece *piece)
{
	struct json_row json;

	json_row_begin_line(&json, output);
	add_piece(output, &json, piece);
	json_row_end_line(&json);
}

const struct writer extents_json = {
	.fields = WRITER_EXTENT_FIELDS,
	.table = &extents_columns,
	.with_comm = true,
	.with_mappings = true,
	.begin = begin,
	.extent = extents_json_element,
	.end = json_end_with_list,
	.end_all = end_all,
};

const struct writer extents_json_lines = {
	.fields = WRITER_EXTENT_FIELDS,
	.table = &extents_columns,
	.with_mappings = true,
	.extent = extents_json_line,
};
