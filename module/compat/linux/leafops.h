/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries that are not present: the names of 6.19, for kernels that have the functions
 * in swapops.h under other names; and the markers, which were added one by one.
 */
#ifndef V2P_COMPAT_LINUX_LEAFOPS_H
#define V2P_COMPAT_LINUX_LEAFOPS_H

#include <linux/swap.h>
#include <linux/swapops.h>

#if V2P_HAS_LINUX_LEAFOPS_H
#include_next <linux/leafops.h>
#else

typedef swp_entry_t softleaf_t;

/* Backported to some stable kernels. */
#undef softleaf_from_pte
#undef softleaf_to_pfn
#define softleaf_from_pte		pte_to_swp_entry
#define softleaf_is_migration		is_migration_entry
#define softleaf_is_hwpoison		is_hwpoison_entry
#define softleaf_is_device_private	is_device_private_entry
#define softleaf_is_device_exclusive	is_device_exclusive_entry
#define softleaf_has_pfn		is_pfn_swap_entry
#define softleaf_to_pfn			swp_offset_pfn

static inline bool softleaf_is_swap(softleaf_t entry)
{
	return !non_swap_entry(entry);
}

/* A swap type of its own in 6.1, then a marker, under another name before 6.6. */
static inline bool softleaf_is_poison_marker(softleaf_t entry)
{
#ifdef SWP_SWAPIN_ERROR
	return is_swapin_error_entry(entry);
#elif defined(PTE_MARKER_SWAPIN_ERROR)
	return is_pte_marker_entry(entry) &&
	       pte_marker_get(entry) & PTE_MARKER_SWAPIN_ERROR;
#else
	return is_poisoned_swp_entry(entry);
#endif
}

static inline bool softleaf_is_guard_marker(softleaf_t entry)
{
#ifdef PTE_MARKER_GUARD
	return is_guard_swp_entry(entry);
#else
	return false;
#endif
}

static inline bool softleaf_is_uffd_wp_marker(softleaf_t entry)
{
	return is_pte_marker_entry(entry) &&
	       pte_marker_get(entry) & PTE_MARKER_UFFD_WP;
}

#endif /* before 6.19 */

#ifdef PTE_MARKER_GUARD
#define SOFTLEAF_HAS_GUARD	1
#else
#define SOFTLEAF_HAS_GUARD	0
#endif

#endif /* V2P_COMPAT_LINUX_LEAFOPS_H */
