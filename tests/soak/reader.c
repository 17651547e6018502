// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <v2p.h>

#include "asker.h"
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
 * struct asker - one who asks
 * @v2p: the library's handle; what is being changed is asked anew by it
 * @once: another, by which it is not, for where the flags are asked for
 * @random: state of what it asks next
 * @victim: about which
 * @target: and whom
 */
struct asker {
	struct v2p *v2p;
	struct v2p *once;
	unsigned int random;
	struct victim *victim;
	struct v2p_target target;
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

static unsigned int any(struct asker *asker, unsigned int limit)
{
	return random_below(&asker->random, limit);
}

/* For a question that asks for the flags, and for holes. */
static struct v2p *any_handle(struct asker *asker)
{
	return any(asker, 2) ? asker->once : asker->v2p;
}

/* A process may end, if it is one that does; nothing else may fail. */
static void note_error(struct asker *asker, struct v2p *v2p, const char *way, int err)
{
	if (err == -ESRCH && asker->target.kind != V2P_TARGET_KERNEL)
		count(asker->victim, COUNT_GONE, 1);
	else if (!board_is_stopped())
		report(asker->victim, "%s: %d %s", way, err, v2p_error(v2p));
}

static const struct place *any_place(struct asker *asker)
{
	const struct victim *victim = asker->victim;

	return victim->place_count ? &victim->places[any(asker, victim->place_count)] : NULL;
}

static uint64_t any_address(struct asker *asker)
{
	const struct victim *victim = asker->victim;
	const struct area *area = &victim->areas[any(asker, victim->area_count)];

	return area->start + any(asker, area->length >> PAGE_SHIFT) * PAGE_SIZE +
	       any(asker, PAGE_SIZE);
}

/* What is known of a page that was not chosen for it. */
static const struct place *find_place(const struct victim *victim, uint64_t address)
{
	unsigned int low = 0, high = victim->place_count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (victim->places[middle].address + PAGE_SIZE <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < victim->place_count && victim->places[low].address <= address ?
		&victim->places[low] : NULL;
}

static uint64_t choose(struct asker *asker, const struct place **place)
{
	uint64_t address;

	if (any(asker, 4)) {
		*place = any_place(asker);
		if (*place)
			return (*place)->address + any(asker, PAGE_SIZE);
	}
	address = any_address(asker);
	*place = find_place(asker->victim, address);
	return address;
}

/* Scattered, or in a row as those who go through memory ask. */
static void choose_batch(struct asker *asker, unsigned int n)
{
	const bool in_a_row = any(asker, 2);
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (in_a_row && i) {
			asker->virtual[i] = asker->virtual[i - 1] + PAGE_SIZE;
			asker->places[i] = find_place(asker->victim, asker->virtual[i]);
		} else {
			asker->virtual[i] = choose(asker, &asker->places[i]);
		}
	}
}

static void ask_batch(struct asker *asker, enum way way)
{
	const unsigned int sizes = sizeof(batch_sizes) / sizeof(batch_sizes[0]);
	const unsigned int n = batch_sizes[any(asker, sizes)];
	const bool full = way == WAY_BATCH_FULL;
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = asker->status,
		.physical = asker->physical,
		.page_shift = full ? asker->shift : NULL,
		.flags = full ? asker->flags : NULL,
		.entry = full ? asker->entry : NULL,
		.swap_type = full ? asker->swap_type : NULL,
		.swap_offset = full ? asker->swap_offset : NULL,
	};
	const char *name = full ? "batch, every field" : "batch";
	struct v2p *v2p = full ? any_handle(asker) : asker->v2p;
	struct sums sums = {};
	unsigned int i;
	int err;

	choose_batch(asker, n);
	err = v2p_translate(v2p, asker->target, asker->virtual, n, &arrays);
	if (err) {
		note_error(asker, v2p, name, err);
		return;
	}
	for (i = 0; i < n; i++) {
		struct v2p_translation answer = {
			.status = asker->status[i], .physical = asker->physical[i],
		};

		if (full) {
			answer.page_shift = asker->shift[i];
			answer.flags = asker->flags[i];
			answer.entry = asker->entry[i];
			answer.swap_offset = asker->swap_offset[i];
		}
		verify_answer(asker->victim, &sums, name, asker->virtual[i],
			      asker->places[i], &answer);
	}
	sums_add(&sums, asker->victim);
}

/*
 * The same batch, of what is never mapped if there is that, as fast as it goes: of all
 * ways this has the best chance to be on the way down to a table that goes elsewhere.
 */
static void ask_again(struct asker *asker)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = asker->status, .physical = asker->physical,
	};
	struct v2p *v2p = asker->once;
	struct sums sums = {};
	unsigned int i, turn, tries;
	int err;

	for (i = 0; i < AGAIN_BATCH; i++) {
		const struct place *place = any_place(asker);

		for (tries = 0; place && place->rule != RULE_NEVER && tries < 8; tries++)
			place = any_place(asker);
		if (!place)
			return;
		if (place->rule != RULE_NEVER)
			v2p = asker->v2p;
		asker->places[i] = place;
		asker->virtual[i] = place->address;
	}
	for (turn = 0; turn < AGAIN_TURNS; turn++) {
		err = v2p_translate(v2p, asker->target, asker->virtual, AGAIN_BATCH, &arrays);
		if (err) {
			note_error(asker, v2p, "again", err);
			break;
		}
		for (i = 0; i < AGAIN_BATCH; i++)
			verify_answer(asker->victim, &sums, "again", asker->virtual[i],
				      asker->places[i], &(struct v2p_translation) {
					.status = asker->status[i],
					.physical = asker->physical[i] });
	}
	sums_add(&sums, asker->victim);
}

static void ask_walk(struct asker *asker)
{
	const struct place *place;
	const uint64_t address = choose(asker, &place);
	struct v2p *v2p = any_handle(asker);
	struct sums sums = {};
	struct v2p_walk walk = { .size = sizeof(walk) };
	int err;

	err = v2p_get_walk(v2p, asker->target, address, &walk);
	if (err) {
		note_error(asker, v2p, "walk", err);
		return;
	}
	verify_walk(asker->victim, &sums, address, place, &walk);
	sums_add(&sums, asker->victim);
}

static void ask_range(struct asker *asker, const char *name, struct v2p_range *range)
{
	struct v2p *v2p = asker->v2p;
	struct mapping mapping;
	int err;

	range->merge = any(asker, 4) == 0;
	if (any(asker, 2)) {
		range->states = (1u << __V2P_STATUS_MAX) - 1;
		v2p = any_handle(asker);
	}
	mapping_start(&mapping, asker->victim, name, range);
	err = v2p_map(v2p, asker->target, range, mapping_take, &mapping);
	if (err < 0)
		note_error(asker, v2p, name, err);
	else if (!err)
		mapping_end(&mapping);
	sums_add(&mapping.sums, asker->victim);
}

/* Around a place, such as one message answers. */
static void ask_map(struct asker *asker)
{
	const struct place *place;
	const uint64_t address = choose(asker, &place) & -PAGE_SIZE;
	const uint64_t before = any(asker, 64) * PAGE_SIZE;
	struct v2p_range range = { .size = sizeof(range), .start = address - before };

	if (place && place->rule == RULE_INVALID)
		return;
	range.length = before + (1 + any(asker, 64)) * PAGE_SIZE;
	/* Not beyond the highest address there is. */
	if (range.start + range.length - 1 < range.start)
		range.length = -range.start;
	ask_range(asker, "map", &range);
}

static void ask_dump(struct asker *asker)
{
	const struct victim *victim = asker->victim;
	const struct area *area = &victim->areas[any(asker, victim->area_count)];
	struct v2p_range range = {
		.size = sizeof(range), .start = area->start, .length = area->length,
	};

	ask_range(asker, "dump", &range);
}

static void ask_whole(struct asker *asker)
{
	struct v2p_range range = {
		.size = sizeof(range), .start = 0, .length = V2P_TO_THE_END,
	};

	ask_range(asker, "dump of all", &range);
}

enum verdict { UNKNOWN, AGREES, AWAY, CONTRADICTS };

/*
 * The kernel may move a page on its own account. It may also hold its entry empty, but
 * that is marked.
 */
static enum verdict compare(const struct asker *asker, uint64_t before, uint64_t after,
			    unsigned int i)
{
	const uint64_t physical = (before & PM_FRAME) << PAGE_SHIFT;
	const uint8_t status = asker->status[i];

	if ((before ^ after) & PM_PLACE || asker->flags[i] & V2P_FLAG_CHANGING)
		return UNKNOWN;
	if (before & (PM_PRESENT | PM_SWAP) && status == V2P_STATUS_NONE)
		return CONTRADICTS;
	if (before & PM_PRESENT)
		return status != V2P_STATUS_MAPPED ? AWAY :
		       asker->physical[i] == physical ? AGREES : CONTRADICTS;
	if (status == V2P_STATUS_MAPPED || status == V2P_STATUS_INVALID)
		return CONTRADICTS;
	if (!(before & PM_SWAP))
		return status == V2P_STATUS_NONE ? AGREES : AWAY;
	if (status == V2P_STATUS_SWAPPED)
		return asker->swap_type[i] == pm_swap_type(before) &&
		       asker->swap_offset[i] == pm_swap_offset(before) ? AGREES : CONTRADICTS;
	return AGREES;
}

static bool read_around(struct asker *asker, int pagemap, uint64_t *before, uint64_t *after)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = asker->status, .physical = asker->physical, .flags = asker->flags,
		.swap_type = asker->swap_type, .swap_offset = asker->swap_offset,
	};
	struct v2p *v2p = any_handle(asker);
	int err;

	if (!pagemap_read(pagemap, asker->virtual[0], before, SETTLED_PAGES))
		return false;
	err = v2p_translate(v2p, asker->target, asker->virtual, SETTLED_PAGES, &arrays);
	if (err)
		note_error(asker, v2p, "settled", err);
	return !err && pagemap_read(pagemap, asker->virtual[0], after, SETTLED_PAGES);
}

/* What changes, in between two changes: pagemap has the same before and after. */
static void ask_settled(struct asker *asker)
{
	uint64_t before[SETTLED_PAGES], after[SETTLED_PAGES];
	unsigned int away[SETTLED_PAGES] = {}, i, try;
	struct victim *victim = asker->victim;
	const unsigned long turn = __atomic_load_n(&victim->turn, __ATOMIC_SEQ_CST);
	const uint64_t start = any_address(asker) & -PAGE_SIZE;
	struct sums sums = {};
	bool again = true;
	int pagemap;

	if (asker->target.kind == V2P_TARGET_KERNEL || asker->target.id != (uint64_t)victim->pid || turn % 2)
		return;
	pagemap = pagemap_open(asker->target.id);
	if (pagemap < 0)
		return;
	for (i = 0; i < SETTLED_PAGES; i++)
		asker->virtual[i] = start + i * PAGE_SIZE;
	for (try = 0; again && try < SETTLED_TRIES; try++) {
		if (!read_around(asker, pagemap, before, after) ||
		    __atomic_load_n(&victim->turn, __ATOMIC_SEQ_CST) != turn)
			break;
		again = false;
		for (i = 0; i < SETTLED_PAGES; i++) {
			enum verdict verdict = compare(asker, before[i], after[i], i);

			/* Of a driver's pages, pagemap shows nothing. */
			if (!(before[i] & PM_PLACE) && find_place(victim, asker->virtual[i]))
				continue;
			away[i] = verdict == AWAY ? away[i] + 1 : 0;
			again |= away[i];
			sums.counts[COUNT_ANSWERS]++;
			sums.counts[COUNT_SETTLED] += verdict == AGREES;
			if (verdict == CONTRADICTS || away[i] == SETTLED_TRIES)
				report(victim, "settled: 0x%" PRIx64 ": pagemap 0x%" PRIx64
				       ", v2p %s 0x%" PRIx64 ", turn %lu", asker->virtual[i],
				       before[i], v2p_status_name(asker->status[i]),
				       asker->physical[i], turn);
		}
	}
	close(pagemap);
	sums_add(&sums, victim);
}

static void ask(struct asker *asker)
{
	/* A dump of all takes as long as thousands of walks. */
	static const unsigned char ways[] = {
		WAY_BATCH, WAY_BATCH, WAY_BATCH, WAY_AGAIN, WAY_AGAIN, WAY_BATCH_FULL, WAY_BATCH_FULL,
		WAY_WALK, WAY_WALK, WAY_WALK, WAY_WALK, WAY_MAP, WAY_MAP, WAY_MAP,
		WAY_DUMP, WAY_DUMP, WAY_DUMP, WAY_SETTLED, WAY_SETTLED, WAY_SETTLED, WAY_SETTLED,
	};
	enum way way = ways[any(asker, sizeof(ways))];

	if (any(asker, 200) == 0)
		way = WAY_WHOLE;
	switch (way) {
	case WAY_BATCH:
	case WAY_BATCH_FULL:
		ask_batch(asker, way);
		break;
	case WAY_AGAIN:
		ask_again(asker);
		break;
	case WAY_WALK:
		ask_walk(asker);
		break;
	case WAY_MAP:
		ask_map(asker);
		break;
	case WAY_DUMP:
		ask_dump(asker);
		break;
	case WAY_WHOLE:
		ask_whole(asker);
		break;
	default:
		ask_settled(asker);
	}
	__atomic_fetch_add(&board->ways[way], 1, __ATOMIC_RELAXED);
}

static bool choose_target(struct asker *asker)
{
	struct victim *victim = any(asker, 4) ? board_focus() :
						&board->victims[any(asker, MAX_VICTIMS)];
	pid_t pid;

	asker->victim = victim;
	if (__atomic_load_n(&victim->state, __ATOMIC_ACQUIRE) != STATE_WORKING ||
	    !victim->area_count)
		return false;
	if (victim->kernel) {
		asker->target = v2p_kernel();
		return true;
	}
	pid = __atomic_load_n(any(asker, 2) ? &victim->child : &victim->pid,
			      __ATOMIC_SEQ_CST);
	asker->target = v2p_pid(pid);
	return pid;
}

void ask_forever(unsigned int seed)
{
	static struct asker asker;

	asker.random = seed;
	if (v2p_open(&asker.v2p) || v2p_open(&asker.once)) {
		fprintf(stderr, "v2p_open: %s\n",
			v2p_error(asker.once ? asker.once : asker.v2p));
		_exit(1);
	}
	v2p_set_retry(asker.v2p, PATIENCE);
	v2p_set_retry(asker.once, 0);
	while (!board_is_stopped())
		if (choose_target(&asker))
			ask(&asker);
	v2p_close(asker.v2p);
	v2p_close(asker.once);
	_exit(0);
}
