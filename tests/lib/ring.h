/* SPDX-License-Identifier: GPL-2.0 */
/* io_uring: operations that the kernel does for a process, one at a time. */
#ifndef RING_H
#define RING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct io_uring_cqe;
struct io_uring_sqe;

/**
 * struct ring - a submission and a completion queue
 * @fd: what they hang on
 * @sq_tail, @cq_head, @cq_tail: where they begin and end, shared with the kernel
 * @sq_mask, @cq_mask: of their indices
 * @sqes: what is submitted
 * @cqes: what is completed
 * @polled: a thread of the kernel's looks for what is submitted
 * @personality: whose credentials an operation is done with; 0 is who submits
 */
struct ring {
	int fd;
	uint32_t *sq_tail;
	uint32_t *cq_head;
	uint32_t *cq_tail;
	uint32_t sq_mask;
	uint32_t cq_mask;
	struct io_uring_sqe *sqes;
	struct io_uring_cqe *cqes;
	bool polled;
	uint16_t personality;
};

/* 0 or a negative errno: -ENOSYS where the kernel has none, -EPERM where it is forbidden. */
int ring_open(struct ring *ring, bool polled);

/* What follows is done with the credentials of this moment. */
bool ring_keep_credentials(struct ring *ring);

/* Does one operation. Returns what it returned. */
ssize_t ring_do(struct ring *ring, uint8_t opcode, int fd, const void *data, size_t length);

#endif /* RING_H */
