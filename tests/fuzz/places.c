// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "pagemap.h"
#include "places.h"
#include "wire.h"

#define SIZE (PLACE_PAGES * PAGE_SIZE)

static struct child idle;

/* Alternating rights, so that the pages are many extents. */
static bool fill(void)
{
	char *area = (char *)PLACE_START;
	size_t at;

	if (mmap(area, SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != area)
		return false;
	madvise(area, SIZE, MADV_NOHUGEPAGE);
	if (mlock(area, SIZE))
		return false;
	for (at = 0; at < SIZE; at += PAGE_SIZE) {
		area[at] = 1;
		if (at / PAGE_SIZE % 2 && mprotect(area + at, PAGE_SIZE, PROT_READ))
			return false;
	}
	return true;
}

static bool start_other(void)
{
	if (child_start(&idle)) {
		if (fill())
			child_done(&idle);
		_exit(1);
	}
	return child_wait(&idle);
}

static pid_t exited_process(void)
{
	siginfo_t info;
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	return pid;
}

static bool is_isolated(void)
{
	struct wire *wire = malloc(sizeof(*wire));
	bool is = false;

	if (wire && !wire_open(wire)) {
		is = wire_has_feature(wire, V2P_FEATURE_USER_ROOT);
		wire_close(wire);
	}
	free(wire);
	return is;
}

bool places_open(struct places *places)
{
	*places = (struct places){ .thread = 2, .isolated = is_isolated() };
	/* First, so that it does not have ours. */
	if (!start_other() || !fill()) {
		perror("memory");
		return false;
	}
	places->self.pid = getpid();
	places->other.pid = idle.pid;
	places->gone = exited_process();
	places->self.pagemap = pagemap_open(places->self.pid);
	places->other.pagemap = pagemap_open(places->other.pid);
	return places->self.pagemap >= 0 && places->other.pagemap >= 0;
}

void places_close(struct places *places)
{
	close(places->self.pagemap);
	close(places->other.pagemap);
	waitpid(places->gone, NULL, 0);
	child_end(&idle);
	munmap((void *)PLACE_START, SIZE);
}

bool place_agrees(const struct place *place, uint64_t address, uint64_t physical)
{
	uint64_t entry;

	return pagemap_read(place->pagemap, address, &entry, 1) && entry & PM_PRESENT &&
	       (entry & PM_FRAME) * PAGE_SIZE + address % PAGE_SIZE == physical;
}
