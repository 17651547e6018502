/* SPDX-License-Identifier: LGPL-2.1-only */
/* What the files of the library share. */
#ifndef V2P_INTERNAL_H
#define V2P_INTERNAL_H

/* The library is built with hidden visibility: only this header's names show. */
#pragma GCC visibility push(default)
#include <v2p.h>
#pragma GCC visibility pop

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/uio.h>

#include <v2p-layout.h>

#include "attr.h"
#include "request.h"

struct nl_sock;

/* Most addresses that this library puts into one message. */
#define V2P_BATCH_LIMIT 2048

/* "virtual" is a word of C++: struct v2p_extent calls it so. */
#define virtual address

#define V2P_ARRAY_SIZE(field, type, member, bits) + (bits) / 8

/* All arrays of one element, and more than enough for everything else. */
#define V2P_REPLY_ELEMENT (V2P_TRANSLATE_ARRAYS(V2P_ARRAY_SIZE))
#define V2P_REPLY_SIZE (4096 + V2P_BATCH_LIMIT * V2P_REPLY_ELEMENT)

#define V2P_ALL_STATES ((UINT32_C(1) << __V2P_STATUS_MAX) - 1)
/* What a range asks for that does not say. */
#define V2P_EXTENT_STATES (V2P_ALL_STATES & ~(1U << V2P_STATUS_NONE | 1U << V2P_STATUS_INVALID))

/* Most requests of which the answers wait in the socket at a time: they are one send. */
#define V2P_WINDOW_LIMIT V2P_MAX_IN_A_SEND

/**
 * struct v2p - a handle
 * @sock: the connection, or NULL where there is none
 * @fd: its file descriptor
 * @port: its address
 * @seq: sequence number of the latest request
 * @family: number of the family in this kernel
 * @batch: most addresses in one message, 0 before the module was asked
 * @window: most requests whose answers wait in the socket at a time
 * @receive_room: bytes that may wait in the socket
 * @send_room: bytes that one sendmsg() takes
 * @retry: milliseconds for which a call asks anew what is being changed
 * @stale: the next call is to connect anew
 * @bad: where in the request stands the attribute that it was refused for last; 0 for none
 * @use: V2P_IN_USE while a call uses it, and V2P_CLOSED if it was closed meanwhile
 * @error: why the last call failed
 * @reply: the message that was received last
 */
struct v2p {
	struct nl_sock *sock;
	int fd;
	uint32_t port;
	uint32_t seq;
	uint16_t family;
	uint32_t batch;
	unsigned int window;
	size_t receive_room;
	size_t send_room;
	unsigned int retry;
	bool stale;
	uint32_t bad;
	_Atomic unsigned int use;
	char error[256];
	_Alignas(struct nlmsghdr) unsigned char reply[V2P_REPLY_SIZE];
};

/**
 * struct v2p_call - a public function at its work
 * @handle: in use until the end, or NULL where it could not begin
 * @error: 0, or why it cannot go on
 */
struct v2p_call {
	struct v2p *handle;
	int error;
};

/*
 * Every public function that uses a handle begins with this. Its scope's end is the
 * call's end, be it by a return, an exception from a callback, or the thread's end.
 */
#define V2P_CALL(call, handle) V2P_CALL_OF(call, handle, NULL)

/* The same where a target is asked: a space needs no connection. */
#define V2P_CALL_OF(call, handle, target) \
	__attribute__((cleanup(v2p_end))) struct v2p_call call = v2p_begin(handle, target)

/**
 * struct v2p_answer - attributes of a reply, in the handle's buffer
 * @attributes: the first
 * @length: bytes of all of them
 */
struct v2p_answer {
	const unsigned char *attributes;
	size_t length;
};

/**
 * struct v2p_retry - how a call goes on asking anew; zeroed before the first time
 * @end: when it stops, in microseconds
 * @tries: how often it has asked
 */
struct v2p_retry {
	uint64_t end;
	unsigned int tries;
};

/*
 * The @count extents of one message, and how far the range has been walked: to @next,
 * where, if @changing, a hole begins that the kernel looks at again in the next message.
 *
 * The arrays are of the members of struct v2p_extent, in the handle's buffer, not aligned.
 * What was not asked for is NULL.
 */
struct v2p_extents {
	size_t count;
	uint64_t next;
	bool changing;
#define V2P_ARRAY(field, type, member, bits) const unsigned char *member;
	V2P_MAP_ARRAYS(V2P_ARRAY)
#undef V2P_ARRAY
};

/**
 * struct v2p_aside - what an answer says besides its arrays
 * @changing: something in it has V2P_FLAG_CHANGING
 * @identified: there is an identity
 * @identity: of the address space
 */
struct v2p_aside {
	bool changing;
	bool identified;
	uint64_t identity[2];
};

/**
 * struct v2p_sized - a structure of the caller that begins with its size
 * @name: for people
 * @size: of all that this library knows
 * @first: of the first version that there was; less is no size
 */
struct v2p_sized {
	const char *name;
	size_t size;
	size_t first;
};

/* @last: the last member of the first version. It stays, whatever is added. */
#define V2P_SIZED(type, last) \
	{ #type, sizeof(struct type), \
	  offsetof(struct type, last) + sizeof(((struct type *)0)->last) }

/**
 * struct v2p_cpus - the CPUs of one message
 * @count: how many
 * @end: one more than the highest number of any CPU
 * @next: the first number that is not told of yet
 * @cpu: @count elements, in the handle's buffer, not aligned
 * @offset: likewise
 */
struct v2p_cpus {
	size_t count;
	uint32_t end;
	uint32_t next;
	const unsigned char *cpu;
	const unsigned char *offset;
};

/* error.c */
int v2p_fail(struct v2p *handle, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int v2p_fail_errno(struct v2p *handle, int error);
int v2p_fail_malformed(struct v2p *handle, const char *what);
/* The module is older than ranges of physical memory. */
int v2p_fail_physical(struct v2p *handle);
int v2p_fail_refused(struct v2p *handle, const struct nlmsghdr *message);
int v2p_fail_done(struct v2p *handle, const struct nlmsghdr *message);

/* socket.c */
void v2p_disconnect(struct v2p *handle);
int v2p_reconnect(struct v2p *handle);
void v2p_free(struct v2p *handle);

/* target.c */
/* Is it a process by its pid, which others may have in the course of several questions? */
static inline bool v2p_target_has_pid(const struct v2p_target *target)
{
	return target->kind == V2P_TARGET_PID || target->kind == V2P_TARGET_USER_ROOT;
}

/* Those that v2p_target_check() does not know for right: 0 or why not. */
int v2p_target_check_more(struct v2p *handle, const struct v2p_target *target);
void v2p_target_put_device(const struct v2p_target *target, struct v2p_request *request);

/* sized.c */
int v2p_sized_check(struct v2p *handle, const struct v2p_sized *kind, const void *theirs);
int v2p_sized_read_other(struct v2p *handle, const struct v2p_sized *kind, void *ours,
			 const void *theirs);
/* After v2p_sized_check(). What this library does not know is 0; the size stays. */
void v2p_sized_write(const struct v2p_sized *kind, const void *ours, void *theirs);

/* exchange.c */
int v2p_send(struct v2p *handle, struct iovec *vectors, size_t count);
int v2p_receive_datagram(struct v2p *handle, size_t *length);
int v2p_check_answer(struct v2p *handle, const struct nlmsghdr *head, uint8_t command,
		     struct v2p_answer *answer);
int v2p_receive(struct v2p *handle, uint32_t seq, uint8_t command, struct v2p_answer *answer);
void v2p_drain(struct v2p *handle);
/* One request and its answer. */
int v2p_ask(struct v2p *handle, struct v2p_request *request, uint8_t command,
	    struct v2p_answer *answer);
/* The same of a request in @count vectors, with its number. */
int v2p_ask_by(struct v2p *handle, struct iovec *vectors, size_t count, uint32_t seq,
	       uint8_t command, struct v2p_answer *answer);

/* info.c */
int v2p_info_parse(struct v2p *handle, const struct v2p_answer *answer, struct v2p_info *info);
int v2p_learn_batch(struct v2p *handle);

/* arrays.c */
int v2p_arrays_parse(struct v2p *handle, const struct v2p_answer *answer,
		     const struct v2p_arrays *arrays, size_t first, size_t count,
		     struct v2p_aside *aside);
/* Those of one element, in a translation. */
struct v2p_arrays v2p_arrays_of(struct v2p_translation *translation);

/* translate.c, within a call */
int v2p_translate_within(struct v2p *handle, const struct v2p_target *target,
			 const uint64_t *addresses, size_t count,
			 const struct v2p_arrays *arrays, bool *unsettled);

/* extents.c */
int v2p_extents_parse(struct v2p *handle, const struct v2p_answer *answer, uint32_t fields,
		      struct v2p_extents *extents);

/* per-cpu.c */
int v2p_cpus_parse(struct v2p *handle, const struct v2p_answer *answer, uint32_t first,
		   struct v2p_cpus *cpus);

/* map.c, within a call */
int v2p_range_read(struct v2p *handle, struct v2p_range *ours, const struct v2p_range *range);
int v2p_map_within(struct v2p *handle, const struct v2p_target *target,
		   const struct v2p_range *range, v2p_extent_fn *take, void *data);

/* retry.c */
void v2p_pause(unsigned int tries);
/* After a pause: is there time left to ask once more? */
bool v2p_retry(const struct v2p *handle, struct v2p_retry *retry);

/* space.c, within a call: a descriptor of a target that was checked, and is not open already */
int v2p_space_open_within(struct v2p *handle, const struct v2p_target *target);
/* The same of a target of that kind. */
int v2p_space_translate(struct v2p *handle, const struct v2p_target *space,
			const uint64_t *addresses, size_t count,
			const struct v2p_arrays *arrays, bool *changing);
int v2p_space_walk(struct v2p *handle, const struct v2p_target *space, uint64_t address,
		   struct v2p_walk *walk);
/* What an ioctl would not refuse, or take for something else. */
int v2p_space_check_range(struct v2p *handle, const struct v2p_target *space,
			  const struct v2p_range *range, uint32_t fields);
/* The next extents. An error behind some is told by the next call, if it lasts. */
int v2p_space_extents(struct v2p *handle, const struct v2p_target *space,
		      const struct v2p_range *range, uint32_t fields, bool stop_at_changing,
		      struct v2p_extents *extents, bool *done);

/* walk.c */
int v2p_walk_within(struct v2p *handle, const struct v2p_target *target, uint64_t address,
		    struct v2p_walk *walk);
int v2p_walk_parse(struct v2p *handle, const struct v2p_answer *answer, struct v2p_walk *walk);

/*
 * What most calls do in a few instructions is inlined: to ask for an address by an ioctl takes
 * little more than the system call.
 */

/* call.c: one call on a handle at a time, from its beginning to its end. */
enum { V2P_IN_USE = 1, V2P_CLOSED = 2 };

/*
 * The handle that this thread was refused last. Whoever uses it writes its text: to
 * write another there would be a race.
 */
extern _Thread_local const struct v2p *v2p_refused
	__attribute__((tls_model("initial-exec")));

int v2p_connect_again(struct v2p *handle);

static inline void v2p_forget_refusal(const struct v2p *handle)
{
	if (v2p_refused == handle)
		v2p_refused = NULL;
}

static inline void v2p_clear_error(struct v2p *handle)
{
	v2p_forget_refusal(handle);
	handle->error[0] = '\0';
}

/* @target: that is asked, or NULL */
static inline struct v2p_call v2p_begin(struct v2p *handle, const struct v2p_target *target)
{
	const bool connected = !target || target->kind != V2P_TARGET_SPACE;
	unsigned int unused = 0;

	if (!handle)
		return (struct v2p_call){ .error = -EINVAL };
	if (!atomic_compare_exchange_strong_explicit(&handle->use, &unused, V2P_IN_USE,
						     memory_order_acquire,
						     memory_order_relaxed)) {
		v2p_refused = handle;
		return (struct v2p_call){ .error = -EBUSY };
	}
	if (connected && (handle->stale || !handle->sock))
		return (struct v2p_call){ handle, v2p_connect_again(handle) };
	v2p_clear_error(handle);
	return (struct v2p_call){ .handle = handle };
}

static inline void v2p_end(struct v2p_call *call)
{
	struct v2p *handle = call->handle;

	if (handle &&
	    atomic_exchange_explicit(&handle->use, 0, memory_order_acq_rel) & V2P_CLOSED)
		v2p_free(handle);
}

/* target.c */
static inline int v2p_target_check(struct v2p *handle, const struct v2p_target *target)
{
	/* The highest id of each kind that has nothing else. */
	static const uint64_t highest[] = {
		[V2P_TARGET_PID] = UINT32_MAX,
		[V2P_TARGET_KERNEL] = 0,
		[V2P_TARGET_SPACE] = INT_MAX,
		[V2P_TARGET_USER_ROOT] = UINT32_MAX,
	};
	uint64_t unused = target->flags | (uintptr_t)target->name;
	unsigned int i;

	for (i = 0; i < sizeof(target->reserved) / sizeof(*target->reserved); i++)
		unused |= target->reserved[i];
	if (target->kind && target->kind < sizeof(highest) / sizeof(*highest) &&
	    target->id <= highest[target->kind] && !unused)
		return 0;
	return v2p_target_check_more(handle, target);
}

/* Not of a space, which is not asked by a message. */
static inline void v2p_target_put(const struct v2p_target *target, struct v2p_request *request)
{
	const uint32_t pid = target->id;

	switch (target->kind) {
	case V2P_TARGET_USER_ROOT:
		v2p_request_put(request, V2P_A_USER_ROOT, NULL, 0);
		/* fall through */
	case V2P_TARGET_PID:
		v2p_request_put(request, V2P_A_PID, &pid, sizeof(pid));
		break;
	case V2P_TARGET_KERNEL:
		v2p_request_put(request, V2P_A_KERNEL, NULL, 0);
		break;
	case V2P_TARGET_DEVICE:
		v2p_target_put_device(target, request);
		break;
	}
}

/* sized.c: what an older program does not know is 0; what this library does not, has to be. */
static inline int v2p_sized_read(struct v2p *handle, const struct v2p_sized *kind, void *ours,
				 const void *theirs)
{
	size_t size = 0;

	if (theirs)
		memcpy(&size, theirs, sizeof(size));
	if (size != kind->size)
		return v2p_sized_read_other(handle, kind, ours, theirs);
	memcpy(ours, theirs, kind->size);
	return 0;
}

/* Begins a request; its number is one more than that of the one before. */
static inline void v2p_request_init(struct v2p *handle, struct v2p_request *request,
				    uint8_t command)
{
	struct nlmsghdr *head = v2p_request_header(request);
	struct genlmsghdr *generic = NLMSG_DATA(head);

	/* No acknowledgement is asked for: the answer, or an error, is one. */
	*head = (struct nlmsghdr){
		.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
		.nlmsg_flags = NLM_F_REQUEST,
		.nlmsg_type = handle->family,
		.nlmsg_pid = handle->port,
		.nlmsg_seq = ++handle->seq,
	};
	*generic = (struct genlmsghdr){ .cmd = command, .version = V2P_FAMILY_VERSION };
	request->length = head->nlmsg_len;
}

/* What this library knows beyond the base, which is given to everybody. */
static inline void v2p_request_put_known(struct v2p_request *request)
{
	const uint32_t states = V2P_ALL_STATES, flags = V2P_FLAG_MASK;

	if (V2P_ALL_STATES & ~V2P_BASE_STATES)
		v2p_request_put(request, V2P_A_KNOWN_STATES, &states, sizeof(states));
	if (V2P_FLAG_MASK & ~V2P_BASE_FLAGS)
		v2p_request_put(request, V2P_A_KNOWN_FLAGS, &flags, sizeof(flags));
}

#endif /* V2P_INTERNAL_H */
