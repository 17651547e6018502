/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Generic netlink by hand, for what the library would not let through or would
 * say in its own words.
 */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/v2p.h>

#include "ring.h"

/**
 * enum wire_send - how a message is sent
 * @WIRE_SENDTO: with the kernel's address in the call
 * @WIRE_SEND: by send(), on a socket that is connected to the kernel
 * @WIRE_WRITE: by write(), on a socket that is connected to the kernel
 * @WIRE_UNNAMED: by send(), on a socket that is not connected
 */
enum wire_send { WIRE_SENDTO, WIRE_SEND, WIRE_WRITE, WIRE_UNNAMED, WIRE_SENDS };

/**
 * struct wire - a connection, and the request being made on it
 * @fd: the socket
 * @family: the family's number
 * @how: how requests are sent
 * @ring: by what, or NULL for a system call
 * @length: bytes in @request
 * @error: what the last request was answered with: 0 or a negative errno
 * @words: the kernel's words for it
 * @missing: the attribute that the kernel misses, or 0
 * @bad: the offset in the request of the attribute that it does not like, or 0
 * @ended: a dump had begun, and that was its end
 * @reply_length: bytes in @reply
 * @next: where in @received the next message stands
 * @left: bytes of @received from there on
 */
struct wire {
	int fd;
	uint16_t family;
	enum wire_send how;
	struct ring *ring;
	size_t length;
	int error;
	char words[256];
	uint16_t missing;
	uint32_t bad;
	bool ended;
	size_t reply_length;
	size_t next;
	size_t left;
	uint8_t request[32 * 1024] __attribute__((aligned(8)));
	uint8_t reply[64 * 1024] __attribute__((aligned(8)));
	uint8_t received[64 * 1024] __attribute__((aligned(8)));
};

/* Connects, without any privilege. Returns 0 or a negative errno. */
int wire_open(struct wire *wire);
void wire_close(struct wire *wire);

/* A new request. */
void wire_begin(struct wire *wire, uint8_t command);
void wire_put(struct wire *wire, uint16_t attribute, const void *data, size_t length);
void wire_put_u32(struct wire *wire, uint16_t attribute, uint32_t value);
void wire_put_u64(struct wire *wire, uint16_t attribute, uint64_t value);

/* Sends it and reads the answer. Returns wire->error. */
int wire_ask(struct wire *wire);

/*
 * Only sends it, as one for a dump, or without a wish for an acknowledgement. Both
 * return wire->error. wire_next() takes one message: 1 where it is an answer, 0 at
 * the end, or a negative errno that ends it, too.
 */
int wire_dump(struct wire *wire);
int wire_send(struct wire *wire);
int wire_next(struct wire *wire);

/* An attribute of the answer, or NULL. */
const void *wire_get(const struct wire *wire, uint16_t attribute, size_t *length);

/* What translates an address, and asks. */
int wire_translate_pid(struct wire *wire, uint32_t pid, uint64_t address);
int wire_translate_kernel(struct wire *wire, uint64_t address);
int wire_info(struct wire *wire);

/* Whether the module says so, of an enum v2p_feature. */
bool wire_has_feature(struct wire *wire, uint32_t feature);

/* A question for extents, of a process or, with 0, of the kernel; a range for it. */
void wire_begin_map(struct wire *wire, uint32_t pid);
void wire_put_range(struct wire *wire, uint64_t start, uint64_t size);

/* How far an answer of extents goes; false where it does not say so. */
bool wire_get_next(const struct wire *wire, uint64_t *next);

#endif /* WIRE_H */
