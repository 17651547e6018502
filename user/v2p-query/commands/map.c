// SPDX-License-Identifier: GPL-2.0
/* What backs a range: extents from the module, pieces of them to a sink. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "commands/efi.h"
#include "commands/mode.h"
#include "commands/work.h"
#include "input/range.h"
#include "output/extents.h"
#include "output/progress.h"

/**
 * struct map - extents on their way out
 * @ranges: what is wanted, in the order of addresses
 * @count: how many they are
 * @size: bytes in them
 * @range: the one that is asked, with the filters
 * @state: the sink's
 * @work: what is to be read, if its progress is wanted
 * @begun: something was given to the sink
 * @pieces: how many were
 * @covered: bytes of the range that are as wanted
 * @mapped: bytes of it that are known to have a page
 */
struct map {
	struct session *session;
	struct v2p_range *ranges;
	size_t count;
	uint64_t size;
	struct v2p_range range;
	const struct sink *sink;
	void *state;
	struct splitter splitter;
	struct progress progress;
	struct work work;
	bool begun;
	size_t pieces;
	uint64_t covered;
	uint64_t mapped;
};

static const struct sink *choose_sink(const struct options *options)
{
	if (options->plot)
		return &extents_plot;
	switch (options->format) {
	case FORMAT_JSON:
		return options->summary ? &summary_json : &extents_json;
	case FORMAT_JSON_LINES:
		return &extents_json_lines;
	case FORMAT_QUIET:
		return &extents_quiet;
	case FORMAT_TABLE:
		break;
	}
	return options->summary ? &summary_table : &extents_table;
}

static void begin(struct map *map)
{
	if (!map->begun && map->sink->begin)
		map->sink->begin(map->session, map->state);
	map->begun = true;
}

/* Where nothing else is wanted, what has a physical page is. */
static bool is_as_wanted(const struct map *map, uint8_t status)
{
	uint32_t states = map->range.states ? map->range.states : 1U << V2P_STATUS_MAPPED;

	return status < 32 && states & 1U << status;
}

static int take(const struct v2p_extent *extent, void *data)
{
	struct map *map = data;
	struct v2p_extent rest = *extent;
	struct piece piece;

	errno = 0;
	begin(map);
	if (is_as_wanted(map, extent->status))
		map->covered += extent->length;
	if (extent->status == V2P_STATUS_MAPPED)
		map->mapped += extent->length;
	while (split(&map->splitter, &rest, &piece, map->range.merge)) {
		piece.number = map->pieces++;
		map->sink->take(map->session, map->state, &piece);
	}
	/* There is nobody to go on for: what failed last was a write. */
	if (ferror(stdout))
		return errno ? errno : EIO;
	return 0;
}

static void show_progress(uint64_t next, void *data)
{
	struct map *map = data;

	if (map->work.entries && progress_due(&map->progress))
		progress_draw(&map->progress, work_done(&map->work, next), map->work.entries);
}

static enum exit_status complain_of_module(const struct map *map, int error)
{
	struct session *session = map->session;

	if (error == -EINVAL && map->range.length != V2P_TO_THE_END)
		session_note_beyond(session, map->range.start);
	if (session->beyond)
		return complain(EXIT_TROUBLE, "%s: 0x%" PRIx64 NAMES_BEYOND,
				v2p_error(session->v2p), session->beyond);
	return session_complain(session, error);
}

/* @error is negative if of the library, and positive if take() stopped. */
static enum exit_status finish(struct map *map, int error)
{
	enum exit_status status = EXIT_OK;
	const char *words = error ? v2p_error(map->session->v2p) : NULL;

	if (error > 0)
		return complain_of_output(error);

	/* Nothing came: no more than the error is to be seen. */
	if (!error)
		begin(map);
	if (map->begun && map->sink->end)
		status = map->sink->end(map->session, map->state, words);
	if (status == EXIT_OK)
		status = session_flush();
	if (error && status == EXIT_OK)
		status = complain_of_module(map, error);
	return status;
}

/* From the first address to the last one. */
static struct v2p_range extremes(const struct map *map)
{
	const struct v2p_range *first = map->ranges, *last = first + map->count - 1;
	struct v2p_range range = *first;

	if (last != first)
		range.length = last->start + last->length - first->start;
	return range;
}

static uint64_t last_of(const struct v2p_range *range)
{
	return range->length == V2P_TO_THE_END ? UINT64_MAX : range->start + (range->length - 1);
}

/*
 * The swap entry of shared memory is in the page cache: who looks for what was swapped out
 * would take it for what is not there.
 */
static void note_shared_memory(const struct map *map)
{
	struct session *session = map->session;
	uint32_t states = map->range.states;
	const struct mapping *first = NULL, *found;
	const struct maps *maps;
	size_t i, count = 0;

	if (target_is_kernel(session->options->target) || !(states & 1U << V2P_STATUS_SWAPPED) ||
	    states & 1U << V2P_STATUS_NONE || names_maps(&session->names, &maps))
		return;
	swaps_begin(&session->swaps);
	if (swaps_none(&session->swaps))
		return;
	for (i = 0; i < map->count; i++) {
		const struct v2p_range *range = &map->ranges[i];
		size_t more = maps_shared_memory(maps, range->start, last_of(range), &found);

		if (more && !count)
			first = found;
		count += more;
	}
	if (count)
		complain(EXIT_OK,
			 "%zu of the mappings (%.60s) %s shared memory: pages of it that are swapped out are none, not swapped",
			 count, first->name, count == 1 ? "is" : "are");
}

/* All of the kernel's half is asked for other things. */
static void note_efi(const struct map *map)
{
	struct v2p_range range = extremes(map);

	if (map->session->options->range && map->mapped < map->size &&
	    efi_has(map->session, range.start, last_of(&range)))
		efi_tell();
}

static int walk_ranges(struct map *map)
{
	struct session *session = map->session;
	int error = 0;
	size_t i;

	for (i = 0; i < map->count && !error; i++) {
		map->range.size = sizeof(map->range);
		map->range.start = map->ranges[i].start;
		map->range.length = map->ranges[i].length;
		error = v2p_map(session->v2p, session->options->target, &map->range, take, map);
	}
	return error;
}

/* It is no error: the same list may be meant for other machines, too. */
static void note_sizes(const struct map *map)
{
	uint64_t there = text_page_shifts(&map->session->info);
	uint64_t lacking = map->range.page_shifts & ~there;
	char sizes[TEXT_SIZES], others[TEXT_SIZES];

	if (!lacking)
		return;
	text_sizes(sizes, lacking);
	text_sizes(others, there);
	complain(EXIT_OK, "--page-size %s: this machine has no such pages; there are %s",
		 sizes, others);
}

static enum exit_status run(struct map *map)
{
	struct session *session = map->session;
	const struct options *options = session->options;
	enum exit_status status = session_connect(session);
	int error;

	if (status != EXIT_OK)
		return status;
	if (map->sink->with_mappings)
		map->splitter.maps = session_maps(session);

	progress_begin(&map->progress, !map->sink->prints_late);
	if (map->progress.wanted) {
		struct v2p_range range = extremes(map);

		work_measure(&map->work, session->v2p, &session->info, options->target, &range);
	}
	error = walk_ranges(map);
	progress_end(&map->progress);
	work_free(&map->work);
	status = finish(map, error);
	if (status < EXIT_USAGE) {
		session_tell_notes(session);
		note_shared_memory(map);
		note_efi(map);
		note_sizes(map);
	}
	if (status == EXIT_OK && options->range && !options->summary && !options->plot &&
	    map->covered < map->size)
		status = EXIT_NOT_MAPPED;
	return status;
}

/* What the user wrote for ranges. */
static enum exit_status parse_ranges(struct map *map)
{
	const struct options *options = map->session->options;
	struct names *names = &map->session->names;
	char problem[PROBLEM_SIZE];
	enum exit_status status = EXIT_OK;
	size_t i;

	if (options->every) {
		status = range_parse_every(options->range, names, &map->ranges, &map->count,
					   problem);
	} else {
		map->ranges = calloc(1, sizeof(*map->ranges));
		if (!map->ranges)
			return complain(EXIT_TROUBLE, "out of memory");
		map->count = 1;
		map->ranges->length = V2P_TO_THE_END;
		if (options->range)
			status = range_parse(options->range, names, map->ranges, problem);
	}
	if (status != EXIT_OK)
		return complain(status, "%s", problem);
	for (i = 0; i < map->count; i++)
		map->size += map->ranges[i].size;
	return EXIT_OK;
}

static enum exit_status show(struct map *map)
{
	struct v2p_range range = extremes(map);
	enum exit_status status = EXIT_OK;

	if (map->sink->prepare)
		status = map->sink->prepare(map->session, &range, &map->state);
	if (status == EXIT_OK)
		status = run(map);
	if (map->sink->release)
		map->sink->release(map->state);
	return status;
}

enum exit_status mode_map(struct session *session)
{
	const struct options *options = session->options;
	struct map map = {
		.session = session,
		.range = options->filter,
		.sink = choose_sink(options),
	};
	enum exit_status status;

	map.range.progress = show_progress;
	status = parse_ranges(&map);
	if (status == EXIT_OK)
		status = show(&map);
	free(map.ranges);
	return status;
}
