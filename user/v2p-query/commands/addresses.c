// SPDX-License-Identifier: GPL-2.0
/* Read addresses and write answers: for the whole command line, or for a stream line by line. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <v2p-layout.h>

#include "commands/addresses.h"
#include "commands/rows.h"
#include "input/source.h"
#include "output/writer.h"

/* At most so many addresses of a stream are asked at a time, which bounds the memory. */
#define STREAM_BATCH 4096

/**
 * struct query - answers on their way out
 * @options: what is wanted
 * @ask: how the module is asked
 * @output: where they go
 * @stream: to addresses of standard input, batch after batch
 */
struct query {
	const struct options *options;
	struct session session;
	struct output output;
	ask_fn *ask;
	struct batch batch;
	struct rows rows;
	bool stream;
};

static void write_batch(struct query *query)
{
	size_t i;

	rows_begin(&query->rows, query->batch.count);
	for (i = 0; i < query->batch.count; i++)
		rows_write(&query->rows, i, NULL, NULL);
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
	if (status == EXIT_OK && query->rows.unmapped)
		status = EXIT_NOT_MAPPED;
	return status;
}

static enum exit_status connect_to_target(struct query *query)
{
	enum exit_status status = session_connect(&query->session);
	int error;

	if (status != EXIT_OK)
		return status;
	error = session_device(&query->session, query->options, &query->output);
	return error ? session_complain(&query->session, error) : EXIT_OK;
}

static enum exit_status query_stream(struct query *query)
{
	static struct source source;
	struct session *session = &query->session;
	enum exit_status status = connect_to_target(query);
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
		status = connect_to_target(query);
	if (status == EXIT_OK)
		status = answer_batch(query);
	return status == EXIT_OK ? finish(query) : status;
}

int addresses_translate(struct session *session, struct batch *batch, uint32_t fields)
{
	struct v2p_arrays arrays = { .size = sizeof(arrays) };

#define ASK(field, type, member, bits)				\
	if (!(field) || fields & (field))			\
		arrays.member = batch->arrays.member;
	V2P_TRANSLATE_ARRAYS(ASK)
#undef ASK
	return v2p_translate(session->v2p, session->asked, batch->addresses, batch->count, &arrays);
}

enum exit_status addresses_run(const struct options *options, ask_fn *ask, bool with_walks)
{
	const bool stream = options->count == 1 && !strcmp(options->addresses[0], "-");
	struct query query = {
		.ask = ask,
		.rows = {
			.session = &query.session, .output = &query.output, .batch = &query.batch,
		},
		.stream = stream,
	};
	enum exit_status status;

	query.options = options;
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
