/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's side of the conversation, played in the process: it stands in for
 * sendmsg(), recvmsg(), ioctl(), the resolving of the family and the clock. Linked into a unit
 * test, or preloaded into the command with what to play in V2P_FAKE.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

/**
 * struct fake - how to play, and what was seen
 * @absent: the family is not there
 * @version, @arch, @max_batch: of info
 * @efi: where x86 has EFI's runtime services, there is nothing
 * @memory: addresses for whose answer there is memory, 0 for any number
 * @error: negative errno to refuse every request but info with, ioctls among them
 * @error_command: only this command, or 0 for all
 * @error_pid: only of this process, or 0 for all
 * @error_after: requests of these that are still answered before
 * @words: extended acknowledgement, or NULL
 * @bad: NLMSGERR_ATTR_OFFS, or 0
 * @missing: NLMSGERR_ATTR_MISS_TYPE, or 0
 * @uncapped: copy the request into the error message
 * @once: the error goes away after it was given
 * @room: answers that fit into the socket, 0 for any number; more are lost
 * @silent: give no answer
 * @send_error, @receive_error: errno of the next such call, once
 * @receives_before: receives that come before the one that fails
 * @foreign: put a message from another process before each answer
 * @stale: put an answer to an older request before each answer
 * @reply_seq: added to the sequence number of answers
 * @reply_command: added to the command of answers
 * @reply_type: added to the message type of answers
 * @mutate: may change an answer in place; returns its new length, of at most @length + 1024
 * @changing: so many answers more say of what is none, at odd pages, that it is being
 *	changed; fake_settled() it is, after that
 * @extents: of the address space, fake_extent() tells them
 * @absent_status: of those that have no page
 * @per_message: extents in a message
 * @per_datagram: messages in a datagram
 * @map_error: negative errno that ends a dump, or the extents of an ioctl, if @once only one
 * @map_error_after: datagrams that come before; by ioctls, as many times @per_message extents
 * @done_apart: the end of a dump does not share the last datagram
 * @replaced_after: translations that are answered before the pid is that of another
 *	process, or 0
 * @by_exec: or rather the same one executes another program
 * @cpus: bits of the CPUs that are possible, of which a message holds @cpus_per_message
 * @delay: microseconds that each datagram but the first takes
 * @stuck_after: datagrams after which none comes, and no error either; 0 for never
 * @tables: translations are of tables that hold the extents
 * @no_open: a module that is too old for descriptors of address spaces
 * @no_physical: or for ranges of physical memory
 * @no_pages: or for the fields node and page-kind
 * @page_without: or for this attribute of the answer of page; 0 for none
 * @isolated: with page-table isolation; without, user-root is refused
 * @no_user_root: a module that is too old for the attribute user-root
 * @no_device: a module that is too old for devices
 * @no_regions: a module that is too old for the operation regions
 * @kasan: what is a region of vmemmap else is one of KASAN
 * @mutate_ioctl: may change in place what an ioctl answers; returns what that returns
 * @sends, @requests, @ioctls, @largest, @most_waiting, @fields, @kernel, @pid, @user_root: what
 *	was seen
 * @device, @has_pasid, @pasid: likewise; "" where none was asked for
 * @known_states, @known_flags: of the last ioctl, or request with those of the base
 * @retry: of the last dump, as of V2P_A_RETRY
 * @slept: microseconds that the caller slept
 * @dumps, @datagrams: how many dumps were asked, and their parts received
 * @connects: how often the family was resolved
 * @range: what the last dump, or ioctl, was asked for; its start and size are not 0 only
 *	where they were in the request
 * @physical: what its member of that name points to
 */
struct fake {
	bool absent;
	const char *version;
	const char *arch;
	bool efi;
	uint32_t max_batch;
	uint32_t memory;
	int error;
	int error_command;
	uint32_t error_pid;
	unsigned int error_after;
	const char *words;
	uint32_t bad;
	uint32_t missing;
	bool uncapped;
	bool once;
	unsigned int room;
	bool silent;
	int send_error;
	int receive_error;
	unsigned int receives_before;
	bool foreign;
	bool stale;
	int reply_seq;
	int reply_command;
	int reply_type;
	size_t (*mutate)(unsigned char *bytes, size_t length);
	unsigned int changing;
	uint64_t extents;
	uint8_t absent_status;
	unsigned int per_message;
	unsigned int per_datagram;
	int map_error;
	unsigned int map_error_after;
	bool done_apart;
	unsigned int replaced_after;
	bool by_exec;
	uint64_t cpus;
	unsigned int cpus_per_message;
	unsigned int delay;
	unsigned int stuck_after;
	bool tables;
	bool no_open;
	bool no_physical;
	bool no_pages;
	uint16_t page_without;
	bool isolated;
	bool no_user_root;
	bool no_device;
	bool no_regions;
	bool kasan;
	int (*mutate_ioctl)(unsigned long request, void *argument);

	unsigned int sends;
	unsigned int requests;
	unsigned int ioctls;
	size_t largest;
	unsigned int most_waiting;
	uint32_t fields;
	uint32_t known_states;
	uint32_t known_flags;
	bool kernel;
	uint32_t pid;
	bool user_root;
	char device[V2P_DEVICE_NAME_SIZE];
	bool has_pasid;
	uint32_t pasid;
	uint32_t retry;
	unsigned int slept;
	unsigned int dumps;
	unsigned int datagrams;
	unsigned int connects;
	struct v2p_range range;
	struct v2p_physical_range physical[V2P_MAX_PHYSICAL_RANGES];
};

extern struct fake fake;

/* A kernel without faults, that has seen nothing. */
void fake_reset(void);

/*
 * What the fake page tables say of an address. Bits 40 to 43 choose the status, bit
 * 39 a page of 2 MiB; an address that is not canonical is invalid.
 */
struct v2p_translation fake_translation(uint64_t address);
void fake_walk(uint64_t address, struct v2p_walk *walk);

/* Where a CPU has its per-CPU variables. */
uint64_t fake_per_cpu_offset(uint32_t cpu);

/* What is known of the page that a physical address is in. */
struct v2p_page_info fake_page(uint64_t physical);
/* What the fake kernel's addresses are for: parts of some extents, and one that is not known. */
#define FAKE_REGIONS 7
extern const struct v2p_region_range fake_regions[FAKE_REGIONS];
/* The same, of an address that is none and at an odd page, once nobody is at it. */
struct v2p_translation fake_settled(uint64_t address);

/* The extents, in order. */
struct v2p_extent fake_extent(uint64_t index);

#endif /* FAKE_KERNEL_H */
