// SPDX-License-Identifier: GPL-2.0
#include "commands/rows.h"
#include "output/writer.h"

/* Of so many at most each one's mapping is asked; for more, all mappings are read. */
#define FEW 32

static void see_swaps(struct rows *rows)
{
	bool seen[SWAPS_MAX] = { false }, any = false;
	size_t i;

	if (!(rows->output->fields & V2P_FIELD_SWAP))
		return;
	for (i = 0; i < rows->batch->count; i++) {
		if (batch_status(rows->batch, i) != V2P_STATUS_SWAPPED)
			continue;
		seen[batch_translation(rows->batch, i).swap_type] = true;
		any = true;
	}
	if (any)
		swaps_see(&rows->session->swaps, seen);
}

void rows_begin(struct rows *rows, size_t count)
{
	rows->few = count <= FEW;
	rows->maps = NULL;
	see_swaps(rows);
	if (rows->output->with_mappings && !rows->few)
		rows->maps = session_maps(rows->session);
}

/* Remember what the exit status, or a note at the end, has to tell of a row. */
static void note(struct rows *rows, const struct row *row)
{
	if (!row_has_page(row))
		rows->unmapped = true;
	if (row->translation.status == V2P_STATUS_INVALID)
		session_note_beyond(rows->session, row->address);
	if (row->translation.status == V2P_STATUS_NONE && !row->label->freed)
		session_note_missing(rows->session, row->address, row->address);
}

/* What has no page may be anything by now, or nothing, but for what a process has loaded. */
static void find_symbol(struct rows *rows, struct row *row, char text[NAMES_NEAR_SIZE])
{
	const bool kernel = target_is_kernel_at(rows->session->target, row->address);

	if (!rows->output->with_symbols || row->label->name || (kernel && !row_has_page(row)))
		return;
	names_near(&rows->session->names, row->address, text);
	row->symbol = *text ? text : NULL;
}

void rows_write(struct rows *rows, size_t i, const struct timespec *time,
		const struct v2p_translation *before)
{
	const struct batch *batch = rows->batch;
	char symbol[NAMES_NEAR_SIZE];
	struct row row = {
		.address = batch->addresses[i],
		.translation = batch_translation(batch, i),
		.walk = batch->walks ? &batch->walks[i] : NULL,
		.label = &batch->labels[i],
		.time = time,
		.before = before,
	};

	if (rows->output->with_mappings && rows->few)
		row.mapping = session_mapping_at(rows->session, row.address);
	else if (rows->maps)
		row.mapping = maps_name_at(rows->maps, row.address);
	if (row.translation.status == V2P_STATUS_SWAPPED && rows->output->fields & V2P_FIELD_SWAP)
		row.swap_file = swaps_file(&rows->session->swaps, row.translation.swap_type);
	find_symbol(rows, &row, symbol);
	note(rows, &row);
	output_address(rows->output, &row);
}
