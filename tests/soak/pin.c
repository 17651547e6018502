// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "oracle.h"
#include "thp.h"
#include "stressors.h"

bool put_frame(struct stressor *stressor, char *address, unsigned int number, enum rule rule)
{
	static int oracle = -1;
	char *area;

	if (oracle < 0)
		oracle = oracle_open();
	area = oracle_map(oracle, V2P_ORACLE_PFNMAP, number + 1, RW);
	if (!area)
		return fail(stressor, "the oracle maps nothing: %s", strerror(errno));
	if (mremap(area + number * PAGE_SIZE, PAGE_SIZE, PAGE_SIZE,
		   MREMAP_MAYMOVE | MREMAP_FIXED, address) != address)
		return fail(stressor, "the oracle's page cannot be moved: %s", strerror(errno));
	if (number)
		munmap(area, number * PAGE_SIZE);
	return add_place(stressor, address, oracle_frame(oracle, V2P_ORACLE_PFNMAP, number),
			 rule);
}

uint64_t physical_of(const void *address)
{
	int pagemap = pagemap_open(getpid());
	uint64_t entry = pagemap_entry(pagemap, address);

	close(pagemap);
	return entry & PM_PRESENT ? (entry & PM_FRAME) * PAGE_SIZE : 0;
}

bool pin(struct stressor *stressor, char *address, enum rule rule)
{
	const struct iovec page = { .iov_base = address, .iov_len = PAGE_SIZE };
	uint64_t physical;
	int ends[2];

	memset(address, 1, PAGE_SIZE);
	if (pipe2(ends, O_CLOEXEC) || vmsplice(ends[1], &page, 1, 0) != PAGE_SIZE)
		return fail(stressor, "nothing can be pinned: %s", strerror(errno));
	physical = physical_of(address);
	return physical ? add_place(stressor, address, physical, rule) :
			  fail(stressor, "what is pinned is not there");
}

bool map_room(char *address, size_t size)
{
	return mmap(address, size, RW, ANON | MAP_FIXED | MAP_NORESERVE, -1, 0) == address &&
	       !keep_small(address, size);
}

void touch(char *area, size_t size)
{
	size_t at;

	for (at = 0; at < size; at += PAGE_SIZE)
		*(volatile size_t *)(area + at) = at + 1;
}
