/* SPDX-License-Identifier: GPL-2.0 */
#ifndef START_H
#define START_H

#include <stdio.h>
#include <stdlib.h>

#include <v2p.h>

#include "fake-kernel.h"

/* A new handle, of a kernel without faults. */
static inline struct v2p *start(void)
{
	struct v2p *v2p;

	fake_reset();
	if (v2p_open(&v2p)) {
		printf("Bail out! v2p_open: %s\n", v2p_error(v2p));
		exit(1);
	}
	return v2p;
}

/* A descriptor of its address space. */
static inline int start_space(struct v2p *v2p, struct v2p_target target)
{
	const int fd = v2p_space_open(v2p, target);

	if (fd < 0) {
		printf("Bail out! v2p_space_open: %s\n", v2p_error(v2p));
		exit(1);
	}
	return fd;
}

/* Addresses of all sorts, the same in every run. */
static inline void fill_addresses(uint64_t *addresses, size_t count)
{
	uint64_t random = 1;
	size_t i;

	for (i = 0; i < count; i++) {
		random = random * 6364136223846793005 + 1442695040888963407;
		addresses[i] = random >> 16;
	}
}

#endif /* START_H */
