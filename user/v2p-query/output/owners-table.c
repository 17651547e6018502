// SPDX-License-Identifier: GPL-2.0
/* A table of the owners of physical memory, and behind it how many there are. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "output/cells.h"
#include "output/describe.h"
#include "output/owners.h"

const struct physical *owners_asked(const struct output *output, const struct v2p_extent *extent)
{
	const uint64_t first = extent_frame(output, extent);
	size_t i;

	for (i = 0; i < output->asked_count; i++) {
		const struct physical *asked = &output->asked[i];

		if (asked->device && asked->range.length &&
		    asked->range.start - first < extent->length)
			return asked;
	}
	return NULL;
}

static void write_device_address(struct line *line, const struct cells *cells, unsigned int width)
{
	const struct physical *asked = owners_asked(cells->output, cells->answer);

	if (asked)
		line_hex(line, asked->address, width);
	else
		line_left(line, "-", width);
}

static void write_physical(struct line *line, const struct cells *cells, unsigned int width)
{
	line_hex(line, extent_frame(cells->output, cells->answer), width);
}

/* What is in a page without being mapped has its status in front. */
static void write_flags_of(struct line *line, const struct cells *cells, unsigned int width,
			   enum describe_style style)
{
	char flags[DESCRIPTION + 32];
	size_t used = 0;

	if (cells->instead)
		used = sprintf(flags, "%.30s,", cells->instead);
	describe(flags + used, cells->answer, NULL, style);
	line_left(line, flags, width);
}

static void write_flags(struct line *line, const struct cells *cells, unsigned int width)
{
	write_flags_of(line, cells, width, DESCRIBE_LETTERS);
}

static void write_flags_long(struct line *line, const struct cells *cells, unsigned int width)
{
	write_flags_of(line, cells, width, DESCRIBE_WORDS);
}

static const struct column device_address = {
	.name = "device-address", .about = "with --device, its address that leads there",
	.width = 14, .fields = V2P_FIELD_PHYSICAL | V2P_FIELD_SWAP, .write = write_device_address,
};

static const struct column owned_physical = {
	.name = "physical", .about = "physical address", .width = 12,
	.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_SWAP, .write = write_physical,
};

static const struct column owned_flags = {
	.name = "flags", .about = "flags, a letter each; what is special", .width = 8,
	.kernel_width = 11, .of = COLUMN_OF_PAGE, .fields = CELLS_FLAGS_FIELDS, .write = write_flags,
};

static const struct column owned_flags_long = {
	.name = "flags-long", .about = "the same in words", .width = 48, .of = COLUMN_OF_PAGE,
	.fields = CELLS_FLAGS_FIELDS, .write = write_flags_long,
};

/* Processes and the kernel may be in one table. */
static void write_place(struct line *line, const struct cells *cells, unsigned int width)
{
	cell_name(line, cells_place(cells), width);
}

static const struct column owned_mapping = {
	.name = "mapping", .about = "mapping that it lies in, or of the kernel its region",
	.width = 20, .ends_row = true, .with_mappings = true, .with_regions = true,
	.write = write_place,
};

static const struct column *const columns[] = {
	&owned_physical, &column_bytes, &column_length, &column_pid, &column_comm, &column_virtual,
	&column_status, &column_size, &column_level, &owned_flags, &owned_flags_long,
	&column_memory_type, &column_protection_key, &column_node, &column_kind, &owned_mapping,
	&device_address, NULL,
};
COLUMNS_FIT(columns);

const struct table owners_columns = {
	.columns = columns,
	.usual = "physical,length,pid,comm,virtual,size,flags,mapping",
	.of_device = "device-address,physical,pid,comm,virtual,size,flags,mapping",
};

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_found(struct output *output, const struct physical *physical)
{
	const struct v2p_physical_range *range = &physical->range;
	char text[TEXT_RANGE];

	if (physical->device) {
		text_hex(text, physical->address);
		printf("%s of the device: ", text);
	}
	if (!range->length) {
		printf("%s: %s\n", text_status(physical->status),
		       device_missing(&output->device, output->device_target, physical->address,
				      physical->status));
		return;
	}
	if (range->length == 1)
		text_hex(text, range->start);
	else
		text_range(text, range->start, range->length);
	printf("%s: %" PRIu64 " mapping%s by processes found", text, physical->mappings,
	       plural(physical->mappings));
	if (physical->counted == PHYSICAL_NOT_COUNTED)
		puts("; the kernel does not tell how many there are");
	else
		printf(", of %" PRIu64 " that the kernel counts\n", physical->counted);
}

static void print_quiet(struct output *output, const struct piece *piece)
{
	struct line line;

	line.used = 0;
	if (target_is_kernel(output->target))
		line_text(&line, "kernel");
	else
		line_put_decimal(&line, target_pid(output->target));
	line_text(&line, " ");
	line_put_hex(&line, piece->extent.address);
	line_text(&line, "\n");
	line_write(&line);
}

const struct writer owners_table = {
	.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_SWAP,
	.table = &owners_columns,
	.begin = columns_begin,
	.extent = columns_extent,
	.found = print_found,
};

const struct writer owners_quiet = {
	.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_SWAP,
	.extent = print_quiet,
};
