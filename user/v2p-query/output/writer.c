// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>

#include "base/text.h"
#include "output/writer.h"

bool row_has_page(const struct row *row)
{
	return row->translation.status == V2P_STATUS_MAPPED && !row->label->freed;
}

const char *row_status(const struct row *row)
{
	return row->label->freed ? LABEL_FREED : text_status(row->translation.status);
}

struct v2p_extent row_extent(const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;

	return (struct v2p_extent){
		.flags = translation->flags,
		.status = translation->status,
		.page_shift = translation->page_shift,
		.level = translation->level,
		.memory_type = translation->memory_type,
		.protection_key = translation->protection_key,
		.swap_type = translation->swap_type,
		.swap_offset = translation->swap_offset,
		.page_kind = translation->page_kind,
		.node = translation->node,
	};
}

static void begin(struct output *output)
{
	if (!output->begun && output->writer->begin)
		output->writer->begin(output);
	output->begun = true;
}

enum exit_status output_open(struct output *output)
{
	return output->writer->open ? output->writer->open(output) : EXIT_OK;
}

void output_address(struct output *output, const struct row *row)
{
	begin(output);
	output->writer->address(output, row);
	output->count++;
}

void output_extent(struct output *output, const struct piece *piece)
{
	begin(output);
	output->writer->extent(output, piece);
	output->count++;
}

void output_info(struct output *output)
{
	output->writer->info(output);
}

void output_page(struct output *output, const struct page *page)
{
	begin(output);
	output->writer->page(output, page);
	output->count++;
}

enum exit_status output_end(struct output *output, const char *error)
{
	if (error && !output->begun)
		return EXIT_OK;
	begin(output);
	return output->writer->end ? output->writer->end(output, error) : EXIT_OK;
}

void output_turn(struct output *output, struct v2p_target target)
{
	output->turns += output->begun;
	output->begun = false;
	output->count = 0;
	output->target = target;
}

void output_end_all(struct output *output, const char *error)
{
	if (output->writer->end_all)
		output->writer->end_all(output, error);
}

void output_found(struct output *output, const struct physical *physical)
{
	if (output->writer->found)
		output->writer->found(output, physical);
}

void output_close(struct output *output)
{
	if (output->writer->close)
		output->writer->close(output);
}

enum exit_status output_flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_OK;
	return complain_of_output(errno);
}
