/* SPDX-License-Identifier: GPL-2.0 */
/* Questions about an address space of whatever kind, passed on to who answers for that. */
#ifndef V2P_SPACES_H
#define V2P_SPACES_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "arch/arch.h"
#include "aspace.h"
#include "extent.h"
#include "walk.h"

struct v2p_translation;
struct v2p_walk_steps;

/* One that the walk does not know by itself. */
static __always_inline bool v2p_aspace_is_other(const struct v2p_aspace *aspace)
{
	return aspace->kind >= V2P_ASPACE_USER_ROOT;
}

/* Of such a one; as the functions below. */
int v2p_other_translate(const struct v2p_aspace *aspace, const u64 *virtual,
			unsigned int count, const struct v2p_translation_arrays *out,
			bool *changing);
int v2p_other_walk(const struct v2p_aspace *aspace, u64 address,
		   struct v2p_walk_steps *steps, struct v2p_translation *t);
int v2p_other_extents(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		      struct v2p_extent_arrays *out);

/**
 * v2p_aspace_has() - is an address valid
 * @aspace: of any kind
 * @address: the address
 *
 * Return: true if it is in the address space, be anything there or not.
 */
static inline bool v2p_aspace_has(const struct v2p_aspace *aspace, u64 address)
{
	if (aspace->kind == V2P_ASPACE_USER_ROOT)
		return address <= v2p_arch_user_last() || address >= v2p_arch_kernel_first();
	return address >= aspace->first && address <= aspace->last;
}

/**
 * v2p_aspace_translate() - v2p_translate_addresses() of any kind of address space
 * @aspace: as there, like all that follow
 * @virtual: likewise
 * @count: likewise
 * @out: likewise
 * @changing: likewise
 *
 * Return: likewise.
 */
static __always_inline int v2p_aspace_translate(const struct v2p_aspace *aspace,
						const u64 *virtual, unsigned int count,
						const struct v2p_translation_arrays *out,
						bool *changing)
{
	if (unlikely(v2p_aspace_is_other(aspace)))
		return v2p_other_translate(aspace, virtual, count, out, changing);
	return v2p_translate_addresses(aspace, virtual, count, out, changing);
}

/**
 * v2p_aspace_walk() - v2p_walk_address() of any kind of address space
 * @aspace: as there, like all that follow
 * @address: likewise
 * @steps: likewise
 * @t: likewise
 *
 * Return: likewise.
 */
static __always_inline int v2p_aspace_walk(const struct v2p_aspace *aspace, u64 address,
					   struct v2p_walk_steps *steps,
					   struct v2p_translation *t)
{
	if (unlikely(v2p_aspace_is_other(aspace)))
		return v2p_other_walk(aspace, address, steps, t);
	return v2p_walk_address(aspace, address, steps, t);
}

/**
 * v2p_aspace_extents() - v2p_extent_walk() of any kind of address space
 * @aspace: as there, like all that follow
 * @range: likewise; both its ends are valid by v2p_aspace_has()
 * @out: likewise
 *
 * Return: likewise.
 */
static __always_inline int v2p_aspace_extents(const struct v2p_aspace *aspace,
					      struct v2p_extent_range *range,
					      struct v2p_extent_arrays *out)
{
	if (unlikely(v2p_aspace_is_other(aspace)))
		return v2p_other_extents(aspace, range, out);
	return v2p_extent_walk(aspace, range, out);
}

#endif /* V2P_SPACES_H */
