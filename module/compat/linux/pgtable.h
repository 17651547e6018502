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

#endif /* V2P_COMPAT_LINUX_PGTABLE_H */
