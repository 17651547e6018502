// SPDX-License-Identifier: GPL-2.0
/* Who has physical memory: every address of processes and of the kernel that leads to it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/many.h"
#include "commands/owners-device.h"
#include "input/lines.h"
#include "input/physical.h"
#include "names/frames.h"
#include "output/owners.h"
#include "output/split.h"

/**
 * struct owners - a search that is under way
 * @device: the memory is what this one reaches, or of no kind
 * @asked: what is asked, in the order in which it was; so much is one search
 * @count: how much that is
 * @ranges: the same in the order of addresses, what overlaps being one
 * @filter: these are in it
 * @kernel_alone: processes are not looked at
 * @answered: somebody was asked for the last of it
 * @searched: or before
 * @tells_device: what becomes of the device's addresses is told at the end
 * @unowned: some of what was asked so far has no owner
 */
struct owners {
	struct session session;
	const struct options *options;
	struct output output;
	struct splitter splitter;
	struct progress progress;
	struct v2p_target device;
	struct physical asked[V2P_MAX_PHYSICAL_RANGES];
	bool owned[V2P_MAX_PHYSICAL_RANGES];
	size_t count;
	struct v2p_physical_range ranges[V2P_MAX_PHYSICAL_RANGES];
	struct v2p_range filter;
	bool kernel_alone;
	bool answered;
	bool searched;
	bool tells_device;
	bool unowned;
};

static const size_t enough = V2P_MAX_PHYSICAL_RANGES;

static enum exit_status add(void *data, const char *text, char problem[PROBLEM_SIZE])
{
	struct owners *owners = data;
	struct physical *asked = &owners->asked[owners->count];
	const unsigned int bits = owners->session.info.physical_bits;
	enum exit_status status;

	*asked = (struct physical){ 0 };
	if (target_is_device(owners->device))
		status = owners_device_parse(text, owners->device, asked, problem);
	else
		status = physical_parse(text, &asked->range, problem);
	if (status != EXIT_OK)
		return status;
	/* 0 as long as the module was not asked. */
	if (!asked->device && bits && bits < 64 && (asked->range.start + (asked->range.length - 1)) >> bits)
		return problem_is(problem, EXIT_TROUBLE,
				  "%.100s: this machine's physical addresses have %u bits", text,
				  bits);
	owners->owned[owners->count++] = false;
	return EXIT_OK;
}

static int compare(const void *one, const void *other)
{
	const struct v2p_physical_range *a = one, *b = other;

	return a->start < b->start ? -1 : a->start > b->start;
}

static void make_ranges(struct owners *owners)
{
	struct v2p_physical_range *ranges = owners->ranges, *last = ranges;
	size_t i, count = 0;

	for (i = 0; i < owners->count; i++)
		if (owners->asked[i].range.length)
			ranges[count++] = owners->asked[i].range;
	qsort(ranges, count, sizeof(*ranges), compare);
	for (i = 1; i < count; i++) {
		const uint64_t end = ranges[i].start + ranges[i].length;

		if (ranges[i].start >= last->start + last->length)
			*++last = ranges[i];
		else if (end > last->start + last->length)
			last->length = end - last->start;
	}
	owners->filter.physical = ranges;
	owners->filter.physical_count = count ? last - ranges + 1 : 0;
}

static void count_mappings(struct owners *owners, const struct v2p_extent *extent)
{
	const bool mapped = extent->status == V2P_STATUS_MAPPED;
	const uint64_t first = extent_frame(&owners->output, extent);
	const uint64_t last = first + (extent->length - 1);
	const bool kernel = target_is_kernel(owners->session.target);
	const unsigned int shift = owners->session.info.page_shift;
	size_t i;

	for (i = 0; i < owners->count; i++) {
		struct physical *asked = &owners->asked[i];
		const uint64_t asked_last = asked->range.start + (asked->range.length - 1);
		const uint64_t from = first > asked->range.start ? first : asked->range.start;
		const uint64_t to = last < asked_last ? last : asked_last;

		if (from > to || !asked->range.length)
			continue;
		if (kernel == owners->kernel_alone)
			owners->owned[i] = true;
		if (mapped)
			*(kernel ? &asked->kernel_mappings : &asked->mappings) +=
				(to >> shift) - (from >> shift) + 1;
	}
}

/* Most processes have nothing of it: what they are called, and their mappings, is not read. */
static void begin_target(struct owners *owners)
{
	if (owners->output.with_comm)
		session_comm(&owners->session);
	owners->splitter = session_splitter(&owners->session, owners->output.with_mappings);
}

static int take(const struct v2p_extent *extent, void *data)
{
	struct owners *owners = data;

	if (!owners->output.begun)
		begin_target(owners);
	count_mappings(owners, extent);
	return split_and_write(&owners->splitter, &owners->output, extent, false);
}

/* This asks for the regions, too, which take() cannot. */
static int map_all(struct owners *owners)
{
	struct session *session = &owners->session;
	struct v2p_range range = owners->filter, parts[SESSION_PARTS];
	size_t i, count = session_whole(session, parts);
	int error = 0;

	for (i = 0; i < count && !error; i++) {
		range.start = parts[i].start;
		range.length = parts[i].length;
		error = v2p_map(session->v2p, session->asked, &range, take, owners);
	}
	return error;
}

static enum exit_status answer(void *data, const struct process *process,
			       char problem[PROBLEM_SIZE])
{
	struct owners *owners = data;
	struct session *session = &owners->session;
	enum exit_status status = EXIT_OK;
	int error;

	output_turn(&owners->output, process->target);
	error = map_all(owners);
	if (error > 0 || owners->output.begun)
		progress_end(&owners->progress);
	if (error > 0)
		return complain_of_output(error);
	/* It ended when its extents were there, and its mappings were not read yet. */
	if (process->found && (session->maps_error == -ENOENT || session->maps_error == -ESRCH))
		session->maps_error = 0;
	if (owners->output.begun)
		status = output_end(&owners->output, error ? v2p_error(session->v2p) : NULL);
	if (error && !(process->found && error == -ESRCH))
		return session_problem(session, error, problem);
	if (status == EXIT_OK && owners->output.begun)
		session_tell_notes(session);
	return status;
}

static void tell_counts(struct owners *owners)
{
	const unsigned int shift = owners->session.info.page_shift;
	size_t i;

	for (i = 0; i < owners->count; i++) {
		struct physical *asked = &owners->asked[i];
		const uint64_t first = asked->range.start >> shift;
		const uint64_t last = (asked->range.start + (asked->range.length - 1)) >> shift;

		if (!asked->range.length ||
		    !frames_count_mappings(first, last - first + 1, &asked->counted))
			asked->counted = PHYSICAL_NOT_COUNTED;
		output_found(&owners->output, asked);
		if (!owners->owned[i])
			owners->unowned = true;
	}
}

/* One search for all that was asked since the last one. */
static enum exit_status search(struct owners *owners)
{
	enum exit_status status = EXIT_OK;

	owners->output.asked = owners->asked;
	owners->output.asked_count = owners->count;
	if (target_is_device(owners->device))
		status = owners_device_find(&owners->session, owners->device, owners->asked,
					    owners->count);
	owners->answered = status == EXIT_OK;
	make_ranges(owners);
	if (owners->filter.physical_count) {
		progress_begin(&owners->progress, true);
		status = many_run(&owners->session, owners->options, &owners->progress, answer,
				  owners, &owners->answered);
	}
	/* Where nobody could be asked there is no answer. */
	owners->searched |= owners->answered;
	if (owners->answered && !ferror_unlocked(stdout)) {
		tell_counts(owners);
		if (output_flush() != EXIT_OK)
			status = EXIT_TROUBLE;
	}
	owners->count = 0;
	return status;
}

/* @problem: what came behind the last search, NULL for nothing */
static enum exit_status search_stream(struct owners *owners, const char **problem)
{
	static struct lines lines;
	enum exit_status status = EXIT_OK, worst = EXIT_OK;

	lines.fd = STDIN_FILENO;
	lines.take = add;
	lines.data = owners;
	lines.count = &owners->count;
	lines.enough = &enough;
	owners->answered = true;
	while (owners->answered && !ferror_unlocked(stdout)) {
		status = lines_next(&lines);
		if (status != EXIT_OK || !owners->count)
			break;
		status = search(owners);
		if (status > worst)
			worst = status;
	}
	*problem = lines.status == EXIT_OK ? NULL : lines.problem;
	return status > worst ? status : worst;
}

static enum exit_status search_arguments(struct owners *owners)
{
	const struct options *options = owners->options;
	enum exit_status status = physical_check(options, add, owners, &owners->count);
	enum exit_status worst = status;
	char problem[PROBLEM_SIZE];
	size_t i;

	if (status != EXIT_OK)
		return status;
	owners->answered = true;
	for (i = 0; i < options->count && owners->answered && !ferror_unlocked(stdout); i++) {
		add(owners, options->addresses[i], problem);
		if (owners->count < enough && i + 1 < options->count)
			continue;
		status = search(owners);
		if (status > worst)
			worst = status;
	}
	return worst;
}

/* What becomes of its addresses is told once, and not with each process's answer. */
static enum exit_status look_at_device(struct owners *owners)
{
	struct session *session = &owners->session;
	const int error = session_device(session, owners->options, &owners->output);

	owners->output.device_target = owners->device;

	owners->tells_device = session->tells_device;
	session->tells_device = false;
	return error ? session_complain(session, error) : EXIT_OK;
}

static enum exit_status search_all(struct owners *owners)
{
	const struct options *options = owners->options;
	const bool stream = options->count == 1 && !strcmp(options->addresses[0], "-");
	enum exit_status status = session_output(&owners->session, options, &owners->output);
	const char *problem = NULL;

	if (status == EXIT_OK && !stream)
		status = physical_check(options, add, owners, &owners->count);
	if (status == EXIT_OK)
		status = session_connect(&owners->session);
	if (status == EXIT_OK)
		status = look_at_device(owners);
	if (status != EXIT_OK)
		return status;
	owners->filter = (struct v2p_range){
		.size = sizeof(owners->filter),
		.length = V2P_TO_THE_END,
		.fields = owners->output.fields,
	};
	status = output_open(&owners->output);
	if (status == EXIT_OK)
		status = stream ? search_stream(owners, &problem) : search_arguments(owners);
	/* After an error before the first answer there is no document, not even an empty one. */
	if ((owners->searched || status == EXIT_OK) && !ferror_unlocked(stdout)) {
		output_end_all(&owners->output, problem);
		if (output_flush() != EXIT_OK)
			status = EXIT_TROUBLE;
	}
	output_close(&owners->output);
	if (status == EXIT_OK && owners->tells_device)
		session_tell_device(&owners->session, owners->device);
	return status == EXIT_OK && owners->unowned ? EXIT_NOT_MAPPED : status;
}

/* Where nobody is named, all are meant: every process, and the kernel. */
static struct options complete(const struct options *options)
{
	struct options all = *options;

	all.many = true;
	if (!all.process_count && !all.all_processes && !target_is_kernel(all.target)) {
		all.all_processes = true;
		all.target = v2p_kernel();
	}
	return all;
}

static enum exit_status run(const struct options *options)
{
	static struct owners owners;
	const struct options all = complete(options);
	enum exit_status status;

	owners.options = &all;
	owners.kernel_alone = !all.process_count && !all.all_processes;
	if (target_is_device(options->target))
		owners.device = options->target;
	session_init(&owners.session,
		     target_is_device(options->target) ? options->target : all.target);
	status = search_all(&owners);
	session_free(&owners.session);
	return status;
}

const struct command command_owners = {
	.name = "owners",
	.about = "who has physical memory",
	.spellings = OPTION(OWNERS),
	.allows = OPTION(PID) | OPTION(KERNEL) | OPTIONS_DEVICE | OPTIONS_MANY | OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_PHYSICAL,
	.writers = {
		[FORMAT_TABLE] = &owners_table,
		[FORMAT_QUIET] = &owners_quiet,
		[FORMAT_JSON] = &owners_json,
		[FORMAT_JSON_LINES] = &owners_json_lines,
	},
	.run = run,
};
