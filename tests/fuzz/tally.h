/* SPDX-License-Identifier: GPL-2.0 */
/* What was seen, of all processes, in memory that they share. */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/v2p.h>

enum promise {
	PROMISE_FORM,
	PROMISE_ERRORS,
	PROMISE_ANSWERED,
	PROMISE_RIGHTS,
	PROMISE_FRAMES,
	PROMISE_OPENED,
	PROMISE_IOCTL_ERRORS,
	PROMISE_IOCTL_FORM,
	PROMISE_UNTOUCHED,
	PROMISES,
};

#define TALLY_ERRORS 134
#define TALLY_IOCTLS 3

/**
 * struct tally - all counts
 * @messages: that the kernel got, in @datagrams
 * @data: answers, by command
 * @errors: by errno, 0 is an acknowledgement
 * @refused: well-formed questions of those who have no right
 * @compared: answers that were compared with pagemap
 * @dumps, @abandoned: that began, and of these, that were not read to their end
 * @reached: places in the kernel, the most of any process
 * @kept: messages that reached something new
 * @ioctls: that were sent
 * @ioctls_answered: without an error and looked at, by enum ask_kind
 * @ioctl_errors: by errno, 0 is an answer
 * @ioctls_compat: answered, as to a program of 32 bits
 * @ioctls_many: answered, about more addresses than the module works on at a time
 * @ioctls_compared: answers that were compared with pagemap
 * @ioctls_kept: that reached something new
 * @storms: times that several threads sent ioctls in memory that changed
 * @storm_answers, @storm_faults: what these led to
 * @broken: how often each promise was broken
 * @words: how it was for the first time
 */
struct tally {
	uint64_t messages;
	uint64_t datagrams;
	uint64_t data[V2P_CMD_MAX + 1];
	uint64_t errors[TALLY_ERRORS];
	uint64_t refused;
	uint64_t compared;
	uint64_t dumps;
	uint64_t abandoned;
	uint64_t reached;
	uint64_t kept;
	uint64_t ioctls;
	uint64_t ioctls_answered[TALLY_IOCTLS];
	uint64_t ioctl_errors[TALLY_ERRORS];
	uint64_t ioctls_compat;
	uint64_t ioctls_many;
	uint64_t ioctls_compared;
	uint64_t ioctls_kept;
	uint64_t storms;
	uint64_t storm_answers;
	uint64_t storm_faults;
	uint64_t broken[PROMISES];
	char words[PROMISES][4096];
};

extern struct tally *tally;

#define TALLY(what) __atomic_fetch_add(&tally->what, 1, __ATOMIC_RELAXED)

/* Shares it with what is forked from then on. */
bool tally_open(void);

/* A promise was broken: returns false. */
bool tally_break(enum promise promise, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds bytes to what was said last, if it was the first of its kind. */
void tally_show(enum promise promise, const char *name, const void *bytes, size_t length);

#endif /* TALLY_H */
