/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_WALK_H
#define V2P_WALK_H

#include <linux/types.h>

struct v2p_aspace;
struct v2p_translation;
struct v2p_walk_steps;

/**
 * struct v2p_translation_arrays - where translations are written to
 * @status: array of this member of struct v2p_translation; not NULL
 * @physical: likewise, or NULL, as are all that follow
 * @page_shift: likewise
 * @flags: likewise
 * @entry: likewise
 * @swap_type: likewise
 * @swap_offset: likewise
 * @level: likewise
 * @memory_type: likewise
 * @protection_key: likewise
 * @node: of the page at @physical, which is not NULL then; the walk leaves it alone
 *	(answers.h)
 * @page_kind: likewise
 *
 * Each array has an element per address. The structure has no other members.
 */
struct v2p_translation_arrays {
	u8 *status;
	u64 *physical;
	u8 *page_shift;
	u32 *flags;
	u64 *entry;
	u8 *swap_type;
	u64 *swap_offset;
	u8 *level;
	u8 *memory_type;
	u8 *protection_key;
	u32 *node;
	u8 *page_kind;
};

/**
 * v2p_translation_store() - write a translation to arrays
 * @out: the arrays
 * @i: index of the element
 * @t: the translation
 */
void v2p_translation_store(const struct v2p_translation_arrays *out, unsigned int i,
			   const struct v2p_translation *t);

/**
 * v2p_translate_addresses() - translate a batch of addresses
 * @aspace: address space, not of V2P_ASPACE_USER_ROOT (halves.h)
 * @virtual: addresses, not necessarily aligned in memory
 * @count: number of addresses
 * @out: where the translations go
 * @changing: set to whether V2P_FLAG_CHANGING applies to any of them, even if
 *	@out->flags is NULL
 *
 * May sleep.
 *
 * Return: 0, or -EINTR if the caller is being killed.
 */
int v2p_translate_addresses(const struct v2p_aspace *aspace, const u64 *virtual,
			    unsigned int count, const struct v2p_translation_arrays *out,
			    bool *changing);

/**
 * v2p_walk_address() - translate an address and record every entry on the way
 * @aspace: address space, not of V2P_ASPACE_USER_ROOT (halves.h)
 * @address: the address
 * @steps: where the entries go
 * @t: set to the translation
 *
 * May sleep.
 *
 * Return: 0, or -EINTR if the caller is being killed.
 */
int v2p_walk_address(const struct v2p_aspace *aspace, u64 address,
		     struct v2p_walk_steps *steps, struct v2p_translation *t);

#endif /* V2P_WALK_H */
