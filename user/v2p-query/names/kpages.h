/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel says of page frames: /proc/kpageflags and those beside it. */
#ifndef KPAGES_H
#define KPAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct kpages - the files, -1 where there is none
 * @flags: /proc/kpageflags
 * @count: /proc/kpagecount
 * @cgroup: /proc/kpagecgroup
 * @bit34: what the flag of that bit is called
 * @no_ksm: the flag of KSM's pages means nothing
 */
struct kpages {
	int flags;
	int count;
	int cgroup;
	const char *bit34;
	bool no_ksm;
};

/* 0, or a negative errno where the flags cannot be read; to be closed in every case. */
int kpages_open(struct kpages *kpages);
void kpages_close(struct kpages *kpages);

/**
 * kpages_read() - the numbers of some frames
 * @fd: of which file
 * @first: number of the first frame
 * @count: how many frames
 * @values: filled in, with @missing behind the end of the file, and from where it cannot be read
 *
 * Return: how many frames the file has of them, or a negative errno.
 */
long kpages_read(int fd, uint64_t first, size_t count, uint64_t *values, uint64_t missing);

/**
 * struct folio - several frames that the kernel handles as one
 * @first: number of the first frame
 * @order: log2 of how many there are
 * @flags: of the first one
 */
struct folio {
	uint64_t first;
	unsigned int order;
	uint64_t flags;
};

/**
 * kpages_folio() - find the folio that a frame is in
 * @frame: its number
 * @flags: its flags, which say that it is in one of several frames
 *
 * The first frame is known by its flag, and by its place: it is aligned by the size.
 *
 * Return: whether it was found. It is not where frames change meanwhile.
 */
bool kpages_folio(const struct kpages *kpages, uint64_t frame, uint64_t flags,
		  struct folio *folio);

/**
 * kpages_flags_of_tail() - the flags of a frame that is not the first of its folio
 * @flags: its own
 * @head: those of the first one
 *
 * From 6.12 on the kernel gives it those of the first frame as well; before, only what
 * stands in its own record, where most flags mean nothing.
 *
 * Return: the flags that are true of it.
 */
uint64_t kpages_flags_of_tail(uint64_t flags, uint64_t head);

#endif /* KPAGES_H */
