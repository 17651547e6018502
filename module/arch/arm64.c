// SPDX-License-Identifier: GPL-2.0

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sort.h>

#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/kasan.h>
#include <asm/memory.h>
#include <asm/pgtable.h>
#include <asm/sysreg.h>

#include "arch.h"
#include "../regions.h"

u8 v2p_arch_memory_types[8] __ro_after_init;
unsigned int v2p_arch_actual_bits __ro_after_init;
unsigned int v2p_arch_actual_levels __ro_after_init;
unsigned int v2p_arch_actual_top_shift __ro_after_init;
unsigned int v2p_arch_max_physical_bits __ro_after_init;
u64 v2p_arch_low_bits __ro_after_init;
u64 v2p_arch_high_bits __ro_after_init;

/* Of a byte of MAIR_EL1. Linux has no others. */
static u8 __init memory_type(u8 attr)
{
	switch (attr) {
	case 0xff:
		return V2P_MEMORY_TYPE_WB;
	case 0xf0:
		return V2P_MEMORY_TYPE_TAGGED;
	case 0xbb:
		return V2P_MEMORY_TYPE_WT;
	case 0x44:
		return V2P_MEMORY_TYPE_WC;
	}
	return attr & 0xf0 ? V2P_MEMORY_TYPE_UNSPECIFIED : V2P_MEMORY_TYPE_DEVICE;
}

/* Where an entry has the highest bits of a physical address of 52. */
static void __init find_address_bits(u64 tcr)
{
	v2p_arch_low_bits = GENMASK_ULL(47, 0);
	if (!IS_ENABLED(CONFIG_ARM64_PA_BITS_52))
		return;
	if (PAGE_SHIFT == 16) {
		v2p_arch_high_bits = GENMASK_ULL(15, 12);
	} else if (tcr & BIT_ULL(59)) {
		/* TCR_EL1.DS: LPA2. */
		v2p_arch_low_bits = GENMASK_ULL(49, 0);
		v2p_arch_high_bits = GENMASK_ULL(9, 8);
	}
}

int __init v2p_arch_init(void)
{
	const u64 tcr = read_sysreg(tcr_el1);
	const u64 mair = read_sysreg(mair_el1);
	const u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);
	unsigned int i;

#ifdef PROT_NS_SHARED
	/* Of a Realm, a bit of the address tells shared memory, which nobody has tried here. */
	if (PROT_NS_SHARED) {
		pr_err("Realms are not supported\n");
		return -ENODEV;
	}
#endif
	/* TCR_EL1.T1SZ. Both halves are as wide, but for what the kernel sets for itself. */
	v2p_arch_actual_bits = 64 - (tcr >> TCR_T1SZ_OFFSET & 63);
	v2p_arch_actual_levels = ARM64_HW_PGTABLE_LEVELS(v2p_arch_actual_bits);
	v2p_arch_actual_top_shift = V2P_ARCH_LEVEL_SHIFT(v2p_arch_actual_levels - 1);
	if (v2p_arch_half_bits() != v2p_arch_actual_bits ||
	    v2p_arch_levels() != v2p_arch_actual_levels) {
		pr_err("the page tables are not those that the kernel was built for\n");
		return -ENODEV;
	}
	find_address_bits(tcr);
	v2p_arch_max_physical_bits =
		min_t(unsigned int, v2p_arch_high_bits ? 52 : 48,
		      id_aa64mmfr0_parange_to_phys_shift(mmfr0 & 15));
	for (i = 0; i < 8; i++)
		v2p_arch_memory_types[i] = memory_type(mair >> i * 8);
	return 0;
}

static int compare_starts(const void *a, const void *b)
{
	const struct v2p_region_range *one = a, *other = b;

	return one->start < other->start ? -1 : one->start > other->start;
}

/*
 * Documentation/arch/arm64/memory.rst. What lies above vmalloc has another order in each
 * version. The kernel's image is somewhere in what is vmalloc's, where nothing that a module
 * may use tells.
 *
 * The place for struct pages is that of the most virtual bits that the kernel is built for. Of
 * fewer, the direct map begins higher, and what would be the struct pages before it is vmalloc's.
 */
unsigned int v2p_arch_regions(struct v2p_region_range *ranges)
{
	const u64 unused = (v2p_arch_kernel_first() - PAGE_OFFSET) / PAGE_SIZE *
			   sizeof(struct page);
	const struct v2p_region_range all[] = {
		{ V2P_REGION_DIRECT_MAP, v2p_arch_kernel_first(), PAGE_END - 1 },
#if defined(CONFIG_KASAN_GENERIC) || defined(CONFIG_KASAN_SW_TAGS)
		{ V2P_REGION_KASAN, KASAN_SHADOW_START, KASAN_SHADOW_END - 1 },
#endif
		{ V2P_REGION_MODULES, MODULES_VADDR, MODULES_END - 1 },
		{ V2P_REGION_VMALLOC, VMALLOC_START, VMALLOC_END - 1 },
		{ V2P_REGION_VMEMMAP, VMEMMAP_START + unused, VMEMMAP_START + VMEMMAP_SIZE - 1 },
		{ V2P_REGION_PCI_IO, PCI_IO_START, PCI_IO_END - 1 },
		{ V2P_REGION_FIXMAP, __fix_to_virt(__end_of_fixed_addresses - 1),
		  FIXADDR_TOP - 1 },
	};

	BUILD_BUG_ON(ARRAY_SIZE(all) > V2P_MAX_REGIONS);
	memcpy(ranges, all, sizeof(all));
	sort(ranges, ARRAY_SIZE(all), sizeof(*ranges), compare_starts, NULL);
	return ARRAY_SIZE(all);
}
