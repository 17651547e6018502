/* SPDX-License-Identifier: GPL-2.0 */
/* Compares v2p's answers for a process with its pagemap, and with each other. */
#ifndef MATCH_H
#define MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <v2p.h>

/**
 * struct asked - whom to ask
 * @v2p: the library's handle
 * @pid: of the process
 * @pagemap: its pagemap
 */
struct asked {
	struct v2p *v2p;
	pid_t pid;
	int pagemap;
};

/*
 * As a target: the pid, and every other time a descriptor of its address space, so that all
 * that is compared is compared by both.
 */
struct v2p_target asked_target(const struct asked *asked);
void asked_end(struct v2p_target target);

/**
 * struct seen - what the answers were
 * @pages: how many
 * @status: how many of each enum v2p_status
 * @shift: how many of each page_shift
 * @flags_all: flags that every mapped page had
 * @flags_any: flags that some mapped page had
 */
struct seen {
	unsigned long pages;
	unsigned long status[__V2P_STATUS_MAX];
	unsigned long shift[64];
	uint32_t flags_all;
	uint32_t flags_any;
};

/**
 * matches_pagemap() - compare a range
 * @start: first address, of a page
 * @length: in bytes
 * @stride: pages from one that is compared to the next, usually 1
 *
 * Each page is asked for at some offset inside it. A page that pagemap shows at
 * different places before and after v2p was asked is compared anew, and so is
 * one in the middle of a migration; nothing else is forgiven. Then the extents of
 * the range are compared, as extents_match() does it.
 *
 * Return: whether all agreed. The first difference is printed.
 */
bool matches_pagemap(const struct asked *asked, const volatile void *start, size_t length,
	   size_t stride, struct seen *seen);

/* One address, everything known about it. False, printed, where v2p fails. */
bool ask(const struct asked *asked, const volatile void *address,
	 struct v2p_translation *answer);

#endif /* MATCH_H */
