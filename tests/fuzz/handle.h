/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptors to send ioctls to: of address spaces, and others. */
#ifndef HANDLE_H
#define HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "child.h"
#include "places.h"

enum handle_kind {
	HANDLE_SELF,
	HANDLE_OTHER,
	/* By the page table of user mode, where there is one. */
	HANDLE_USER_ROOT,
	HANDLE_KERNEL,
	/* From here on nothing is answered. */
	HANDLE_EXITED,
	HANDLE_EXECUTED,
	HANDLE_DEVICE,
	HANDLE_PIPE,
	HANDLE_EVENT,
	HANDLE_SOCKET,
	HANDLE_PATH,
	HANDLE_NONE,
	HANDLES,
};

/**
 * struct handle - one descriptor
 * @fd: its number
 * @error: what it leads to: 0 where it answers, ESRCH where its process is gone; ENOTTY or
 *	EBADF where it is no address space's
 * @kernel: it is the kernel's
 * @first, @last: addresses that it knows, but for those
 * @below, @above: between these, where it has both halves; else 0
 * @place: memory in it of which the frames are known, or NULL
 */
struct handle {
	int fd;
	int error;
	bool kernel;
	uint64_t first;
	uint64_t last;
	uint64_t below;
	uint64_t above;
	const struct place *place;
};

static inline bool handle_has(const struct handle *handle, uint64_t address)
{
	return address >= handle->first && address <= handle->last &&
	       !(address > handle->below && address < handle->above);
}

/* The same of one address by itself, which a program may have tagged. */
static inline bool handle_translates(const struct handle *handle, uint64_t address)
{
	return handle_has(handle, handle->kernel ? address : ARCH_UNTAGGED(address));
}

/* Whether some of the kernel's addresses are of it. */
static inline bool has_upper(const struct handle *handle)
{
	return handle->kernel || handle->above;
}

#define HANDLE_VICTIMS 8

/**
 * struct victim - a process to be ended while it is asked about
 * @child: the process
 * @fd: a descriptor of it
 */
struct victim {
	struct child child;
	int fd;
};

/**
 * struct handles - all of them
 * @all: by their kind
 * @victims: of which @left still live
 * @executed: the process that runs another program since
 * @pipe: keeps the other end
 */
struct handles {
	struct handle all[HANDLES];
	struct victim victims[HANDLE_VICTIMS];
	unsigned int left;
	struct child executed;
	int pipe;
};

/* For a process with every right. Returns false, printed, where it fails. */
bool handles_open(struct handles *handles, const struct places *places);
void handles_close(struct handles *handles);

/* Whether this number is of an address space's. */
bool handle_is_one(int fd);

#endif /* HANDLE_H */
