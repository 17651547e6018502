/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arrays of an answer, as include/v2p-layout.h lists them, each of which a member of a
 * structure of pointers points to: packed ones of a message, or those of an ioctl.
 */
#ifndef V2P_ARRAYS_H
#define V2P_ARRAYS_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include <v2p-layout.h>

/**
 * struct v2p_array - one of them
 * @field: enum v2p_field that asks for it; 0 if it is in every answer
 * @attr: its attribute
 * @element: bytes of an element
 * @offset: of its pointer in the structure
 */
struct v2p_array {
	u32 field;
	u16 attr;
	u8 element;
	u8 offset;
};

#define V2P_ARRAY_ELEMENT(_type, _member)	sizeof(*((_type *)NULL)->_member)

/* From what v2p-layout.h says of an array; its elements have to be of that width. */
#define V2P_ARRAY(_type, _field, _attr, _member, _bits) {			\
	.field = _field,							\
	.attr = _attr,								\
	.element = V2P_ARRAY_ELEMENT(_type, _member) +				\
		   BUILD_BUG_ON_ZERO(8 * V2P_ARRAY_ELEMENT(_type, _member) != (_bits)), \
	.offset = offsetof(_type, _member),					\
}

static __always_inline bool v2p_array_wanted(const struct v2p_array *array, u32 fields)
{
	return !array->field || array->field & fields;
}

/* The pointer to an array in @pointers. */
static __always_inline void **v2p_array_pointer(void *pointers, const struct v2p_array *array)
{
	return pointers + array->offset;
}

/*
 * An element of an array that is asked with. The attributes of a message are aligned to 4 bytes
 * (NLA_ALIGNTO), which is less than a u64 needs, and more than get_unaligned() takes for granted:
 * that loads byte by byte where not every processor bears it (riscv).
 */
static __always_inline u64 v2p_read_u64(const u64 *from)
{
	const struct {
		u64 value;
	} __packed __aligned(sizeof(u32)) *const element = (const void *)from;

	return element->value;
}

#endif /* V2P_ARRAYS_H */
