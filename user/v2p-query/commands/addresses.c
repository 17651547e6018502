// SPDX-License-Identifier: GPL-2.0
/* Read addresses and write answers: for the whole command line, or for a stream line by line. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/addresses.h"
#include "input/source.h"
#include "output/writer.h"

/* At most so many addresses of a stream are asked at a time, which bounds the memory. */
#define STREAM_BATCH 4096

/* Of so many at most each one's mapping is asked; for more, all mappings are read. */
#define FEW 32

/**
 * struct query - answers on their way out
 * @ask: how the module is asked
 * @output: where they go
 * @stream: to addresses of standard input, batch after batch
 * @unmapped: some address had no page
 */
struct query {
	struct session session;
	struct output output;
	ask_fn *ask;
	struct batch batch;
	bool stream;
	bool unmapped;
};

static void see_swaps(struct query *query)
{
	bool seen[SWAPS_MAX] = { false }, any = false;
	size_t i;

	if (!(query->output.fields & V2P_FIELD_SWAP))
		return;
	for (i = 0; i < query->batch.count; i++) {
		if (batch_status(&query->batch, i) != V2P_STATUS_SWAPPED)
			continue;
		seen[batch_translation(&query->batch, i).swap_type] = true;
		any = true;
	}
	if (any)
		swaps_see(&query->session.swaps, seen);
}

/* Remember what the exit status, or a note at the end, has to tell of a row. */
static void note(struct query *query, const struct row *row)
{
	if (!row_has_page(row))
		query->unmapped = true;
	if (row->translation.status == V2P_STATUS_INVALID)
		session_note_beyond(&query->session, row->address);
	if (row->translation.status == V2P_STATUS_NONE && !row->label->freed)
		session_note_missing(&query->session, row->address, row->address);
}

/* What has no page may be anything by now, or nothing. */
static void find_symbol(struct query *query, struct row *row, char text[NAMES_NEAR_SIZE])
{
	if (!query->output.with_symbols || row->label->name || !row_has_page(row))
		return;
	names_near(&query->session.names, row->address, text);
	row->symbol = *text ? text : NULL;
}

static void write_batch(struct query *query)
{
	char symbol[NAMES_NEAR_SIZE];
	const struct batch *batch = &query->batch;
	const bool named = query->output.with_mappings;
	const bool few = batch->count <= FEW;
	const struct maps *maps = NULL;
	size_t i;

	see_swaps(query);
	if (named && !few)
		maps = session_maps(&query->session);
	for (i = 0; i < batch->count; i++) {
		struct row row = {
			.address = batch->addresses[i],
			.translation = batch_translation(batch, i),
			.walk = batch->walks ? &batch->walks[i] : NULL,
			.label = &batch->labels[i],
		};

		if (named && few)
			row.mapping = session_mapping_at(&query->session, row.address);
		else if (maps)
			row.mapping = maps_name_at(maps, row.address);
		if (row.translation.status == V2P_STATUS_SWAPPED &&
		    query->output.fields & V2P_FIELD_SWAP)
			row.swap_file = swaps_file(&query->session.swaps,
						   row.translation.swap_type);
		find_symbol(query, &row, symbol);
		note(query, &row);
		output_address(&query->output, &row);
	}
}

static enum exit_status answer_batch(struct query *query)
{
	struct session *session = &query->session;
	int error = 0;

	if (query->stream || query->batch.count > 1)
		error = session_open(session);
	if (error)
		return session_complain(session, error);
	swaps_begin(&session->swaps);
	error = query->ask(session, &query->batch, query->output.fields);
	if (error)
		return session_complain(session, error);
	write_batch(query);
	return output_flush();
}

static enum exit_status finish(struct query *query)
{
	enum exit_status status = output_end(&query->output, NULL);

	if (status == EXIT_OK)
		status = output_flush();
	if (status == EXIT_OK)
		session_tell_notes(&query->session);
	if (status == EXIT_OK && query->unmapped)
		status = EXIT_NOT_MAPPED;
	return status;
}

static enum exit_status query_stream(struct query *query)
{
	static struct source source;
	struct session *session = &query->session;
	enum exit_status status = session_connect(session);
	const char *error = NULL;

	source_init(&source, STDIN_FILENO, &session->names);
	while (status == EXIT_OK) {
		status = source_next(&source, &query->batch);
		error = source.lines.problem;
		if (status == EXIT_OK && !query->batch.count)
			return finish(query);
		if (status == EXIT_OK) {
			status = answer_batch(query);
			error = v2p_error(session->v2p);
		}
		names_forget_maps(&session->names);
	}
	if (query->output.begun && !ferror(stdout))
		output_end(&query->output, error);
	fflush(stdout);
	return status;
}

static enum exit_status query_arguments(struct query *query, const struct options *options)
{
	struct session *session = &query->session;
	enum exit_status status;

	status = source_arguments(options, &session->names, &query->batch);
	if (status == EXIT_OK)
		status = session_connect(session);
	if (status == EXIT_OK)
		status = answer_batch(query);
	return status == EXIT_OK ? finish(query) : status;
}

enum exit_status addresses_run(const struct options *options, ask_fn *ask, bool with_walks)
{
	const bool stream = options->count == 1 && !strcmp(options->addresses[0], "-");
	struct query query = { .ask = ask, .stream = stream };
	enum exit_status status;

	session_init(&query.session, options->target);
	status = session_output(&query.session, options, &query.output);
	if (status == EXIT_OK &&
	    batch_init(&query.batch, stream ? STREAM_BATCH : options->count, with_walks))
		status = complain(EXIT_TROUBLE, "out of memory");
	if (status == EXIT_OK)
		status = stream ? query_stream(&query) : query_arguments(&query, options);
	batch_free(&query.batch);
	session_free(&query.session);
	return status;
}
