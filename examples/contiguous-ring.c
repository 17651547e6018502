// SPDX-License-Identifier: GPL-2.0
/*
 * A ring of descriptors, as a network card has it. The card is told one physical address, at which
 * the whole ring has to be: ordinary memory is taken if it happens to be contiguous, else a huge
 * page. The buffers need not be beside each other: each descriptor has the address of its own.
 * Run it as root:
 *
 *	cc -o contiguous-ring contiguous-ring.c $(pkg-config --cflags --libs libv2p)
 *	./contiguous-ring [DESCRIPTORS]
 *
 * It shows how to ask, and drives no card: mlock() keeps memory from being swapped out, but the
 * kernel may still move it. What a device uses is pinned by the driver that gives it to the
 * device, such as VFIO; and behind an IOMMU, the device's addresses are not the physical ones.
 */
#include <inttypes.h>
#include <linux/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <v2p.h>

#define HUGE ((size_t)2 << 20)
#define BUFFER ((size_t)2048)

struct descriptor {
	uint64_t physical;
	uint32_t length;
	uint32_t flags;
};

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* There is memory behind it only once it was written to. */
static void *memory(size_t size, int flags)
{
	void *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (start == MAP_FAILED)
		return NULL;
	if (mlock(start, size)) {
		munmap(start, size);
		return NULL;
	}
	return memset(start, 0, size);
}

/* Each buffer is in one page, as it is smaller than a page and aligned to its size. */
static int fill(struct v2p *v2p, struct descriptor *ring, size_t count, const char *buffers)
{
	uint64_t *addresses = calloc(count, sizeof(*addresses));
	uint64_t *physical = calloc(count, sizeof(*physical));
	uint8_t *status = calloc(count, sizeof(*status));
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	size_t i;

	if (!addresses || !physical || !status)
		return fail("descriptors", "no memory");
	for (i = 0; i < count; i++)
		addresses[i] = (uintptr_t)buffers + i * BUFFER;
	if (v2p_translate(v2p, v2p_pid(getpid()), addresses, count, &arrays))
		return fail("v2p_translate", v2p_error(v2p));
	for (i = 0; i < count; i++) {
		if (status[i] != V2P_STATUS_MAPPED)
			return fail("a buffer", v2p_status_name(status[i]));
		ring[i] = (struct descriptor){ .physical = physical[i], .length = BUFFER };
	}
	free(addresses);
	free(physical);
	free(status);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const size_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 1024;
	const size_t size = count * sizeof(struct descriptor);
	const char *kind = "ordinary memory";
	struct descriptor *ring;
	uint64_t physical;
	struct v2p *v2p;
	int contiguous;
	char *buffers;

	if (!count || size > HUGE)
		return fail("DESCRIPTORS", "from 1 to 131072, which fill a huge page");
	if (v2p_open(&v2p))
		return fail("v2p_open", v2p_error(v2p));
	ring = memory(size, 0);
	buffers = memory(count * BUFFER, 0);
	if (!ring || !buffers)
		return fail("mlock", "no memory, or ulimit -l forbids it");

	contiguous = v2p_is_contiguous(v2p, v2p_pid(getpid()), (uintptr_t)ring, size, 0, &physical);
	if (!contiguous) {
		kind = "a huge page of hugetlb";
		munmap(ring, size);
		ring = memory(HUGE, MAP_HUGETLB | MAP_HUGE_2MB);
		if (!ring)
			return fail("no huge page is free", "try: sysctl vm.nr_hugepages=1");
		contiguous = v2p_is_contiguous(v2p, v2p_pid(getpid()), (uintptr_t)ring, size, 0,
					       &physical);
	}
	if (contiguous < 0)
		return fail("v2p_is_contiguous", v2p_error(v2p));
	if (!contiguous)
		return fail("the ring", "it is in pieces, even in huge pages");
	if (fill(v2p, ring, count, buffers))
		return EXIT_FAILURE;

	printf("ring:   %zu descriptors at 0x%" PRIx64 ", of %s\n", count, physical, kind);
	printf("first:  buffer at 0x%" PRIx64 "\n", ring[0].physical);
	printf("last:   buffer at 0x%" PRIx64 "\n", ring[count - 1].physical);
	v2p_close(v2p);
	return EXIT_SUCCESS;
}
