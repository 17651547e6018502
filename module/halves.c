// SPDX-License-Identifier: GPL-2.0

#include <linux/kernel.h>
#include <linux/minmax.h>

#include "arch/arch.h"
#include "arrays.h"
#include "aspace.h"
#include "extent.h"
#include "halves.h"
#include "walk.h"

static const struct v2p_array arrays[] = {
#define ARRAY(...) V2P_ARRAY(struct v2p_translation_arrays, __VA_ARGS__),
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
};

static bool is_upper(u64 address)
{
	return v2p_arch_user_address(address) >= v2p_arch_kernel_first();
}

/* What is in neither half is in the lower one, and not valid there. */
static struct v2p_aspace half_of(const struct v2p_aspace *aspace, u64 address)
{
	struct v2p_aspace half = *aspace;

	if (is_upper(address)) {
		half.kind = V2P_ASPACE_KERNEL;
		half.first = v2p_arch_kernel_first();
	} else {
		half.kind = V2P_ASPACE_PROCESS;
		half.last = v2p_arch_user_last();
	}
	return half;
}

/* The arrays from an element on. */
static struct v2p_translation_arrays arrays_from(const struct v2p_translation_arrays *out,
						 unsigned int first)
{
	struct v2p_translation_arrays rest = *out;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		void **array = v2p_array_pointer(&rest, &arrays[i]);

		if (*array)
			*array += first * arrays[i].element;
	}
	return rest;
}

int v2p_halves_translate(const struct v2p_aspace *aspace, const u64 *virtual,
			 unsigned int count, const struct v2p_translation_arrays *out,
			 bool *changing)
{
	unsigned int begin, end;
	int err = 0;

	*changing = false;
	for (begin = 0; !err && begin < count; begin = end) {
		const u64 address = v2p_read_u64(virtual + begin);
		const struct v2p_aspace half = half_of(aspace, address);
		const struct v2p_translation_arrays rest = arrays_from(out, begin);
		bool some_changing;

		for (end = begin + 1; end < count; end++)
			if (is_upper(v2p_read_u64(virtual + end)) != is_upper(address))
				break;
		err = v2p_translate_addresses(&half, virtual + begin, end - begin, &rest,
					      &some_changing);
		*changing |= some_changing;
	}
	return err;
}

int v2p_halves_walk(const struct v2p_aspace *aspace, u64 address,
		    struct v2p_walk_steps *steps, struct v2p_translation *t)
{
	const struct v2p_aspace half = half_of(aspace, address);

	return v2p_walk_address(&half, address, steps, t);
}

/* An extent that is open at the end of the lower half does not go on in the upper one. */
int v2p_halves_extents(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		       struct v2p_extent_arrays *out)
{
	const struct v2p_aspace half = half_of(aspace, range->next);
	const u64 last = range->last;
	int err;

	/* What is walked is only to be closed: @next may be 0, behind the highest address. */
	range->last = range->walked ? last : min(last, half.last);
	err = v2p_extent_walk(&half, range, out);
	if (range->walked && range->last != last) {
		/* The next call is for the upper half. */
		range->walked = false;
		range->next = v2p_arch_kernel_first();
	}
	range->last = last;
	return err;
}
