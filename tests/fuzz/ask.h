/* SPDX-License-Identifier: GPL-2.0 */
/* An ioctl, in parts that can be changed before it is sent. */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <linux/v2p_ioctl.h>

#include "handle.h"
#include "random.h"

enum ask_kind { ASK_TRANSLATE, ASK_WALK, ASK_EXTENTS, ASK_KINDS };

/**
 * struct ask_array - an array that an ioctl reads or fills
 * @attribute: what means the same in an answer of netlink, or 0
 * @pointer: where in the argument the pointer to it stands
 * @element: bytes of an element
 * @required: it is there even if the pointer is 0
 * @input: it is read
 */
struct ask_array {
	uint16_t attribute;
	uint8_t pointer;
	uint8_t element;
	bool required;
	bool input;
};

/**
 * struct ask_form - one of the ioctls
 * @number: that says which
 * @first: of its argument, the size in its first version
 * @size: in the one that is known
 * @arrays: @count of them
 */
struct ask_form {
	unsigned int number;
	uint32_t first;
	uint32_t size;
	const struct ask_array *arrays;
	unsigned int count;
};

extern const struct ask_form ask_forms[ASK_KINDS];

/* More than any size that is looked at. */
#define ASK_TRAIL 5000

/**
 * struct ask - one that can be sent
 * @kind: what its argument is of
 * @number: what it says it is
 * @handle: what it is sent to
 * @compat: as by a program of 32 bits
 * @at: where its argument stands
 * @trail: behind what is known of it, where a byte is not 0; 0 for nowhere
 * @addresses: which addresses it asks for: two with the same here ask for the same
 * @everywhere: all memory is watched, not only what is near
 * @size: the first member of all arguments
 * @bytes: all of it
 */
struct ask {
	enum ask_kind kind;
	uint32_t number;
	enum handle_kind handle;
	bool compat;
	uint64_t at;
	uint32_t trail;
	uint64_t addresses;
	bool everywhere;
	union {
		uint32_t size;
		struct v2p_ioctl_translate translate;
		struct v2p_ioctl_walk walk;
		struct v2p_ioctl_extents extents;
		unsigned char bytes[sizeof(struct v2p_ioctl_extents)];
	};
};

static inline const struct ask_form *ask_form(const struct ask *ask)
{
	return &ask_forms[ask->kind];
}

/* As the module sees it: what is behind the size that it has is 0. */
static inline struct v2p_ioctl_extents ask_extents(const struct ask *ask)
{
	struct v2p_ioctl_extents extents = {};

	memcpy(&extents, ask->bytes, ask->size < sizeof(extents) ? ask->size : sizeof(extents));
	return extents;
}

/* As the module sees it, too. */
uint64_t ask_pointer(const struct ask *ask, unsigned int array);
uint64_t ask_count(const struct ask *ask);

/* Is the array read or filled? */
bool ask_wants(const struct ask *ask, unsigned int array);

/* Bytes of the array that are looked at, at most. */
uint64_t ask_array_bytes(const struct ask *ask, unsigned int array);

/* One with nothing wrong with it; its arrays have a zone each, or are all in the torn one. */
void ask_make(struct ask *ask, struct random *random, const struct handles *handles);
void ask_make_torn(struct ask *ask, struct random *random, const struct handles *handles,
		   enum handle_kind handle);

/* Changes it in one way, after which something may be wrong with it. */
void ask_change(struct ask *ask, struct random *random, const struct handles *handles);

#endif /* ASK_H */
