// SPDX-License-Identifier: GPL-2.0
/* Addresses in, answers out: a whole command line at once, or a stream as it comes. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/efi.h"
#include "commands/mode.h"
#include "input/source.h"
#include "output/printer.h"

/* Addresses of a stream that are asked together: memory for no more is needed. */
#define STREAM_BATCH 4096

/**
 * struct query - answers on their way out
 * @printer: how they are written
 * @rows: how many were
 * @unmapped: some address had no page
 * @of_efi: some of these may have one for EFI
 */
struct query {
	struct session *session;
	const struct printer *printer;
	struct batch batch;
	size_t rows;
	bool unmapped;
	bool of_efi;
};

static const struct printer *choose_printer(const struct options *options)
{
	switch (options->format) {
	case FORMAT_JSON:
		return &json_printer;
	case FORMAT_QUIET:
		return &quiet_printer;
	case FORMAT_JSON_LINES:
	case FORMAT_TABLE:
		break;
	}
	return options->mode == MODE_WALK ? &drawing_printer : &table_printer;
}

static void see_swaps(struct query *query)
{
	bool seen[SWAPS_MAX] = { false }, any = false;
	size_t i;

	for (i = 0; i < query->batch.count; i++) {
		struct v2p_translation translation = batch_translation(&query->batch, i);

		if (translation.status != V2P_STATUS_SWAPPED)
			continue;
		seen[translation.swap_type] = true;
		any = true;
	}
	if (any)
		swaps_see(&query->session->swaps, seen);
}

static const char *swap_file(const struct query *query, const struct v2p_translation *translation)
{
	return translation->status == V2P_STATUS_SWAPPED ?
		       swaps_file(&query->session->swaps, translation->swap_type) : NULL;
}

static void print_batch(struct query *query)
{
	const struct batch *batch = &query->batch;
	const struct maps *maps = NULL;
	size_t i;

	see_swaps(query);
	if (query->session->options->format != FORMAT_QUIET)
		maps = session_maps(query->session);
	for (i = 0; i < batch->count; i++) {
		struct row row = {
			.address = batch->addresses[i],
			.translation = batch_translation(batch, i),
			.walk = batch->walks ? &batch->walks[i] : NULL,
			.mapping = maps ? maps_name_at(maps, batch->addresses[i]) : NULL,
			.label = &batch->labels[i],
			.number = query->rows++,
		};

		row.swap_file = swap_file(query, &row.translation);
		if (!printer_has_page(&row))
			query->unmapped = true;
		if (row.translation.status == V2P_STATUS_INVALID)
			session_note_beyond(query->session, row.address);
		if (row.translation.status == V2P_STATUS_NONE && !row.label->freed &&
		    efi_has(query->session, row.address, row.address))
			query->of_efi = true;
		query->printer->row(query->session, &row);
	}
}

static void begin(struct query *query)
{
	if (!query->rows && query->printer->begin)
		query->printer->begin(query->session);
}

static enum exit_status answer_batch(struct query *query)
{
	struct session *session = query->session;
	int error;

	swaps_begin(&session->swaps);
	if (session->options->mode == MODE_WALK)
		error = walk_batch(session, &query->batch);
	else
		error = translate_batch(session, &query->batch);
	if (error)
		return session_complain(session, error);

	begin(query);
	print_batch(query);
	return session_flush();
}

static void end(struct query *query, const char *error)
{
	if (query->printer->end)
		query->printer->end(query->session, error);
}

static enum exit_status finish(struct query *query)
{
	enum exit_status status;

	begin(query);
	end(query, NULL);
	status = session_flush();
	if (status == EXIT_OK)
		session_tell_notes(query->session);
	if (status == EXIT_OK && query->of_efi)
		efi_tell();
	if (status == EXIT_OK && query->unmapped)
		status = EXIT_NOT_MAPPED;
	return status;
}

static enum exit_status query_stream(struct query *query)
{
	static struct source source;
	enum exit_status status = session_connect(query->session);
	const char *error = NULL;

	source_init(&source, STDIN_FILENO, &query->session->names);
	while (status == EXIT_OK) {
		status = source_next(&source, &query->batch);
		error = source.problem;
		if (status == EXIT_OK && !query->batch.count)
			return finish(query);
		if (status == EXIT_OK) {
			status = answer_batch(query);
			error = v2p_error(query->session->v2p);
		}
		names_forget_maps(&query->session->names);
	}
	if (query->rows && !ferror(stdout))
		end(query, error);
	fflush(stdout);
	return status;
}

static enum exit_status query_arguments(struct query *query)
{
	const struct options *options = query->session->options;
	enum exit_status status;

	status = source_arguments(options->addresses, options->count, &query->session->names,
				  &query->batch);
	if (status == EXIT_OK)
		status = session_connect(query->session);
	if (status == EXIT_OK)
		status = answer_batch(query);
	return status == EXIT_OK ? finish(query) : status;
}

enum exit_status mode_query(struct session *session)
{
	const struct options *options = session->options;
	bool stream = options->count == 1 && !strcmp(options->addresses[0], "-");
	struct query query = { .session = session, .printer = choose_printer(options) };
	enum exit_status status;

	if (batch_init(&query.batch, stream ? STREAM_BATCH : options->count,
		       options->mode == MODE_WALK))
		status = complain(EXIT_TROUBLE, "out of memory");
	else
		status = stream ? query_stream(&query) : query_arguments(&query);
	batch_free(&query.batch);
	return status;
}
