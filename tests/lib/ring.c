// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/io_uring.h>

#include "ring.h"

#define ENTRIES 4

static void *map(int fd, size_t size, uint64_t offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
}

int ring_open(struct ring *ring, bool polled)
{
	struct io_uring_params params;
	uint32_t *array, i;
	char *sq, *cq;

	memset(&params, 0, sizeof(params));
	params.flags = polled ? IORING_SETUP_SQPOLL : 0;
	params.sq_thread_idle = 1000;
	memset(ring, 0, sizeof(*ring));
	ring->polled = polled;
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &params);
	if (ring->fd < 0)
		return -errno;

	sq = map(ring->fd, params.sq_off.array + params.sq_entries * sizeof(*array),
		 IORING_OFF_SQ_RING);
	cq = map(ring->fd, params.cq_off.cqes + params.cq_entries * sizeof(*ring->cqes),
		 IORING_OFF_CQ_RING);
	ring->sqes = map(ring->fd, params.sq_entries * sizeof(*ring->sqes), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || ring->sqes == MAP_FAILED)
		return -errno;
	ring->sq_tail = (void *)(sq + params.sq_off.tail);
	ring->cq_head = (void *)(cq + params.cq_off.head);
	ring->cq_tail = (void *)(cq + params.cq_off.tail);
	ring->cqes = (void *)(cq + params.cq_off.cqes);
	ring->sq_mask = *(uint32_t *)(sq + params.sq_off.ring_mask);
	ring->cq_mask = *(uint32_t *)(cq + params.cq_off.ring_mask);
	array = (void *)(sq + params.sq_off.array);
	for (i = 0; i < params.sq_entries; i++)
		array[i] = i;
	return 0;
}

bool ring_keep_credentials(struct ring *ring)
{
	const int id = syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_PERSONALITY,
			       NULL, 0);

	ring->personality = id > 0 ? id : 0;
	return id > 0;
}

ssize_t ring_do(struct ring *ring, uint8_t opcode, int fd, const void *data, size_t length)
{
	const unsigned int flags = IORING_ENTER_GETEVENTS |
				   (ring->polled ? IORING_ENTER_SQ_WAKEUP : 0);
	const uint32_t tail = *ring->sq_tail, head = *ring->cq_head;
	struct io_uring_sqe *const sqe = &ring->sqes[tail & ring->sq_mask];
	ssize_t result;

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = opcode;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)data;
	sqe->len = length;
	sqe->personality = ring->personality;
	__atomic_store_n(ring->sq_tail, tail + 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE) == head)
		if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, flags, NULL, 0) < 0 &&
		    errno != EINTR)
			return -errno;
	result = ring->cqes[head & ring->cq_mask].res;
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return result;
}
