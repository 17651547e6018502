// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/range.h"
#include "base/text.h"
#include "commands/many.h"
#include "commands/ranges.h"
#include "commands/work.h"
#include "input/range.h"
#include "output/progress.h"
#include "output/split.h"

/**
 * struct map - extents on their way out
 * @options: what is wanted
 * @list: the ranges that are wanted, in the order of addresses
 * @count: how many they are
 * @range: the one that is asked, with the filters
 * @whole: from the first address to the last one, with the filters
 * @work: what is to be read, if its progress is wanted
 * @sums: what became of them
 */
struct map {
	const struct options *options;
	struct session session;
	struct v2p_range *list;
	size_t count;
	struct v2p_range range;
	struct v2p_range whole;
	struct output output;
	struct splitter splitter;
	struct progress progress;
	struct work work;
	struct ranges *sums;
};

/* Without --status, only what is mapped counts as covered. */
static bool is_as_wanted(const struct map *map, uint8_t status)
{
	uint32_t states = map->range.states ? map->range.states : 1U << V2P_STATUS_MAPPED;

	return status < 32 && states & 1U << status;
}

static int take(const struct v2p_extent *extent, void *data)
{
	struct map *map = data;

	if (is_as_wanted(map, extent->status))
		map->sums->covered += extent->length;
	if (extent->status == V2P_STATUS_MAPPED)
		map->sums->mapped += extent->length;
	map->sums->extents++;
	return split_and_write(&map->splitter, &map->output, extent, map->range.merge);
}

static void show_progress(uint64_t next, void *data)
{
	struct map *map = data;

	if (map->work.entries && progress_due(&map->progress))
		progress_draw(&map->progress, work_done(&map->work, next), map->work.entries);
}

static enum exit_status problem_of_module(struct map *map, int error, char problem[PROBLEM_SIZE])
{
	struct session *session = &map->session;

	if (error == -EINVAL && map->range.length != V2P_TO_THE_END)
		session_note_beyond(session, map->range.start);
	if (session->beyond)
		return problem_is(problem, EXIT_TROUBLE, "%s: 0x%" PRIx64 NAMES_BEYOND,
				  v2p_error(session->v2p), session->beyond);
	return session_problem(session, error, problem);
}

static enum exit_status complain_of_module(struct map *map, int error)
{
	char problem[PROBLEM_SIZE];

	return complain(problem_of_module(map, error, problem), "%s", problem);
}

/* @error: a negative errno of libv2p, or a positive one with which take() stopped. */
static enum exit_status finish(struct map *map, int error)
{
	enum exit_status status;

	if (error > 0)
		return complain_of_output(error);
	status = output_end(&map->output, error ? v2p_error(map->session.v2p) : NULL);
	if (status == EXIT_OK)
		status = output_flush();
	if (error && status == EXIT_OK)
		status = complain_of_module(map, error);
	return status;
}

/*
 * The page tables of a process do not hold the swap entries of shared memory, which are in the
 * page cache: --status swapped does not find such pages.
 */
static void note_shared_memory(struct map *map)
{
	struct session *session = &map->session;
	uint32_t states = map->range.states;
	const struct mapping *first = NULL, *found;
	char whose[SESSION_WHOSE];
	const struct maps *maps;
	size_t i, count = 0;

	if (!target_is_process(session->target) || !(states & 1U << V2P_STATUS_SWAPPED) ||
	    states & 1U << V2P_STATUS_NONE || names_maps(&session->names, &maps))
		return;
	swaps_begin(&session->swaps);
	if (swaps_none(&session->swaps))
		return;
	for (i = 0; i < map->count; i++) {
		const struct v2p_range *range = &map->list[i];
		size_t more = maps_shared_memory(maps, range->start, range_last(range), &found);

		if (more && !count)
			first = found;
		count += more;
	}
	if (!count)
		return;
	session_whose(session, whose);
	complain(EXIT_OK,
		 "%s%zu of the mappings (%.60s) %s shared memory: pages of it that are swapped out are none, not swapped",
		 whose, count, first->name, count == 1 ? "is" : "are");
}

/* Not an error: the same list may be used on several machines. */
static void note_sizes(const struct map *map)
{
	uint64_t there = text_page_shifts(&map->session.info);
	uint64_t lacking = map->range.page_shifts & ~there;
	char sizes[TEXT_SIZES], others[TEXT_SIZES];

	/* A device's pages are of other sizes. */
	if (!lacking || target_is_device(map->session.target))
		return;
	text_sizes(sizes, lacking);
	text_sizes(others, there);
	complain(EXIT_OK, "--page-size %s: this machine has no such pages; there are %s",
		 sizes, others);
}

static void tell_notes(struct map *map)
{
	const struct mapping *shadow = map->session.shadow;

	/* Not for --all, which has EFI's addresses in it by chance. */
	if (map->options->range && map->sums->mapped < map->sums->size)
		session_note_missing(&map->session, map->whole.start, range_last(&map->whole));
	session_tell_notes(&map->session);
	if (shadow)
		complain(EXIT_OK,
			 "KASAN's shadow, 0x%" PRIx64 "-0x%" PRIx64 ", is left out: one page is mapped all over it",
			 shadow->start, shadow->end);
	note_shared_memory(map);
}

static int walk_ranges(struct map *map)
{
	int error = 0;
	size_t i;

	if (!map->options->range)
		map->count = session_whole(&map->session, map->list);
	for (i = 0; i < map->count && !error; i++) {
		map->range.size = sizeof(map->range);
		map->range.start = map->list[i].start;
		map->range.length = map->list[i].length;
		error = v2p_map(map->session.v2p, map->session.asked, &map->range, take, map);
	}
	return error;
}

static enum exit_status answer(struct map *map)
{
	struct session *session = &map->session;
	enum exit_status status;
	int error;

	map->splitter = session_splitter(&map->session, map->output.with_mappings);
	map->output.regions = map->splitter.count && target_is_kernel(session->target);
	error = session_open(session);
	if (!error)
		error = session_device(session, map->options, &map->output);
	progress_begin(&map->progress, !map->output.writer->prints_late);
	/* What there is to be read of two halves, or by an IOMMU, is not measured: no bar. */
	if (!error && map->progress.wanted && !target_is_user_root(session->target) &&
	    !target_is_device(session->target)) {
		/* A bar need not be exact: do not wait for what is being changed. */
		v2p_set_retry(session->v2p, 0);
		work_measure(&map->work, session, &map->whole);
		v2p_set_retry(session->v2p, session->retry);
	}
	if (!error)
		error = walk_ranges(map);
	progress_end(&map->progress);
	work_free(&map->work);
	status = finish(map, error);
	if (status == EXIT_OK)
		tell_notes(map);
	return status;
}

/* What the user wrote for ranges. */
static enum exit_status parse_ranges(struct map *map, char problem[PROBLEM_SIZE])
{
	const struct options *options = map->options;
	struct names *names = &map->session.names;
	enum exit_status status = EXIT_OK;
	const struct v2p_range *last;
	size_t i;

	free(map->list);
	map->list = NULL;
	if (options->every) {
		status = range_parse_every(options->range, names, &map->list, &map->count,
					   problem);
	} else {
		map->list = calloc(SESSION_PARTS, sizeof(*map->list));
		if (!map->list)
			return problem_is(problem, EXIT_TROUBLE, "out of memory");
		map->count = 1;
		map->list->length = V2P_TO_THE_END;
		if (options->range)
			status = range_parse(options->range, names, map->list, problem);
	}
	if (status != EXIT_OK)
		return status;
	for (i = 0; i < map->count; i++)
		map->sums->size += map->list[i].length;

	last = &map->list[map->count - 1];
	map->whole.start = map->list->start;
	map->whole.length = last == map->list ? last->length :
					      last->start + last->length - map->list->start;
	return EXIT_OK;
}

static enum exit_status show(struct map *map)
{
	char problem[PROBLEM_SIZE];
	enum exit_status status = parse_ranges(map, problem);

	if (status != EXIT_OK)
		return complain(status, "%s", problem);
	status = output_open(&map->output);
	if (status == EXIT_OK)
		status = session_connect(&map->session);
	if (status == EXIT_OK)
		status = answer(map);
	if (status == EXIT_OK)
		note_sizes(map);
	output_close(&map->output);
	return status;
}

/* What was summed up of a process that has ended is no part of the answer. */
static enum exit_status answer_turn(void *data, const struct process *process,
				    char problem[PROBLEM_SIZE])
{
	struct map *map = data;
	const struct ranges before = *map->sums;
	enum exit_status status;
	int error;

	output_turn(&map->output, map->session.target);
	if (process->found && (map->options->range || map->output.with_mappings) &&
	    session_is_over(&map->session))
		return problem_is(problem, EXIT_TROUBLE, "process %d: it has ended",
				  target_pid(process->target));
	session_comm(&map->session);
	status = parse_ranges(map, problem);
	if (status != EXIT_OK)
		return status;
	map->splitter = session_splitter(&map->session, map->output.with_mappings);
	error = walk_ranges(map);
	progress_end(&map->progress);
	if (error)
		*map->sums = before;
	if (error < 0 && !map->output.begun)
		return problem_of_module(map, error, problem);
	if (process->found && error == -ESRCH)
		return output_end(&map->output, v2p_error(map->session.v2p));
	status = finish(map, error);
	if (status == EXIT_OK)
		tell_notes(map);
	return status;
}

static enum exit_status show_many(struct map *map)
{
	enum exit_status status = session_connect(&map->session);
	bool answered;

	if (status != EXIT_OK)
		return status;
	status = output_open(&map->output);
	if (status == EXIT_OK) {
		progress_begin(&map->progress, !map->output.writer->prints_late);
		status = many_run(&map->session, map->options, &map->progress, answer_turn, map,
				  &answered);
		if (answered && !ferror_unlocked(stdout)) {
			if (map->output.turns || map->output.begun)
				output_end_all(&map->output, NULL);
			note_sizes(map);
			if (output_flush() != EXIT_OK)
				status = EXIT_TROUBLE;
		}
	}
	output_close(&map->output);
	return status;
}

enum exit_status ranges_run(struct ranges *ranges, const struct options *options,
			    const char *path, const char *without_maps)
{
	struct map map = {
		.options = options, .range = options->filter, .whole = options->filter,
		.sums = ranges,
	};
	enum exit_status status;

	*ranges = (struct ranges){ 0 };
	map.range.progress = show_progress;
	session_init(&map.session, options->target);
	if (without_maps)
		map.session.without_maps = without_maps;
	status = session_output(&map.session, options, &map.output);
	map.output.path = path;
	map.output.range = &map.whole;
	map.range.fields = map.output.fields;
	if (status == EXIT_OK)
		status = options->many ? show_many(&map) : show(&map);
	free(map.list);
	session_free(&map.session);
	return status;
}
