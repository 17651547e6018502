// SPDX-License-Identifier: GPL-2.0
/*
 * Goes over the memory of all processes, and of the kernel, without pause, until it
 * is told to stop (SIGTERM): that nothing else behaves otherwise is for others to
 * see. What holds for any answer is verified.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "pagemap.h"
#include "random.h"
#include "verify.h"

#define BATCH 1024
#define WALKS 8

/**
 * struct sample - some of the addresses that a map showed
 * @mapping: for the verification of all of it
 * @addresses: of which each is of another extent
 * @count: how many
 * @seen: extents, so far
 * @random: for the choice
 */
struct sample {
	struct mapping mapping;
	uint64_t addresses[BATCH];
	unsigned int count;
	unsigned long seen;
	unsigned int random;
};

static volatile sig_atomic_t stop;
static struct stressor anybody, kernel = { .kernel = true };
static unsigned long maps, extents, translations, walks, gone, failures;

static void stop_soon(int signal)
{
	stop = 1;
}

/* Keeps the first, and of later ones each with the same chance. */
static int keep(const struct v2p_extent *extent, void *data)
{
	struct sample *sample = data;
	const uint64_t pages = extent->length >> PAGE_SHIFT;
	unsigned int i = sample->count;

	mapping_take(extent, &sample->mapping);
	sample->seen++;
	if (i < BATCH)
		sample->count++;
	else
		i = random_next(&sample->random) % sample->seen;
	if (i < BATCH)
		sample->addresses[i] = extent->address +
			(pages ? random_next(&sample->random) % pages * PAGE_SIZE : 0);
	return stop;
}

/* Returns false where there is nothing to go on with. */
static bool note(struct v2p *v2p, const char *what, struct v2p_target target, int err)
{
	if (!err)
		return true;
	/* It ended, or is a kernel's thread. */
	if (target.kind != V2P_TARGET_KERNEL && (err == -ESRCH || err == -EINVAL)) {
		gone++;
	} else if (err != 1) {
		if (!failures++)
			printf("# scanner: %s: %d %s\n", what, err, v2p_error(v2p));
	}
	return false;
}

static void translate(struct v2p *v2p, struct v2p_target target, struct stressor *stressor,
		      const struct sample *sample)
{
	static uint64_t physical[BATCH], entry[BATCH], swap_offset[BATCH];
	static uint8_t status[BATCH], shift[BATCH];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical, .page_shift = shift,
		.entry = entry, .swap_offset = swap_offset,
	};
	struct sums sums = {};
	unsigned int i;

	if (!sample->count ||
	    !note(v2p, "translate", target,
		  v2p_translate(v2p, target, sample->addresses, sample->count, &arrays)))
		return;
	translations += sample->count;
	for (i = 0; i < sample->count; i++)
		verify_answer(stressor, &sums, "batch", sample->addresses[i], NULL,
			      &(struct v2p_translation) {
				.status = status[i], .physical = physical[i],
				.page_shift = shift[i], .entry = entry[i],
				.swap_offset = swap_offset[i] });
	for (i = 0; i < WALKS && i < sample->count; i++) {
		struct v2p_walk walk = { .size = sizeof(walk) };

		if (!note(v2p, "walk", target,
			  v2p_get_walk(v2p, target, sample->addresses[i], &walk)))
			return;
		walks++;
		verify_walk(stressor, &sums, sample->addresses[i], NULL, &walk);
	}
}

static void scan(struct v2p *v2p, struct v2p_target target)
{
	static struct sample sample = { .random = 1 };
	struct stressor *stressor = target.kind == V2P_TARGET_KERNEL ? &kernel : &anybody;
	const struct v2p_range range = {
		.size = sizeof(range), .start = 0, .length = V2P_TO_THE_END,
	};
	bool good;

	sample.count = 0;
	sample.seen = 0;
	mapping_start(&sample.mapping, stressor, "map", &range);
	good = note(v2p, "map", target, v2p_map(v2p, target, &range, keep, &sample));
	extents += sample.seen;
	maps += good;
	if (good)
		translate(v2p, target, stressor, &sample);
}

static void scan_all(struct v2p *v2p)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;

	while (!stop && directory && (entry = readdir(directory))) {
		int pid = atoi(entry->d_name);

		if (pid > 0)
			scan(v2p, v2p_pid(pid));
	}
	if (directory)
		closedir(directory);
	scan(v2p, v2p_kernel());
}

static unsigned long wrong(const struct stressor *stressor)
{
	unsigned int i;

	for (i = 0; i < stressor->counts[COUNT_WRONG] && i < MAX_REPORTS; i++)
		printf("# scanner: WRONG: %s\n", stressor->reports[i]);
	return stressor->counts[COUNT_WRONG];
}

int main(void)
{
	struct v2p *v2p;
	unsigned long bad;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, stop_soon);
	if (!verify_start() || v2p_open(&v2p)) {
		printf("# scanner: no memory in /proc/iomem, or no v2p\n");
		return 1;
	}
	while (!stop)
		scan_all(v2p);
	bad = wrong(&anybody) + wrong(&kernel);
	printf("# scanned: maps=%lu extents=%lu translations=%lu walks=%lu gone=%lu wrong=%lu failures=%lu\n",
	       maps, extents, translations, walks, gone, bad, failures);
	v2p_close(v2p);
	return bad || failures;
}
