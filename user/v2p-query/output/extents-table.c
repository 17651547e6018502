// SPDX-License-Identifier: GPL-2.0
/* A table of extents, with columns of fixed widths. */
#include "base/line.h"
#include "base/text.h"
#include "output/describe.h"
#include "output/writer.h"

/* Widths of columns. */
enum columns { PID = 7, PHYSICAL = 27, BYTES = 15, LENGTH = 6, SIZE = 4, FLAGS = 48 };

/* Of the kernel, an older module does not tell the regions. */
static bool has_mappings(const struct output *output)
{
	return output->regions || !target_is_kernel(output->target);
}

/* The last column is that of mappings, or of regions. */
static void begin(struct output *output)
{
	struct line line;

	/* The columns are the same for each of several processes. */
	if (output->turns)
		return;
	line.used = 0;
	if (output->many)
		line_right(&line, "PID", PID);
	line_left(&line, "VIRTUAL", text_range_width(target_has_kernel(output->target)));
	line_left(&line, "PHYSICAL", PHYSICAL);
	line_right(&line, "BYTES", BYTES);
	line_right(&line, "LENGTH", LENGTH);
	line_left(&line, "SIZE", SIZE);
	if (has_mappings(output))
		line_left(&line, "FLAGS", FLAGS);
	line_end(&line, output->regions ? "REGION" : has_mappings(output) ? "MAPPING" : "FLAGS");
}

/* The columns BYTES and LENGTH. */
static void add_length(struct line *line, uint64_t length)
{
	static struct line_parts known;
	const size_t begin = line->used;
	char size[TEXT_SIZE];

	if (line_known(line, &known, length))
		return;
	line_decimal(line, length, BYTES);
	text_size(size, length, TEXT_SHORT);
	line_right(line, size, LENGTH);
	line_keep(line, &known, length, begin);
}

/* The columns SIZE and, but for the last one, FLAGS. */
static void add_entry(struct line *line, const struct v2p_extent *extent, const char *flags)
{
	char size[TEXT_SIZE] = "-";

	if (extent->status == V2P_STATUS_MAPPED)
		text_page_size(size, extent->page_shift, TEXT_SHORT);
	line_left(line, size, SIZE);
	if (flags)
		line_left(line, flags, FLAGS);
}

static void end_with_flags(struct line *line, const struct v2p_extent *extent)
{
	char flags[DESCRIPTION];

	describe(flags, extent, NULL);
	add_entry(line, extent, NULL);
	line_end(line, flags);
}

static void end_with_mapping(struct line *line, const struct piece *piece)
{
	static struct line_parts known;
	const struct v2p_extent *extent = &piece->extent;
	const bool mapped = extent->status == V2P_STATUS_MAPPED;
	const uint64_t key = page_key(extent);
	const size_t begin = line->used;
	char flags[DESCRIPTION];

	if (!mapped || !line_known(line, &known, key)) {
		describe(flags, extent, NULL);
		add_entry(line, extent, flags);
		if (mapped)
			line_keep(line, &known, key, begin);
	}
	line_end(line, piece->mapping ? mapping_name(piece->mapping) : "-");
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	struct line line;

	line.used = 0;
	if (output->many)
		line_decimal(&line, target_pid(output->target), PID);
	line_range(&line, extent->address, extent->length,
		   text_range_width(target_has_kernel(output->target)));
	if (extent->status == V2P_STATUS_MAPPED)
		line_range(&line, extent->physical, extent->length, PHYSICAL);
	else
		line_left(&line, text_status(extent->status), PHYSICAL);
	add_length(&line, extent->length);
	if (has_mappings(output))
		end_with_mapping(&line, piece);
	else
		end_with_flags(&line, extent);
}

const struct writer extents_table = {
	.fields = WRITER_EXTENT_FIELDS & ~V2P_FIELD_LEVEL,
	.with_mappings = true,
	.begin = begin,
	.extent = print_extent,
};
