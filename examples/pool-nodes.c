// SPDX-License-Identifier: GPL-2.0
/*
 * Is a pool of memory on the NUMA node that it is wanted on? Its policy is only a wish, which
 * pages that were there before, or a node that is full, do not follow: this asks where each page
 * is. Run it as root:
 *
 *	cc -o pool-nodes pool-nodes.c $(pkg-config --cflags --libs libv2p)
 *	./pool-nodes NODE [PREFERRED]
 *
 * The pool is allocated with a preference for NODE, or for another one, PREFERRED, to see what is
 * said of a pool that is on the wrong node. Exit status: 0 if all of it is on NODE, 1 if not.
 */
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <v2p.h>

#define POOL ((size_t)16 << 20)
#define NODES 64

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	return 3;
}

/* An extent is of one node if that is among the fields. */
static int add(const struct v2p_extent *extent, void *data)
{
	uint64_t *on = data;

	if (extent->status == V2P_STATUS_MAPPED && extent->node < NODES)
		on[extent->node] += extent->length;
	return 0;
}

int main(int argc, char **argv)
{
	const unsigned long node = argc > 1 ? strtoul(argv[1], NULL, 0) : NODES;
	const unsigned long preferred = argc > 2 ? strtoul(argv[2], NULL, 0) : node;
	/* Bytes of the pool; and what is not mapped, or on a node that is not known. */
	uint64_t on[NODES] = { 0 }, nowhere = POOL;
	struct v2p_range range = {
		.size = sizeof(range), .length = POOL, .fields = V2P_FIELD_PHYSICAL | V2P_FIELD_NODE,
	};
	unsigned long mask;
	struct v2p *v2p;
	char *pool;
	int i;

	if (node >= NODES || preferred >= NODES)
		return fail("usage", "pool-nodes NODE [PREFERRED], each below 64");
	pool = mmap(NULL, POOL, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pool == MAP_FAILED)
		return fail("mmap", "no memory");
	mask = 1UL << preferred;
	if (syscall(SYS_mbind, pool, POOL, MPOL_PREFERRED, &mask, NODES + 1, 0))
		return fail("mbind", "there is no such node");
	/* A policy counts when a page is first touched. */
	memset(pool, 1, POOL);

	if (v2p_open(&v2p))
		return fail("v2p_open", v2p_error(v2p));
	range.start = (uintptr_t)pool;
	if (v2p_map(v2p, v2p_pid(getpid()), &range, add, on))
		return fail("v2p_map", v2p_error(v2p));
	for (i = 0; i < NODES; i++) {
		nowhere -= on[i];
		if (on[i])
			printf("node %d: %" PRIu64 " KiB\n", i, on[i] / 1024);
	}
	if (nowhere)
		printf("nowhere: %" PRIu64 " KiB\n", nowhere / 1024);
	v2p_close(v2p);
	return on[node] != POOL;
}
