// SPDX-License-Identifier: GPL-2.0
/*
 * A process with memory of many kinds, for v2p-query page to look at. Prints where that is in
 * physical memory by pagemap, and the NUMA node by move_pages(), as shell assignments; empty
 * where this kernel has no such memory. Stays until its standard input ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pagemap.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static int pagemap;

static uint64_t frame_of(const volatile void *address)
{
	const uint64_t entry = pagemap_entry(pagemap, address);

	return entry & PM_PRESENT ? entry & PM_FRAME : 0;
}

static void tell(const char *name, const volatile void *address)
{
	const uint64_t frame = address ? frame_of(address) : 0;

	if (frame)
		printf("%s=0x%" PRIx64 "\n", name, frame * PAGE_SIZE);
	else
		printf("%s=\n", name);
}

static char *map(size_t size, int flags)
{
	char *area = mmap(NULL, size, RW, flags, -1, 0);

	return area == MAP_FAILED ? NULL : area;
}

static char *small(int flags)
{
	char *page = map(PAGE_SIZE, flags);

	if (!page)
		_exit(1);
	madvise(page, PAGE_SIZE, MADV_NOHUGEPAGE);
	return page;
}

static void tell_node(const char *name, void *address)
{
	int node = -1;

	syscall(SYS_move_pages, 0, 1, &address, NULL, &node, 0);
	printf("%s=%d\n", name, node);
}

/* The 38th page of a transparent huge page, where there is one. */
static void tell_thp(void)
{
	char *area = map(2 * HUGE_SIZE, ANON);
	char *huge = (char *)(((uintptr_t)area + HUGE_SIZE - 1) & -HUGE_SIZE);
	uint64_t first;
	size_t i;

	if (!area || madvise(huge, HUGE_SIZE, MADV_HUGEPAGE)) {
		tell("THP", NULL);
		return;
	}
	memset(huge, 1, HUGE_SIZE);
	mlock(huge, HUGE_SIZE);
	first = frame_of(huge);
	for (i = 0; i < HUGE_SIZE / PAGE_SIZE; i++)
		if (frame_of(huge + i * PAGE_SIZE) != first + i)
			first = 0;
	tell("THP", first && first % PER_TABLE == 0 ? huge + 37 * PAGE_SIZE : NULL);
}

static void tell_file(const char *path)
{
	const int fd = open(path, O_RDONLY);
	const volatile char *file = mmap(NULL, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, PAGE_SIZE);
	struct stat status;

	if (file == MAP_FAILED || fstat(fd, &status))
		_exit(1);
	(void)*file;
	tell("FILE", file);
	printf("FILE_DEVICE=%u:%u FILE_INODE=%" PRIu64 "\n", major(status.st_dev),
	       minor(status.st_dev), (uint64_t)status.st_ino);
}

static void set(const char *path, const char *value)
{
	const int fd = open(path, O_WRONLY);

	if (fd >= 0 && write(fd, value, strlen(value)) < 0)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	close(fd);
}

/* Two pages of the same content, once they are one; empty if that takes too long. */
static void tell_ksm(void)
{
	char *one = small(ANON), *other = small(ANON);
	unsigned int tries;

	memset(one, 0x5a, PAGE_SIZE);
	memset(other, 0x5a, PAGE_SIZE);
	if (madvise(one, PAGE_SIZE, MADV_MERGEABLE) || madvise(other, PAGE_SIZE, MADV_MERGEABLE)) {
		tell("MERGED", NULL);
		return;
	}
	set("/sys/kernel/mm/ksm/sleep_millisecs", "20");
	set("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	set("/sys/kernel/mm/ksm/run", "1");
	for (tries = 0; tries < 300 && frame_of(one) != frame_of(other); tries++)
		usleep(100000);
	set("/sys/kernel/mm/ksm/run", "0");
	tell("MERGED", frame_of(one) == frame_of(other) ? one : NULL);
}

/* The last one of three has it, too, and all wait for the first. */
static void share(int *hold)
{
	char byte;

	if (pipe(hold))
		_exit(1);
	if (!fork() || !fork()) {
		close(hold[1]);
		_exit(read(hold[0], &byte, 1) < 0);
	}
	close(hold[0]);
}

/* A signal says that it was done. */
static void expect_signal(int signal)
{
	(void)signal;
}

static void tell_poisoned(void)
{
	char *page = small(ANON);

	signal(SIGBUS, expect_signal);
	*page = 1;
	tell("POISONED", page);
	if (madvise(page, PAGE_SIZE, 100 /* MADV_HWPOISON */))
		printf("POISONED=\n");
}

int main(int argc, char **argv)
{
	char *anonymous = small(ANON), *shared = small(ANON), *shmem, *zero, *huge, byte;
	int hold[2];

	pagemap = open("/proc/self/pagemap", O_RDONLY);
	if (argc != 2 || pagemap < 0)
		return 1;
	*shared = 1;
	mlock(shared, PAGE_SIZE);
	share(hold);
	*anonymous = 1;
	mlock(anonymous, PAGE_SIZE);
	shmem = small(MAP_SHARED | MAP_ANONYMOUS);
	*shmem = 1;
	mlock(shmem, PAGE_SIZE);
	zero = small(ANON);
	(void)*(volatile char *)zero;
	huge = map(HUGE_SIZE, ANON | MAP_HUGETLB | HUGE_SHIFT << 26);
	if (huge)
		*huge = 1;
	printf("TARGET=%d\n", getpid());
	tell("ANONYMOUS", anonymous);
	tell_node("ANONYMOUS_NODE", anonymous);
	tell("SHARED", shared);
	tell("SHMEM", shmem);
	tell("ZERO", zero);
	tell("HUGETLB", huge ? huge + PAGE_SIZE : NULL);
	tell_thp();
	tell_file(argv[1]);
	tell_ksm();
	tell_poisoned();
	printf("READY=1\n");
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}
