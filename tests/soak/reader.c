// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <v2p.h>

#include "reader.h"
#include "pagemap.h"
#include "random.h"
#include "verify.h"

#define MAX_BATCH 3000
#define SETTLED_PAGES 64
/* As often in a row, no page is out of its entry for a moment by chance. */
#define SETTLED_TRIES 4
#define AGAIN_BATCH 1024
#define AGAIN_TURNS 16
/* Milliseconds: so long, nobody is at a page table. */
#define PATIENCE 30000

static const unsigned int batch_sizes[] = { 1, 2, 16, 64, 65, 512, 1024, MAX_BATCH };

/**
 * struct reader - one who asks
 * @v2p: the library's handle; what is being changed is asked anew by it
 * @once: another, by which it is not, for where the flags are asked for
 * @random: state of what it asks next
 * @stressor: about which
 * @target: and whom
 * @asked: by which: itself, or a descriptor of its address space
 * @lowest: of the kernel's addresses
 * @isolated: a process can be asked by the page table of user mode, too
 * @user_root: and is
 */
struct reader {
	struct v2p *v2p;
	struct v2p *once;
	unsigned int random;
	struct stressor *stressor;
	struct v2p_target target;
	struct v2p_target asked;
	uint64_t lowest;
	bool isolated;
	bool user_root;
	uint64_t virtual[MAX_BATCH];
	const struct place *places[MAX_BATCH];
	uint64_t physical[MAX_BATCH];
	uint64_t entry[MAX_BATCH];
	uint64_t swap_offset[MAX_BATCH];
	uint32_t flags[MAX_BATCH];
	uint8_t swap_type[MAX_BATCH];
	uint8_t status[MAX_BATCH];
	uint8_t shift[MAX_BATCH];
};

static unsigned int any(struct reader *reader, unsigned int limit)
{
	return random_below(&reader->random, limit);
}

/* For a question that asks for the flags, and for holes. */
static struct v2p *any_handle(struct reader *reader)
{
	return any(reader, 2) ? reader->once : reader->v2p;
}

/* A process may end, if it is one that does; nothing else may fail. */
static void note_error(struct reader *reader, struct v2p *v2p, const char *way, int err)
{
	if (err == -ESRCH && reader->target.kind != V2P_TARGET_KERNEL)
		count(reader->stressor, COUNT_GONE, 1);
	else if (!shared_is_stopped())
		report(reader->stressor, "%s: %d %s", way, err, v2p_error(v2p));
}

static const struct place *any_place(struct reader *reader)
{
	const struct stressor *stressor = reader->stressor;
	const struct place *place;

	if (!stressor->place_count)
		return NULL;
	place = &stressor->places[any(reader, stressor->place_count)];
	/* By that, addresses of the kernel are valid. */
	return reader->user_root && place->rule == RULE_INVALID ? NULL : place;
}

static uint64_t any_address(struct reader *reader)
{
	const struct stressor *stressor = reader->stressor;
	const struct area *area = &stressor->areas[any(reader, stressor->area_count)];

	return area->start + any(reader, area->length >> PAGE_SHIFT) * PAGE_SIZE +
	       any(reader, PAGE_SIZE);
}

/* What is known of a page that was not chosen for it. */
static const struct place *find_place(const struct stressor *stressor, uint64_t address)
{
	unsigned int low = 0, high = stressor->place_count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (stressor->places[middle].address + PAGE_SIZE <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < stressor->place_count && stressor->places[low].address <= address ?
		&stressor->places[low] : NULL;
}

static uint64_t choose(struct reader *reader, const struct place **place)
{
	uint64_t address;

	if (any(reader, 4)) {
		*place = any_place(reader);
		if (*place)
			return (*place)->address + any(reader, PAGE_SIZE);
	}
	address = any_address(reader);
	*place = find_place(reader->stressor, address);
	return address;
}

/* Scattered, or in a row as those who go through memory ask. */
static void choose_batch(struct reader *reader, unsigned int n)
{
	const bool in_a_row = any(reader, 2);
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (in_a_row && i) {
			reader->virtual[i] = reader->virtual[i - 1] + PAGE_SIZE;
			reader->places[i] = find_place(reader->stressor, reader->virtual[i]);
		} else {
			reader->virtual[i] = choose(reader, &reader->places[i]);
		}
	}
}

static void ask_batch(struct reader *reader, enum way way)
{
	const unsigned int sizes = sizeof(batch_sizes) / sizeof(batch_sizes[0]);
	const unsigned int n = batch_sizes[any(reader, sizes)];
	const bool full = way == WAY_BATCH_FULL;
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = reader->status,
		.physical = reader->physical,
		.page_shift = full ? reader->shift : NULL,
		.flags = full ? reader->flags : NULL,
		.entry = full ? reader->entry : NULL,
		.swap_type = full ? reader->swap_type : NULL,
		.swap_offset = full ? reader->swap_offset : NULL,
	};
	const char *name = full ? "batch, every field" : "batch";
	struct v2p *v2p = full ? any_handle(reader) : reader->v2p;
	struct sums sums = {};
	unsigned int i;
	int err;

	choose_batch(reader, n);
	err = v2p_translate(v2p, reader->asked, reader->virtual, n, &arrays);
	if (err) {
		note_error(reader, v2p, name, err);
		return;
	}
	for (i = 0; i < n; i++) {
		struct v2p_translation answer = {
			.status = reader->status[i], .physical = reader->physical[i],
		};

		if (full) {
			answer.page_shift = reader->shift[i];
			answer.flags = reader->flags[i];
			answer.entry = reader->entry[i];
			answer.swap_offset = reader->swap_offset[i];
		}
		verify_answer(reader->stressor, &sums, name, reader->virtual[i],
			      reader->places[i], &answer);
	}
	sums_add(&sums, reader->stressor);
}

/*
 * The same batch, of what is never mapped if there is that, as fast as it goes: of all
 * ways this has the best chance to be on the way down to a table that goes elsewhere.
 */
static void ask_again(struct reader *reader)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = reader->status, .physical = reader->physical,
	};
	struct v2p *v2p = reader->once;
	struct sums sums = {};
	unsigned int i, turn, tries;
	int err;

	for (i = 0; i < AGAIN_BATCH; i++) {
		const struct place *place = any_place(reader);

		for (tries = 0; place && place->rule != RULE_NEVER && tries < 8; tries++)
			place = any_place(reader);
		if (!place)
			return;
		if (place->rule != RULE_NEVER)
			v2p = reader->v2p;
		reader->places[i] = place;
		reader->virtual[i] = place->address;
	}
	for (turn = 0; turn < AGAIN_TURNS; turn++) {
		err = v2p_translate(v2p, reader->asked, reader->virtual, AGAIN_BATCH, &arrays);
		if (err) {
			note_error(reader, v2p, "again", err);
			break;
		}
		for (i = 0; i < AGAIN_BATCH; i++)
			verify_answer(reader->stressor, &sums, "again", reader->virtual[i],
				      reader->places[i], &(struct v2p_translation) {
					.status = reader->status[i],
					.physical = reader->physical[i] });
	}
	sums_add(&sums, reader->stressor);
}

static void ask_walk(struct reader *reader)
{
	const struct place *place;
	const uint64_t address = choose(reader, &place);
	struct v2p *v2p = any_handle(reader);
	struct sums sums = {};
	struct v2p_walk walk = { .size = sizeof(walk) };
	int err;

	err = v2p_get_walk(v2p, reader->asked, address, &walk);
	if (err) {
		note_error(reader, v2p, "walk", err);
		return;
	}
	verify_walk(reader->stressor, &sums, address, place, &walk);
	sums_add(&sums, reader->stressor);
}

static void ask_range(struct reader *reader, const char *name, struct v2p_range *range)
{
	struct v2p *v2p = reader->v2p;
	struct mapping mapping;
	int err;

	range->merge = any(reader, 4) == 0;
	if (any(reader, 2)) {
		range->states = (1u << __V2P_STATUS_MAX) - 1;
		v2p = any_handle(reader);
	}
	mapping_start(&mapping, reader->stressor, name, range);
	err = v2p_map(v2p, reader->asked, range, mapping_take, &mapping);
	if (err < 0)
		note_error(reader, v2p, name, err);
	else if (!err)
		mapping_end(&mapping);
	sums_add(&mapping.sums, reader->stressor);
}

/* Around a place, such as one message answers. */
static void ask_map(struct reader *reader)
{
	const struct place *place;
	const uint64_t address = choose(reader, &place) & -PAGE_SIZE;
	uint64_t before = any(reader, 64) * PAGE_SIZE;
	struct v2p_range range = { .size = sizeof(range) };

	if (place && place->rule == RULE_INVALID)
		return;
	if (reader->stressor->kernel && before > address - reader->lowest)
		before = 0;
	range.start = address - before;
	range.length = before + (1 + any(reader, 64)) * PAGE_SIZE;
	/* Not beyond the highest address there is. */
	if (range.start + range.length - 1 < range.start)
		range.length = -range.start;
	ask_range(reader, "map", &range);
}

static void ask_dump(struct reader *reader)
{
	const struct stressor *stressor = reader->stressor;
	const struct area *area = &stressor->areas[any(reader, stressor->area_count)];
	struct v2p_range range = {
		.size = sizeof(range), .start = area->start, .length = area->length,
	};

	ask_range(reader, "dump", &range);
}

static void ask_whole(struct reader *reader)
{
	struct v2p_range range = {
		.size = sizeof(range), .start = 0, .length = V2P_TO_THE_END,
	};

	ask_range(reader, "dump of all", &range);
}

enum verdict { UNKNOWN, AGREES, AWAY, CONTRADICTS };

/*
 * The kernel may move a page on its own account. It may also hold its entry empty, but
 * that is marked.
 */
static enum verdict compare(const struct reader *reader, uint64_t before, uint64_t after,
			    unsigned int i)
{
	const uint64_t physical = (before & PM_FRAME) << PAGE_SHIFT;
	const uint8_t status = reader->status[i];

	if ((before ^ after) & PM_PLACE || reader->flags[i] & V2P_FLAG_CHANGING)
		return UNKNOWN;
	if (before & (PM_PRESENT | PM_SWAP) && status == V2P_STATUS_NONE)
		return CONTRADICTS;
	if (before & PM_PRESENT)
		return status != V2P_STATUS_MAPPED ? AWAY :
		       reader->physical[i] == physical ? AGREES : CONTRADICTS;
	if (status == V2P_STATUS_MAPPED || status == V2P_STATUS_INVALID)
		return CONTRADICTS;
	if (!(before & PM_SWAP))
		return status == V2P_STATUS_NONE ? AGREES : AWAY;
	if (status == V2P_STATUS_SWAPPED)
		return reader->swap_type[i] == pm_swap_type(before) &&
		       reader->swap_offset[i] == pm_swap_offset(before) ? AGREES : CONTRADICTS;
	return AGREES;
}

static bool read_around(struct reader *reader, int pagemap, uint64_t *before, uint64_t *after)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = reader->status, .physical = reader->physical, .flags = reader->flags,
		.swap_type = reader->swap_type, .swap_offset = reader->swap_offset,
	};
	struct v2p *v2p = any_handle(reader);
	int err;

	if (!pagemap_read(pagemap, reader->virtual[0], before, SETTLED_PAGES))
		return false;
	err = v2p_translate(v2p, reader->asked, reader->virtual, SETTLED_PAGES, &arrays);
	if (err)
		note_error(reader, v2p, "settled", err);
	return !err && pagemap_read(pagemap, reader->virtual[0], after, SETTLED_PAGES);
}

/* What changes, in between two changes: pagemap has the same before and after. */
static void ask_settled(struct reader *reader)
{
	uint64_t before[SETTLED_PAGES], after[SETTLED_PAGES];
	unsigned int away[SETTLED_PAGES] = {}, i, try;
	struct stressor *stressor = reader->stressor;
	const unsigned long turn = __atomic_load_n(&stressor->turn, __ATOMIC_SEQ_CST);
	const uint64_t start = any_address(reader) & -PAGE_SIZE;
	struct sums sums = {};
	bool again = true;
	int pagemap;

	if (reader->target.kind == V2P_TARGET_KERNEL || reader->target.id != (uint64_t)stressor->pid || turn % 2)
		return;
	pagemap = pagemap_open(reader->target.id);
	if (pagemap < 0)
		return;
	for (i = 0; i < SETTLED_PAGES; i++)
		reader->virtual[i] = start + i * PAGE_SIZE;
	for (try = 0; again && try < SETTLED_TRIES; try++) {
		if (!read_around(reader, pagemap, before, after) ||
		    __atomic_load_n(&stressor->turn, __ATOMIC_SEQ_CST) != turn)
			break;
		again = false;
		for (i = 0; i < SETTLED_PAGES; i++) {
			enum verdict verdict = compare(reader, before[i], after[i], i);

			/* Of a driver's pages, pagemap shows nothing. */
			if (!(before[i] & PM_PLACE) && find_place(stressor, reader->virtual[i]))
				continue;
			away[i] = verdict == AWAY ? away[i] + 1 : 0;
			again |= away[i];
			sums.counts[COUNT_ANSWERS]++;
			sums.counts[COUNT_SETTLED] += verdict == AGREES;
			if (verdict == CONTRADICTS || away[i] == SETTLED_TRIES)
				report(stressor, "settled: 0x%" PRIx64 ": pagemap 0x%" PRIx64
				       ", v2p %s 0x%" PRIx64 ", turn %lu", reader->virtual[i],
				       before[i], v2p_status_name(reader->status[i]),
				       reader->physical[i], turn);
		}
	}
	close(pagemap);
	sums_add(&sums, stressor);
}

static void ask(struct reader *reader)
{
	/* A dump of all takes as long as thousands of walks. */
	static const unsigned char ways[] = {
		WAY_BATCH, WAY_BATCH, WAY_BATCH, WAY_AGAIN, WAY_AGAIN, WAY_BATCH_FULL, WAY_BATCH_FULL,
		WAY_WALK, WAY_WALK, WAY_WALK, WAY_WALK, WAY_MAP, WAY_MAP, WAY_MAP,
		WAY_DUMP, WAY_DUMP, WAY_DUMP, WAY_SETTLED, WAY_SETTLED, WAY_SETTLED, WAY_SETTLED,
	};
	enum way way = ways[any(reader, sizeof(ways))];

	/* Of all, what is known is known of the process alone. */
	if (any(reader, 200) == 0 && !reader->user_root)
		way = WAY_WHOLE;
	switch (way) {
	case WAY_BATCH:
	case WAY_BATCH_FULL:
		ask_batch(reader, way);
		break;
	case WAY_AGAIN:
		ask_again(reader);
		break;
	case WAY_WALK:
		ask_walk(reader);
		break;
	case WAY_MAP:
		ask_map(reader);
		break;
	case WAY_DUMP:
		ask_dump(reader);
		break;
	case WAY_WHOLE:
		ask_whole(reader);
		break;
	default:
		ask_settled(reader);
	}
	__atomic_fetch_add(&shared->ways[way], 1, __ATOMIC_RELAXED);
}

static bool choose_target(struct reader *reader)
{
	struct stressor *stressor = any(reader, 4) ? shared_focus() :
						&shared->stressors[any(reader, MAX_STRESSORS)];
	pid_t pid;

	reader->stressor = stressor;
	if (__atomic_load_n(&stressor->state, __ATOMIC_ACQUIRE) != STATE_WORKING ||
	    !stressor->area_count)
		return false;
	if (stressor->kernel) {
		reader->target = v2p_kernel();
		return true;
	}
	pid = __atomic_load_n(any(reader, 2) ? &stressor->child : &stressor->pid,
			      __ATOMIC_SEQ_CST);
	reader->target = v2p_pid(pid);
	return pid;
}

/* Half of the questions are asked by a descriptor, which is opened for that. */
static bool choose_way_to_ask(struct reader *reader)
{
	int fd;

	reader->asked = reader->target;
	reader->user_root = reader->isolated && reader->target.kind == V2P_TARGET_PID &&
			    !any(reader, 4);
	if (reader->user_root)
		reader->asked = v2p_user_root(reader->target.id);
	if (any(reader, 2))
		return true;
	fd = v2p_space_open(reader->v2p, reader->asked);
	if (fd < 0) {
		note_error(reader, reader->v2p, "open", fd);
		return false;
	}
	reader->asked = v2p_space(fd);
	return true;
}

static void stop_asking(const struct reader *reader)
{
	if (reader->asked.kind == V2P_TARGET_SPACE)
		close(reader->asked.id);
}

void read_forever(unsigned int seed)
{
	struct v2p_info info = { .size = sizeof(info) };
	static struct reader reader;

	reader.random = seed;
	if (v2p_open(&reader.v2p) || v2p_open(&reader.once)) {
		fprintf(stderr, "v2p_open: %s\n",
			v2p_error(reader.once ? reader.once : reader.v2p));
		_exit(1);
	}
	if (!v2p_get_info(reader.v2p, &info)) {
		reader.isolated = info.features & V2P_FEATURE_USER_ROOT;
		reader.lowest = -1ULL << (info.virtual_bits - 1);
	}
	v2p_set_retry(reader.v2p, PATIENCE);
	v2p_set_retry(reader.once, 0);
	while (!shared_is_stopped()) {
		if (!choose_target(&reader) || !choose_way_to_ask(&reader))
			continue;
		ask(&reader);
		stop_asking(&reader);
	}
	v2p_close(reader.v2p);
	v2p_close(reader.once);
	_exit(0);
}
