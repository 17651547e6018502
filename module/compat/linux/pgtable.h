/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_PGTABLE_H
#define V2P_COMPAT_LINUX_PGTABLE_H

#include_next <linux/pgtable.h>

/* It came with these names; before, they ended in _wp. */
#ifndef pgtable_supports_uffd
#define pte_uffd	pte_uffd_wp
#define pte_swp_uffd	pte_swp_uffd_wp
#endif

/* Not there where the kernel was built without page-table isolation; then nobody calls it. */
#ifndef PTI_PGTABLE_SWITCH_BIT
#define kernel_to_user_pgdp(pgdp)	(pgdp)
#endif

/*
 * arm64: a page that PROT_NONE or NUMA balancing hides; pte_protnone() tells that only where
 * there is NUMA balancing. First a bit of its own, then what pmd_mkinvalid() has as well.
 */
#ifdef PTE_PRESENT_INVALID
static inline bool pte_has_protnone(pte_t pte)
{
	return pte_present_invalid(pte) && !pte_user(pte) && !pte_user_exec(pte);
}
#elif defined(PTE_PROT_NONE)
static inline bool pte_has_protnone(pte_t pte)
{
	return (pte_val(pte) & (PTE_VALID | PTE_PROT_NONE)) == PTE_PROT_NONE;
}
#endif

#endif /* V2P_COMPAT_LINUX_PGTABLE_H */
