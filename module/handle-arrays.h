/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arrays of an ioctl's answer: the walk writes a piece of each to a buffer, from where it
 * is copied to the caller's.
 */
#ifndef V2P_HANDLE_ARRAYS_H
#define V2P_HANDLE_ARRAYS_H

#include <linux/align.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/sizes.h>
#include <linux/stddef.h>
#include <linux/types.h>
#include <linux/uaccess.h>

#include "arrays.h"

/* Bytes of a buffer: on the stack for few elements, and for as many as fit into it. */
#define V2P_OUT_SMALL	512
#define V2P_OUT_PIECE	SZ_16K

/**
 * struct v2p_out_array - one of them
 * @array: what it is
 * @out: of the caller's pointer, its offset in the argument of the ioctl
 */
struct v2p_out_array {
	struct v2p_array array;
	u8 out;
};

/* From what v2p-layout.h says of an array. The caller's pointer is called out_ and its name. */
#define V2P_OUT_ARRAY(_type, _argument, _field, _attr, _member, _bits) {	\
	.array = V2P_ARRAY(_type, _field, _attr, _member, _bits),		\
	.out = offsetof(_argument, out_##_member),				\
}

static __always_inline void __user *v2p_out_user(const void *request,
						 const struct v2p_out_array *array)
{
	return u64_to_user_ptr(*(const u64 *)(request + array->out));
}

/*
 * What follows is given @length @arrays, and the @fields that are asked for. The compiler
 * unrolls it, and leaves out what is not in them where they are a constant.
 */

/* The fields of those arrays that the caller has a place for. */
static __always_inline u32 v2p_out_fields(const struct v2p_out_array *arrays,
					  unsigned int length, const void *request)
{
	u32 fields = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < length; i++)
		if (v2p_out_user(request, &arrays[i]))
			fields |= arrays[i].array.field;
	return fields;
}

/* Bytes of an element of all. */
static __always_inline size_t v2p_out_element(const struct v2p_out_array *arrays,
					      unsigned int length, u32 fields)
{
	size_t bytes = 0;
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < length; i++)
		if (v2p_array_wanted(&arrays[i].array, fields))
			bytes += arrays[i].array.element;
	return bytes;
}

/* What is wasted at most, as each begins at a multiple of 8 bytes. */
static __always_inline size_t v2p_out_padding(unsigned int length)
{
	return length * (sizeof(u64) - 1);
}

/* Where they are in the buffer from @pos on, which is a multiple of 8, with room for @count. */
static __always_inline void v2p_out_place(const struct v2p_out_array *arrays,
					  unsigned int length, u32 fields, void *pointers,
					  void *pos, size_t count)
{
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < length; i++) {
		if (!v2p_array_wanted(&arrays[i].array, fields))
			continue;
		*v2p_array_pointer(pointers, &arrays[i].array) = pos;
		pos += ALIGN(arrays[i].array.element * count, sizeof(u64));
	}
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

/*
 * Copies @count elements to the caller, which has @done already. Of those with the same field
 * it may have a place for one; for those without a field it has to have one. Returns 0 or
 * -EFAULT.
 */
static __always_inline int v2p_out_copy(const struct v2p_out_array *arrays,
					unsigned int length, u32 fields, const void *request,
					void *pointers, u64 done, size_t count)
{
	unsigned int i;

	_Pragma("GCC unroll 16")
	for (i = 0; i < length; i++) {
		const size_t element = arrays[i].array.element;
		const void *from = *v2p_array_pointer(pointers, &arrays[i].array);
		void __user *to = v2p_out_user(request, &arrays[i]);

		if (!v2p_array_wanted(&arrays[i].array, fields) ||
		    (arrays[i].array.field && !to))
			continue;
		to += done * element;
		if (count == 1 ? v2p_out_copy_one(element, from, to) :
				 copy_to_user(to, from, count * element))
			return -EFAULT;
	}
	return 0;
}

#endif /* V2P_HANDLE_ARRAYS_H */
