// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch.h"
#include "pagemap.h"
#include "stressors.h"
#include "verify.h"

#define MAX_RAM 32
#define MOST_EXTENTS 200000

static struct area ram[MAX_RAM];
static unsigned int ram_count;

bool verify_start(void)
{
	FILE *file = fopen("/proc/iomem", "re");
	uint64_t first, last;
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		if (line[0] == ' ' || !strstr(line, "System RAM") || ram_count == MAX_RAM ||
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &first, &last) != 2 || !last)
			continue;
		ram[ram_count++] = (struct area) { first, last - first + 1 };
	}
	if (file)
		fclose(file);
	return ram_count;
}

static bool is_ram(uint64_t physical, uint64_t length)
{
	unsigned int i;

	for (i = 0; i < ram_count; i++)
		if (physical >= ram[i].start && length <= ram[i].length &&
		    physical - ram[i].start <= ram[i].length - length)
			return true;
	return false;
}

void sums_add(const struct sums *sums, struct stressor *stressor)
{
	unsigned int i;

	for (i = 0; i < COUNTS; i++)
		count(stressor, i, sums->counts[i]);
}

static bool is_page_shift(uint8_t shift)
{
	return shift == PAGE_SHIFT || shift == HUGE_SHIFT || shift == GIANT_SHIFT ||
	       (ARCH_RUN_SHIFT && shift == ARCH_RUN_SHIFT);
}

static void wrong(struct stressor *stressor, const char *way, const char *what,
		  uint64_t address, const struct place *place,
		  const struct v2p_translation *answer)
{
	const char *status = v2p_status_name(answer->status);

	report(stressor, "%s, %s: 0x%" PRIx64 ": %s 0x%" PRIx64 " shift %u entry 0x%" PRIx64
	       " offset 0x%" PRIx64 ", known 0x%" PRIx64 ", turn %lu", way, what, address,
	       status ? status : "?", answer->physical, answer->page_shift, answer->entry,
	       answer->swap_offset, place ? place->physical : 0, stressor->turn);
}

static const char *contradiction(const struct stressor *stressor, uint64_t address,
				 const struct v2p_translation *answer)
{
	const uint8_t shift = answer->page_shift ? answer->page_shift : PAGE_SHIFT;
	const uint64_t inside = (UINT64_C(1) << shift) - 1;

	if (answer->status > V2P_STATUS_MAX)
		return "unknown status";
	if (answer->flags & V2P_FLAG_CHANGING &&
	    (answer->status != V2P_STATUS_NONE || stressor->kernel))
		return "changing, but not empty";
	if (answer->status != V2P_STATUS_MAPPED)
		return NULL;
	if (!is_page_shift(shift))
		return "no size of a page";
	if ((answer->physical ^ address) & inside)
		return "another offset in the page";
	/* Device memory is the kernel's alone, here. */
	if (!stressor->kernel && !is_ram(answer->physical & ~inside, inside + 1))
		return "no memory";
	return NULL;
}

/* Of what is there all the time, though not always in its entry. */
static const char *judge_away(const struct v2p_translation *answer, enum count *what)
{
	*what = COUNT_AWAY;
	switch (answer->status) {
	case V2P_STATUS_NONE:
		*what = COUNT_MARKED;
		return answer->flags & V2P_FLAG_CHANGING ? NULL : "none, though it is there";
	case V2P_STATUS_MIGRATING:
	case V2P_STATUS_SWAPPED:
		return NULL;
	default:
		return "no state of what is there";
	}
}

/* Returns what is wrong with it, or NULL. */
static const char *judge(const struct place *place, uint64_t address,
			 const struct v2p_translation *answer, enum count *what)
{
	const uint64_t physical = place->physical + (address - place->address);

	switch (place->rule) {
	case RULE_THERE:
		*what = COUNT_RIGHT;
		if (answer->status == V2P_STATUS_MAPPED)
			return NULL;
		return judge_away(answer, what);
	case RULE_STILL:
	case RULE_STAYS:
	case RULE_IF_THERE:
		*what = COUNT_RIGHT;
		if (answer->status == V2P_STATUS_MAPPED)
			return answer->physical == physical ? NULL : "another page";
		if (place->rule == RULE_STILL)
			return "not there";
		*what = COUNT_AWAY;
		if (answer->status == V2P_STATUS_MIGRATING && answer->swap_offset &&
		    answer->swap_offset != physical >> PAGE_SHIFT)
			return "another page, migrating";
		if (answer->status == V2P_STATUS_INVALID)
			return "not valid";
		return place->rule == RULE_STAYS ? judge_away(answer, what) : NULL;
	case RULE_NEVER:
		*what = COUNT_NOTHING;
		return answer->status == V2P_STATUS_NONE ? NULL : "never touched";
	case RULE_INVALID:
		*what = COUNT_NOTHING;
		return answer->status == V2P_STATUS_INVALID ? NULL : "not a process's";
	}
	return "no rule";
}

void verify_answer(struct stressor *stressor, struct sums *sums, const char *way,
		   uint64_t address, const struct place *place,
		   const struct v2p_translation *answer)
{
	const char *bad = contradiction(stressor, address, answer);
	enum count what;

	sums->counts[COUNT_ANSWERS]++;
	if (!bad && place) {
		bad = judge(place, address, answer, &what);
		if (!bad)
			sums->counts[what]++;
	}
	if (bad)
		wrong(stressor, way, bad, address, place, answer);
	else if (answer->status == V2P_STATUS_MAPPED && answer->page_shift == HUGE_SHIFT)
		sums->counts[COUNT_HUGE]++;
}

static const char *broken_chain(const struct v2p_walk *walk)
{
	uint64_t table = walk->root;
	unsigned int i;

	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_step *step = &walk->steps[i];

		if (step->entry_physical != table + step->index * sizeof(uint64_t))
			return "an entry outside of its table";
		if (!is_ram(step->entry_physical, sizeof(uint64_t)))
			return "a table outside of memory";
		if (i && step->level >= walk->steps[i - 1].level)
			return "levels out of order";
		table = ARCH_TABLE(step->entry);
	}
	if (i && walk->steps[i - 1].entry != walk->translation.entry)
		return "another entry than the last";
	return NULL;
}

void verify_walk(struct stressor *stressor, struct sums *sums, uint64_t address,
		 const struct place *place, const struct v2p_walk *walk)
{
	const char *bad = broken_chain(walk);

	if (bad)
		wrong(stressor, "walk", bad, address, place, &walk->translation);
	else
		verify_answer(stressor, sums, "walk", address, place, &walk->translation);
}

void mapping_start(struct mapping *mapping, struct stressor *stressor, const char *way,
		   const struct v2p_range *range)
{
	unsigned int i = 0;

	while (i < stressor->place_count && stressor->places[i].address < range->start)
		i++;
	*mapping = (struct mapping) {
		.stressor = stressor, .way = way, .range = *range, .next = range->start,
		.place = i,
	};
}

static bool ends_before(const struct v2p_range *range, uint64_t address)
{
	return range->length != V2P_TO_THE_END && address - range->start >= range->length;
}

/* Judges the places up to an address, of which no extent told. */
static void judge_absent(struct mapping *mapping, uint64_t address)
{
	static const struct v2p_translation none = { .status = V2P_STATUS_NONE };
	struct stressor *stressor = mapping->stressor;

	for (; mapping->place < stressor->place_count; mapping->place++) {
		const struct place *place = &stressor->places[mapping->place];

		if (place->address >= address || place->rule == RULE_INVALID ||
		    ends_before(&mapping->range, place->address))
			break;
		verify_answer(stressor, &mapping->sums, mapping->way, place->address, place,
			      &none);
	}
}

int mapping_take(const struct v2p_extent *extent, void *data)
{
	struct mapping *mapping = data;
	struct stressor *stressor = mapping->stressor;
	struct v2p_translation answer = {
		.status = extent->status, .physical = extent->physical,
		.page_shift = extent->page_shift, .flags = extent->flags,
	};
	const char *bad = NULL;

	judge_absent(mapping, extent->address);
	if (extent->address < mapping->next)
		bad = "extents out of order";
	else if (!extent->length || extent->address + extent->length - 1 < extent->address ||
		 ends_before(&mapping->range, extent->address + extent->length - 1))
		bad = "an extent outside of its range";
	else if (extent->status == V2P_STATUS_MAPPED && !stressor->kernel &&
		 !is_ram(extent->physical, extent->length))
		bad = "an extent outside of memory";
	mapping->next = extent->address + extent->length;
	if (bad)
		wrong(stressor, mapping->way, bad, extent->address, NULL, &answer);
	else
		verify_answer(stressor, &mapping->sums, mapping->way, extent->address, NULL,
			      &answer);

	for (; mapping->place < stressor->place_count; mapping->place++) {
		const struct place *place = &stressor->places[mapping->place];

		if (place->address - extent->address >= extent->length)
			break;
		answer.physical = extent->physical + place->address - extent->address;
		verify_answer(stressor, &mapping->sums, mapping->way, place->address, place,
			      &answer);
	}
	return ++mapping->count == MOST_EXTENTS;
}

void mapping_end(struct mapping *mapping)
{
	judge_absent(mapping, UINT64_MAX);
}
