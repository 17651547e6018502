/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Of what arch.h lists, what most processors have alike. A processor's header includes this,
 * after it has defined which of it has an answer of its own there:
 *
 *	V2P_ARCH_OWN_USER_ADDRESS	v2p_arch_user_address()
 *	V2P_ARCH_OWN_ENCRYPTION		v2p_arch_memory_encrypted()
 *	V2P_ARCH_OWN_USER_ROOT		v2p_arch_has_user_root(), v2p_arch_user_root()
 *	V2P_ARCH_OWN_NOFAULT		v2p_arch_nofault_begin(), v2p_arch_nofault_end()
 *	V2P_ARCH_OWN_HOLD		v2p_arch_hold_tables(), v2p_arch_release_tables()
 *	V2P_ARCH_OWN_AD_FLAGS		v2p_arch_ad_flags()
 *	V2P_ARCH_OWN_IOMMUS		v2p_arch_find_iommu()
 *	V2P_ARCH_INTERRUPTS_FIRST	itself, and V2P_ARCH_INTERRUPTS_LAST
 */
#ifndef V2P_ARCH_GENERIC_H
#define V2P_ARCH_GENERIC_H

#include <linux/cpumask.h>
#include <linux/mm_types.h>
#include <linux/pgtable.h>
#include <linux/smp.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

#ifndef V2P_ARCH_OWN_USER_ADDRESS
static __always_inline u64 v2p_arch_user_address(u64 address)
{
	return address;
}
#endif

#ifndef V2P_ARCH_OWN_ENCRYPTION
static inline bool v2p_arch_memory_encrypted(void)
{
	return false;
}
#endif

#ifndef V2P_ARCH_OWN_USER_ROOT
static inline bool v2p_arch_has_user_root(void)
{
	return false;
}

static inline const u64 *v2p_arch_user_root(const struct mm_struct *mm)
{
	return NULL;
}
#endif

#ifndef V2P_ARCH_OWN_NOFAULT
/* A fault of the kernel's half is no process's, and nothing sleeps for it. */
static __always_inline void v2p_arch_nofault_begin(void)
{
}

static __always_inline void v2p_arch_nofault_end(void)
{
}
#endif

#ifndef V2P_ARCH_OWN_HOLD
/* In mm_cpumask(), this CPU is waited for before tables are freed: see the processor's header. */
static inline bool v2p_arch_hold_tables(struct mm_struct *mm)
{
	/* A full barrier: no table is read before this CPU is in the mask. */
	return !cpumask_test_and_set_cpu(smp_processor_id(), mm_cpumask(mm));
}

static inline void v2p_arch_release_tables(struct mm_struct *mm, bool held)
{
	if (held)
		cpumask_clear_cpu(smp_processor_id(), mm_cpumask(mm));
}
#endif

#ifndef V2P_ARCH_OWN_AD_FLAGS
static inline u32 v2p_arch_ad_flags(u64 entry)
{
	const pte_t pte = __pte(entry);
	u32 flags = 0;

	if (pte_young(pte))
		flags |= V2P_FLAG_ACCESSED;
	if (pte_dirty(pte))
		flags |= V2P_FLAG_DIRTY;
	return flags;
}
#endif

struct device;
struct v2p_iommu;

#ifndef V2P_ARCH_OWN_IOMMUS
static inline const struct v2p_iommu *v2p_arch_find_iommu(struct device *dev, u16 *source)
{
	return NULL;
}
#endif

/* None. */
#ifndef V2P_ARCH_INTERRUPTS_FIRST
#define V2P_ARCH_INTERRUPTS_FIRST	U64_MAX
#define V2P_ARCH_INTERRUPTS_LAST	0
#endif

#endif /* V2P_ARCH_GENERIC_H */
