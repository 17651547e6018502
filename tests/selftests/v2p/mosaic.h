/* SPDX-License-Identifier: GPL-2.0 */
/* Memory of many kinds, side by side. */
#ifndef MOSAIC_H
#define MOSAIC_H

#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

/* A part of a block by userfaultfd, where the kernel's can. False, printed, if it fails. */
static inline bool write_protect_some(char *block)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = {
		.range = { (uintptr_t)block, HUGE_SIZE / 2 }, .mode = UFFDIO_REGISTER_MODE_WP,
	};
	struct uffdio_writeprotect wp = {
		.range = { (uintptr_t)block + HUGE_SIZE / 8, HUGE_SIZE / 4 },
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (!ioctl(fd, UFFDIO_API, &api) &&
	    (!(api.features & UFFD_FEATURE_PAGEFAULT_FLAG_WP) ||
	     (!ioctl(fd, UFFDIO_REGISTER, &reg) && !ioctl(fd, UFFDIO_WRITEPROTECT, &wp))))
		return true;
	printf("# userfaultfd: %m\n");
	return false;
}

#define MOSAIC_BLOCKS 11
#define MOSAIC_SIZE (MOSAIC_BLOCKS * HUGE_SIZE)

/* A random number, of the same ones every time. */
static inline uint64_t any(void)
{
	static uint64_t random = 88172645463325252;

	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	return random;
}

/* Protects, empties or guards pieces of a block, in no order. */
static inline void cut_up(char *block, unsigned int times)
{
	while (times--) {
		char *at = block + any() % 480 * PAGE_SIZE;
		size_t size = (1 + any() % 30) * PAGE_SIZE;

		switch (any() % 5) {
		case 0:
			mprotect(at, size, PROT_READ);
			break;
		case 1:
			mprotect(at, size, PROT_NONE);
			break;
		case 2:
			madvise(at, size, MADV_DONTNEED);
			break;
		case 3:
			madvise(at, size, MADV_GUARD_INSTALL);
			break;
		default:
			mprotect(at, size, PROT_READ | PROT_EXEC);
		}
	}
}

/* Memory of many kinds, side by side. NULL, printed, where one cannot be had. */
static inline char *make_mosaic(void)
{
	char *area = map_aligned(MOSAIC_SIZE, RW, ANON), *block[MOSAIC_BLOCKS];
	const int fixed = MAP_FIXED | MAP_SHARED;
	int memfd = memfd_create("v2p", MFD_CLOEXEC);
	unsigned int i;

	for (i = 0; i < MOSAIC_BLOCKS; i++)
		block[i] = area + i * HUGE_SIZE;

	/* Huge pages whole, and in pieces. */
	make_huge(block[0], 5 * HUGE_SIZE);
	for (i = 2; i < 5; i++)
		cut_up(block[i], 4 << i);
	/* Small ones. */
	madvise(block[5], 5 * HUGE_SIZE, MADV_NOHUGEPAGE);
	fill(block[5], 3 * HUGE_SIZE / 2);
	cut_up(block[5], 30);
	if (!write_protect_some(block[6]))
		return NULL;
	/* A file, its pages more than once, and one page everywhere. */
	if (ftruncate(memfd, HUGE_SIZE) ||
	    mmap(block[7], HUGE_SIZE / 2, RW, fixed, memfd, 0) != block[7] ||
	    mmap(block[7] + HUGE_SIZE / 2, HUGE_SIZE / 2, PROT_READ, fixed, memfd,
		 HUGE_SIZE / 4) != block[7] + HUGE_SIZE / 2) {
		printf("# memfd: %m\n");
		return NULL;
	}
	fill(block[7], HUGE_SIZE / 3);
	read_all(block[7] + HUGE_SIZE / 2, HUGE_SIZE / 3);
	read_all(block[8], HUGE_SIZE);
	cut_up(block[8], 10);
	/* hugetlb: one page there, one not. */
	if (mmap(block[9], 2 * HUGE_SIZE, RW, ANON | MAP_FIXED | MAP_HUGETLB, -1, 0) !=
	    block[9]) {
		printf("# hugetlb: %m\n");
		return NULL;
	}
	*block[9] = 1;
	return area;
}

#endif /* MOSAIC_H */
