// SPDX-License-Identifier: GPL-2.0

#include <linux/leafops.h>
#include <linux/mm.h>

#include "arch/arch.h"
#include "entry.h"
#include "levels.h"

static bool is_page(bool user, unsigned int level, u64 entry)
{
	/* PROT_NONE and NUMA hinting are a matter of processes. */
	if (!user && !v2p_arch_entry_present(entry))
		return false;
	return v2p_arch_entry_leaf(level, entry);
}

static u64 page_physical(unsigned int level, u64 entry, u64 address)
{
	return v2p_arch_leaf_physical(level, entry) +
	       v2p_offset_in(address, v2p_arch_leaf_own_shift(level, entry));
}

static void decode_softleaf(unsigned int level, u64 entry, u64 address,
			    struct v2p_translation *t)
{
	pte_t pte = v2p_arch_softleaf_pte(entry);
	softleaf_t leaf = softleaf_from_pte(pte);

	if (softleaf_is_swap(leaf))
		t->status = V2P_STATUS_SWAPPED;
	else if (softleaf_is_migration(leaf))
		t->status = V2P_STATUS_MIGRATING;
	else if (softleaf_is_hwpoison(leaf) || softleaf_is_poison_marker(leaf))
		t->status = V2P_STATUS_POISONED;
	else if (softleaf_is_device_private(leaf) ||
		 softleaf_is_device_exclusive(leaf))
		t->status = V2P_STATUS_DEVICE;
	else if (softleaf_is_guard_marker(leaf))
		t->status = V2P_STATUS_GUARD;
	else
		t->status = V2P_STATUS_MARKER;

	t->swap_type = swp_type(leaf);
	if (softleaf_is_swap(leaf))
		t->swap_offset = swp_offset(leaf);
	else if (softleaf_has_pfn(leaf))
		t->swap_offset = softleaf_to_pfn(leaf) +
			PHYS_PFN(v2p_offset_in(address, v2p_arch_level_shift(level)));

	if (pte_swp_soft_dirty(pte))
		t->flags |= V2P_FLAG_SOFT_DIRTY;
	if (pte_swp_uffd(pte) || softleaf_is_uffd_wp_marker(leaf))
		t->flags |= V2P_FLAG_UFFD_WP;
}

void v2p_entry_decode(enum v2p_aspace_kind kind, unsigned int level, u64 entry,
		      u64 address, struct v2p_translation *t)
{
	const bool user = v2p_aspace_user_entries(kind);

	t->entry = entry;
	t->page_shift = v2p_arch_level_shift(level);
	t->level = level;
	if (is_page(user, level, entry)) {
		t->status = V2P_STATUS_MAPPED;
		t->page_shift = v2p_arch_leaf_shift(level, entry);
		t->physical = page_physical(level, entry, address);
		t->flags = v2p_arch_leaf_flags(level, entry);
		t->memory_type = v2p_arch_leaf_memory_type(level, entry);
		if (!user)
			t->flags &= ~V2P_USER_ONLY_FLAGS;
		else
			t->protection_key = v2p_arch_leaf_protection_key(entry);
	} else if (!user || v2p_arch_entry_none(entry)) {
		t->status = V2P_STATUS_NONE;
	} else {
		decode_softleaf(level, entry, address, t);
	}
}
