// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kcov.h>

#include "coverage.h"

#define AREA_WORDS (256 << 10)

int coverage_open(struct coverage *coverage)
{
	const size_t size = AREA_WORDS * sizeof(*coverage->area);
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	void *area;

	if (fd < 0)
		return errno;
	if (ioctl(fd, KCOV_INIT_TRACE, AREA_WORDS))
		return errno;
	area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		return errno;
	coverage->area = area;
	return 0;
}

void coverage_begin(struct coverage *coverage)
{
	if (coverage->area)
		__atomic_store_n(coverage->area, 0, __ATOMIC_RELAXED);
}

/* Returns whether it was not there. */
static bool insert(struct coverage *coverage, uint64_t place)
{
	uint32_t at = place * 0x9e3779b97f4a7c15 >> 48;

	while (coverage->slots[at % COVERAGE_SLOTS]) {
		if (coverage->slots[at % COVERAGE_SLOTS] == place)
			return false;
		at++;
	}
	if (coverage->reached == COVERAGE_SLOTS - 1)
		return false;
	coverage->slots[at % COVERAGE_SLOTS] = place;
	coverage->reached++;
	return true;
}

bool coverage_end(struct coverage *coverage)
{
	bool new = false;
	uint64_t count, i;

	if (!coverage->area)
		return false;
	count = __atomic_load_n(coverage->area, __ATOMIC_RELAXED);
	for (i = 0; i < count; i++)
		new |= insert(coverage, coverage->area[i + 1]);
	return new;
}

void corpus_add(struct corpus *corpus, struct random *random, const void *bytes, size_t length)
{
	unsigned int at = corpus->count;

	if (length > CORPUS_LONGEST)
		return;
	corpus->seen++;
	if (at == CORPUS_MESSAGES)
		at = random_below(random, CORPUS_MESSAGES);
	else
		corpus->count++;
	memcpy(corpus->messages[at], bytes, length);
	corpus->lengths[at] = length;
}

size_t corpus_pick(const struct corpus *corpus, struct random *random, void *bytes,
		   size_t room)
{
	unsigned int at = random_below(random, corpus->count);

	if (corpus->lengths[at] > room)
		return 0;
	memcpy(bytes, corpus->messages[at], corpus->lengths[at]);
	return corpus->lengths[at];
}
