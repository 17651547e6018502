// SPDX-License-Identifier: GPL-2.0
/* The same addresses again and again, and what changes meanwhile. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <v2p-layout.h>

#include "base/ticker.h"
#include "commands/addresses.h"
#include "commands/commands.h"
#include "commands/rows.h"
#include "input/source.h"

/* Always asked for: what tells a change, and whether it is one yet. */
#define WATCHED (V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_SWAP | V2P_FIELD_FLAGS)

/**
 * struct watch - the state of the addresses
 * @options: what is wanted
 * @batch: as it was at the latest look
 * @before: its arrays are of the look before that
 * @flags: enum v2p_flag, those of which a change counts
 */
struct watch {
	const struct options *options;
	struct session session;
	struct output output;
	struct batch batch;
	struct batch before;
	struct rows rows;
	uint32_t flags;
};

static enum exit_status ask(struct watch *watch)
{
	struct session *session = &watch->session;
	int error;

	swaps_begin(&session->swaps);
	error = addresses_translate(session, &watch->batch, watch->output.fields | WATCHED);
	return error ? session_complain(session, error) : EXIT_OK;
}

static bool is_same(const struct watch *watch, const struct v2p_translation *now,
		    const struct v2p_translation *before)
{
	if (now->status != before->status || (now->flags ^ before->flags) & watch->flags)
		return false;
	if (now->status == V2P_STATUS_MAPPED)
		return now->physical == before->physical && now->page_shift == before->page_shift;
	return now->swap_type == before->swap_type && now->swap_offset == before->swap_offset;
}

/* Mostly nothing has changed, which is told array by array. */
static bool all_same(const struct watch *watch)
{
	const struct v2p_arrays *now = &watch->batch.arrays, *before = &watch->before.arrays;
	const size_t count = watch->batch.count;
	uint32_t flags = 0;
	size_t i;

	for (i = 0; i < count; i++)
		flags |= now->flags[i] ^ before->flags[i];
#define SAME(member) !memcmp(now->member, before->member, count * sizeof(*now->member))
	return !(flags & watch->flags) && SAME(status) && SAME(physical) && SAME(page_shift) &&
	       SAME(swap_type) && SAME(swap_offset);
#undef SAME
}

/* What is being changed has not become anything yet: the next look tells. */
static void leave_to_the_next(struct watch *watch, size_t i)
{
	const struct v2p_arrays *now = &watch->batch.arrays, *before = &watch->before.arrays;

	if (now->status[i] != V2P_STATUS_NONE || !(now->flags[i] & V2P_FLAG_CHANGING))
		return;
#define KEEP(field, type, member, bits) now->member[i] = before->member[i];
	V2P_TRANSLATE_ARRAYS(KEEP)
#undef KEEP
}

/* Writes a row of each that changed, or counts them alone. What was freed may be anything. */
static size_t each_change(struct watch *watch, const struct timespec *time)
{
	size_t i, count = 0;

	for (i = 0; i < watch->batch.count; i++) {
		const struct v2p_translation now = batch_translation(&watch->batch, i);
		const struct v2p_translation before = batch_translation(&watch->before, i);

		if (watch->batch.labels[i].freed || is_same(watch, &now, &before))
			continue;
		count++;
		if (time)
			rows_write(&watch->rows, i, time, &before);
	}
	return count;
}

static enum exit_status tell_changes(struct watch *watch)
{
	struct timespec time;
	size_t i, count;

	if (all_same(watch))
		return EXIT_OK;
	clock_gettime(CLOCK_REALTIME, &time);
	for (i = 0; i < watch->batch.count; i++)
		leave_to_the_next(watch, i);
	count = each_change(watch, NULL);
	if (!count)
		return EXIT_OK;
	names_forget_maps(&watch->session.names);
	rows_begin(&watch->rows, count);
	each_change(watch, &time);
	return output_flush();
}

static enum exit_status look_again(struct watch *watch)
{
	const struct v2p_arrays arrays = watch->before.arrays;
	enum exit_status status;

	watch->before.arrays = watch->batch.arrays;
	watch->batch.arrays = arrays;
	status = ask(watch);
	return status == EXIT_OK ? tell_changes(watch) : status;
}

static enum exit_status look_first(struct watch *watch)
{
	int error = session_open(&watch->session);
	struct timespec time;
	enum exit_status status;
	size_t i;

	if (!error)
		error = session_device(&watch->session, watch->options, &watch->output);
	if (error)
		return session_complain(&watch->session, error);
	status = ask(watch);
	if (status != EXIT_OK)
		return status;
	clock_gettime(CLOCK_REALTIME, &time);
	rows_begin(&watch->rows, watch->batch.count);
	for (i = 0; i < watch->batch.count; i++)
		rows_write(&watch->rows, i, &time, NULL);
	status = output_flush();
	if (status == EXIT_OK)
		session_tell_notes(&watch->session);
	return status;
}

/* As the latest look has it. */
static enum exit_status result(const struct watch *watch)
{
	size_t i;

	for (i = 0; i < watch->batch.count; i++)
		if (batch_status(&watch->batch, i) != V2P_STATUS_MAPPED ||
		    watch->batch.labels[i].freed)
			return EXIT_NOT_MAPPED;
	return EXIT_OK;
}

static enum exit_status look_often(struct watch *watch, const struct options *options)
{
	struct ticker ticker;
	const int error = ticker_begin(&ticker, options->watch);
	enum exit_status status;
	uint64_t looks;

	if (error)
		return complain(EXIT_TROUBLE, "cannot wait: %s", strerror(-error));
	status = look_first(watch);
	for (looks = 1; status == EXIT_OK && looks != options->looks; looks++) {
		switch (ticker_wait(&ticker)) {
		case TICK_DUE:
			status = look_again(watch);
			break;
		case TICK_ENDED:
			return result(watch);
		case TICK_UNREAD:
			return complain_of_output(EPIPE);
		}
	}
	return status == EXIT_OK ? result(watch) : status;
}

static enum exit_status prepare(struct watch *watch, const struct options *options)
{
	struct session *session = &watch->session;
	enum exit_status status = session_output(session, options, &watch->output);

	if (status != EXIT_OK)
		return status;
	/* What is being changed for longer is left to the next look. */
	if (options->watch / 1000000 < session->retry)
		session->retry = options->watch / 1000000;
	if (batch_init(&watch->batch, options->count, false))
		return complain(EXIT_TROUBLE, "out of memory");
	status = source_arguments(options, &session->names, &watch->batch);
	if (status == EXIT_OK && batch_init(&watch->before, watch->batch.count, false))
		status = complain(EXIT_TROUBLE, "out of memory");
	return status == EXIT_OK ? session_connect(session) : status;
}

static enum exit_status run(const struct options *options)
{
	struct watch watch = {
		.rows = {
			.session = &watch.session, .output = &watch.output, .batch = &watch.batch,
		},
		.options = options,
		.flags = options->watch_flags,
	};
	enum exit_status status;

	session_init(&watch.session, options->target);
	status = prepare(&watch, options);
	if (status == EXIT_OK)
		status = look_often(&watch, options);
	batch_free(&watch.batch);
	batch_free(&watch.before);
	session_free(&watch.session);
	return status;
}

const struct command command_watch = {
	.name = "watch",
	.about = "where addresses are, and each change of that",
	.spellings = OPTION(WATCH),
	.way_of = &command_translate,
	.allows = OPTIONS_TARGET | OPTION(LOOKS) | OPTION(WATCH_FLAGS) | OPTION(SYMBOLS) |
		  OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_FIXED_ADDRESSES,
	.writers = {
		[FORMAT_TABLE] = &watch_table,
		[FORMAT_JSON_LINES] = &watch_json_lines,
	},
	.run = run,
};
