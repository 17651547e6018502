// SPDX-License-Identifier: GPL-2.0
/* The kernel: what the oracle knows of it stays, while its tables change beside that. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "oracle.h"
#include "stressors.h"

#define PER_REGION 4

static const char *const symbols[PER_REGION] = {
	"_stext", "linux_banner", "init_task", "jiffies_64",
};

/* Of the direct map, pages that are free are not there: debug_pagealloc=on. */
static bool free_is_hidden(void)
{
	char words[4096];

	return !read_file("/proc/cmdline", words, sizeof(words)) &&
	       strstr(words, "debug_pagealloc=on");
}

static bool set_up_kernel(struct stressor *stressor)
{
	struct v2p_oracle_region region;
	const bool hidden = free_is_hidden();
	int oracle = oracle_open();
	unsigned int i, k;

	if (oracle < 0)
		return fail(stressor, "no oracle");
	for (i = 0; oracle_region(oracle, i, &region); i++) {
		const enum rule rule = !strcmp(region.name, "direct-map") && hidden ?
				       RULE_IF_THERE : RULE_STILL;

		for (k = 0; k < PER_REGION && stressor->place_count < MAX_PLACES; k++) {
			uint64_t address = (region.start + region.length / PER_REGION * k) &
					   -PAGE_SIZE;
			uint64_t physical;

			/* It knows of all where it would be, there or not. */
			if (!strcmp(region.name, "kernel-image"))
				address = kernel_symbol(symbols[k]) & -PAGE_SIZE;
			if (address < region.start ||
			    oracle_truth(oracle, i, address, &physical))
				continue;
			if (!add_place(stressor, (void *)address, physical, rule))
				return false;
		}
		if (stressor->area_count < MAX_AREAS && !strncmp(region.name, "vm", 2))
			add_area(stressor, (void *)region.start, region.length);
	}
	close(oracle);
	return stressor->area_count ? true : fail(stressor, "the oracle knows no region");
}

/* Modules that nobody else needs; each VM has one of them at least. */
static const char *const unused[] = { "hwpoison-inject", "lz4" };

static bool load_and_unload(const char *module)
{
	const char *const load[] = { "modprobe", module, NULL };
	const char *const unload[] = { "modprobe", "-r", module, NULL };

	return !run(load) && !run(unload);
}

/* Stacks of new tasks and memory of modules come and go in the kernel's own tables. */
static void change_kernel(struct stressor *stressor, unsigned int *random)
{
	pid_t children[8];
	unsigned int i;

	for (i = 0; i < 8; i++) {
		children[i] = fork();
		if (!children[i])
			_exit(0);
	}
	for (i = 0; i < 8; i++)
		if (children[i] > 0)
			waitpid(children[i], NULL, 0);
	if (random_below(random, 8) == 0)
		for (i = 0; i < sizeof(unused) / sizeof(unused[0]); i++)
			stressor->effects += load_and_unload(unused[i]);
}

const struct kind kernel = {
	"the kernel's own", set_up_kernel, change_kernel, "modules loaded and unloaded", 5,
};
