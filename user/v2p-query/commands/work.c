// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdlib.h>

#include "base/target.h"
#include "commands/work.h"

/* Entries that are asked at one level; if there are more, the levels below are not looked at. */
#define MOST (1 << 18)

/**
 * struct work_part - what one entry maps, or leads to
 * @start: its first address
 * @before: entries in the parts before it
 * @shift: it spans 1 << @shift bytes
 * @entries: 1, or those of the table that it leads to
 */
struct work_part {
	uint64_t start;
	uint64_t before;
	uint8_t shift;
	uint16_t entries;
};

/**
 * struct search - parts of one level after the other
 * @first, @last: addresses of the range
 * @info: of the machine
 * @level: of @info's, that is being asked
 * @work: what was found at the levels above
 */
struct search {
	const struct session *session;
	const struct v2p_info *info;
	uint64_t first;
	uint64_t last;
	unsigned int level;
	struct work *work;
};

static bool is_table(const struct work_part *part)
{
	return part->entries > 1;
}

static uint64_t last_of(const struct work_part *part)
{
	return part->start + ((UINT64_C(1) << part->shift) - 1);
}

/* Put the entries of a table that are in the range into @parts, and return how many. */
static size_t put_entries(const struct search *search, const struct work_part *table,
			  struct work_part *parts)
{
	const struct v2p_level_info *level = &search->info->levels[search->level];
	struct work_part part = {
		.start = table->start, .shift = level->shift, .entries = 1U << level->bits,
	};
	size_t count = 0;
	unsigned int i;

	for (i = 0; i < part.entries; i++, part.start += UINT64_C(1) << part.shift)
		if (part.start <= search->last && last_of(&part) >= search->first)
			parts[count++] = part;
	return count;
}

/* Replace each table by its entries at the next level. Returns false if they are too many. */
static bool descend(struct search *search)
{
	const unsigned int bits = search->info->levels[search->level].bits;
	struct work *work = search->work;
	struct work_part *parts;
	size_t i, tables = 0, count = 0;

	for (i = 0; i < work->count; i++)
		tables += is_table(&work->parts[i]);
	if (tables << bits > MOST)
		return false;
	parts = malloc((work->count + (tables << bits)) * sizeof(*parts));
	if (!parts)
		return false;
	for (i = 0; i < work->count; i++) {
		if (is_table(&work->parts[i]))
			count += put_entries(search, &work->parts[i], parts + count);
		else
			parts[count++] = work->parts[i];
	}
	free(work->parts);
	work->parts = parts;
	work->count = count;
	return true;
}

/* Entries that a part stands for, by a translation in it: 0, 1 for a page, or those of a table. */
static unsigned int entries_of(const struct work_part *part, uint8_t status, uint8_t page_shift)
{
	if (status == V2P_STATUS_INVALID)
		return 0;
	if (page_shift < part->shift)
		return part->entries;
	return status != V2P_STATUS_NONE;
}

static int ask(const struct search *search, const uint64_t *addresses, size_t count,
	       uint8_t *status, uint8_t *page_shift)
{
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .page_shift = page_shift,
	};

	return v2p_translate(search->session->v2p, search->session->asked, addresses, count, &arrays);
}

/* Ask for each table of the level, and keep the parts that are not empty. */
static bool look(struct search *search)
{
	struct work *work = search->work;
	uint64_t *addresses = calloc(work->count, sizeof(*addresses));
	uint8_t *status = calloc(work->count, 1), *page_shift = calloc(work->count, 1);
	size_t i, asked = 0, count = 0;
	bool answered;

	answered = addresses && status && page_shift;
	for (i = 0; answered && i < work->count; i++) {
		uint64_t start = work->parts[i].start;

		if (is_table(&work->parts[i]))
			addresses[asked++] = start > search->first ? start : search->first;
	}
	answered = answered && !ask(search, addresses, asked, status, page_shift);
	asked = 0;
	for (i = 0; answered && i < work->count; i++) {
		struct work_part part = work->parts[i];

		if (is_table(&part)) {
			part.entries = entries_of(&part, status[asked], page_shift[asked]);
			asked++;
		}
		if (part.entries)
			work->parts[count++] = part;
	}
	if (answered)
		work->count = count;
	free(addresses);
	free(status);
	free(page_shift);
	return answered;
}

static void set_range(struct search *search, const struct v2p_range *range)
{
	uint64_t half = UINT64_C(1) << (search->info->virtual_bits - 1) % 64;

	search->first = range->start;
	search->last = range->start + (range->length - 1);
	if (range->length != V2P_TO_THE_END)
		return;
	search->last = target_is_kernel(search->session->target) ? UINT64_MAX : half - 1;
	if (target_is_kernel(search->session->target) && search->first < -half)
		search->first = -half;
}

/* Begin with one part, which is the top-level table. */
static bool begin(struct search *search)
{
	const struct v2p_level_info *top = &search->info->levels[0];
	unsigned int shift = top->shift + top->bits;
	unsigned int i;

	for (i = 0; i < search->info->level_count; i++)
		if (search->info->levels[i].bits > 15 || search->info->levels[i].shift > 63)
			return false;
	if (!search->info->level_count || shift > 63)
		return false;
	search->work->parts = malloc(sizeof(*search->work->parts));
	if (!search->work->parts)
		return false;
	search->work->count = 1;
	search->work->parts[0] = (struct work_part){
		.start = search->first >> shift << shift, .shift = shift,
		.entries = 1U << top->bits,
	};
	return true;
}

static void add_up(struct work *work)
{
	size_t i;

	for (i = 0; i < work->count; i++) {
		work->parts[i].before = work->entries;
		work->entries += work->parts[i].entries;
	}
}

void work_measure(struct work *work, const struct session *session,
		  const struct v2p_range *range)
{
	struct search search = { .session = session, .info = &session->info, .work = work };

	*work = (struct work){ 0 };
	set_range(&search, range);
	if (!begin(&search))
		return;
	/* The entries of a table of the last level are not asked one by one. */
	while (search.level + 1 < search.info->level_count && descend(&search)) {
		if (!look(&search)) {
			work_free(work);
			break;
		}
		search.level++;
	}
	add_up(work);
}

void work_free(struct work *work)
{
	free(work->parts);
	*work = (struct work){ 0 };
}

uint64_t work_done(const struct work *work, uint64_t next)
{
	const struct work_part *part;
	size_t low = 0, high = work->count;
	double share;

	/* Find the last part that starts below @next. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (work->parts[middle].start < next)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return 0;
	part = &work->parts[low - 1];
	share = (double)(next - part->start) / (UINT64_C(1) << part->shift);
	return part->before + (uint64_t)(part->entries * (share < 1 ? share : 1));
}
