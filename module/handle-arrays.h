/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arrays of an ioctl's answer: the walk writes a piece of each to a buffer, from where it
 * is copied to the caller's.
 */
#ifndef V2P_HANDLE_ARRAYS_H
#define V2P_HANDLE_ARRAYS_H

#include <linux/align.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include <v2p-layout.h>

/**
 * struct v2p_out_array - one of them
 * @always: the caller has to want it
 * @element: bytes of an element
 * @offset: of the pointer that the walk writes to, in a structure of such pointers
 * @out: of the caller's pointer, in the argument of the ioctl
 */
struct v2p_out_array {
	bool always;
	u8 element;
	u8 offset;
	u8 out;
};

#define V2P_OUT_ELEMENT(_type, _member)	sizeof(*((_type *)NULL)->_member)

/* From what v2p-layout.h says of an array. The caller's pointer is called out_ and its name. */
#define V2P_OUT_ARRAY(_type, _argument, _field, _attr, _member, _bits) {	\
	.always = !(_field),							\
	.element = V2P_OUT_ELEMENT(_type, _member) +				\
		   BUILD_BUG_ON_ZERO(8 * V2P_OUT_ELEMENT(_type, _member) != (_bits)), \
	.offset = offsetof(_type, _member),					\
	.out = offsetof(_argument, out_##_member),				\
}

static __always_inline void __user *v2p_out_user(const void *request,
						 const struct v2p_out_array *array)
{
	return u64_to_user_ptr(*(const u64 *)(request + array->out));
}

static __always_inline bool v2p_out_wanted(const void *request,
					   const struct v2p_out_array *array)
{
	return array->always || v2p_out_user(request, array);
}

/* Each begins at a multiple of 8 bytes: what that wastes at most. */
static __always_inline size_t v2p_out_padding(unsigned int length)
{
	return length * (sizeof(u64) - 1);
}

/**
 * v2p_out_place() - where an array is in the buffer
 * @array: the array
 * @count: elements
 * @pointers: the structure whose pointer to it is set
 * @pos: where it may begin, a multiple of 8
 *
 * Return: where the next array may begin.
 */
static __always_inline void *v2p_out_place(const struct v2p_out_array *array, size_t count,
					   void *pointers, void *pos)
{
	*(void **)(pointers + array->offset) = pos;
	return pos + ALIGN(array->element * count, sizeof(u64));
}

/* A copy of a known width is a store, and the call of copy_to_user() many. */
static __always_inline int v2p_out_copy_one(size_t element, const void *from, void __user *to)
{
	switch (element) {
	case sizeof(u8):
		return put_user(*(const u8 *)from, (u8 __user *)to);
	case sizeof(u32):
		return put_user(*(const u32 *)from, (u32 __user *)to);
	case sizeof(u64):
		return put_user(*(const u64 *)from, (u64 __user *)to);
	}
	return copy_to_user(to, from, element) ? -EFAULT : 0;
}

/**
 * v2p_out_copy() - copy elements of an array to the caller
 * @array: the array
 * @request: the argument of the ioctl
 * @pointers: where its elements are
 * @done: elements that the caller's has already
 * @count: elements to copy
 *
 * Return: 0 or -EFAULT.
 */
static __always_inline int v2p_out_copy(const struct v2p_out_array *array, const void *request,
					const void *pointers, u64 done, size_t count)
{
	const void *from = *(void *const *)(pointers + array->offset);
	void __user *to = v2p_out_user(request, array) + done * array->element;

	if (count == 1)
		return v2p_out_copy_one(array->element, from, to);
	return copy_to_user(to, from, count * array->element) ? -EFAULT : 0;
}

#endif /* V2P_HANDLE_ARRAYS_H */
