// SPDX-License-Identifier: GPL-2.0

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/printk.h>

#include <asm/coco.h>
#include <asm/cpu_entry_area.h>
#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/kasan.h>
#include <asm/msr.h>

#include "../iova/iommu.h"
#include "../regions.h"
#include "arch.h"

u8 v2p_arch_memory_types[8] __ro_after_init;
u64 v2p_arch_encryption_bit __ro_after_init;
u64 v2p_arch_decrypted __ro_after_init;

int __init v2p_arch_init(void)
{
	static const u8 types[8] __initconst = {
		[0] = V2P_MEMORY_TYPE_UC, [1] = V2P_MEMORY_TYPE_WC, [4] = V2P_MEMORY_TYPE_WT,
		[5] = V2P_MEMORY_TYPE_WP, [6] = V2P_MEMORY_TYPE_WB,
		[7] = V2P_MEMORY_TYPE_UC_MINUS,
	};
	u32 pat[2];
	unsigned int i;

	/* The tables of a PV guest hold machine frame numbers, not those of the guest. */
	if (cpu_feature_enabled(X86_FEATURE_XENPV)) {
		pr_err("Xen PV guests are not supported\n");
		return -ENODEV;
	}

	rdmsr(MSR_IA32_CR_PAT, pat[0], pat[1]);
	for (i = 0; i < 8; i++)
		v2p_arch_memory_types[i] = types[pat[i / 4] >> i % 4 * 8 & 7];

	/* cc_mkdec() clears the bit for SME and SEV, and sets it for TDX. */
	v2p_arch_decrypted = cc_mkdec(0);
	v2p_arch_encryption_bit = v2p_arch_decrypted | ~cc_mkdec(U64_MAX);
	return 0;
}

/*
 * Documentation/arch/x86/x86_64/mm.rst. Where the kernel randomizes the first three, they are in
 * the same order, and follow each other as soon as what this machine's memory may become has room
 * (kernel_randomize_memory(), whose sizes are gone after boot). KASAN rules that out.
 */
unsigned int v2p_arch_regions(struct v2p_region_range *ranges)
{
	const struct v2p_region_range all[] = {
#ifdef CONFIG_MODIFY_LDT_SYSCALL
		{ V2P_REGION_LDT, LDT_BASE_ADDR, LDT_END_ADDR - 1 },
#endif
		{ V2P_REGION_DIRECT_MAP, PAGE_OFFSET, PAGE_OFFSET + MAXMEM - 1 },
		{ V2P_REGION_VMALLOC, VMALLOC_START, VMALLOC_END },
		{ V2P_REGION_VMEMMAP, VMEMMAP_START,
		  VMEMMAP_START + (MAXMEM >> PAGE_SHIFT) * sizeof(struct page) - 1 },
#ifdef CONFIG_KASAN
		/* kasan_init() fills whole entries of the top-level table. */
		{ V2P_REGION_KASAN, KASAN_SHADOW_START & PGDIR_MASK, KASAN_SHADOW_END - 1 },
#endif
		{ V2P_REGION_CPU_ENTRY_AREA, CPU_ENTRY_AREA_BASE,
		  CPU_ENTRY_AREA_BASE + P4D_SIZE - 1 },
#ifdef CONFIG_X86_ESPFIX64
		{ V2P_REGION_ESPFIX, ESPFIX_BASE_ADDR, ESPFIX_BASE_ADDR + P4D_SIZE - 1 },
#endif
#ifdef CONFIG_EFI
		/* They are given out from the top on. */
		{ V2P_REGION_EFI, EFI_VA_END, EFI_VA_START - 1 },
#endif
		{ V2P_REGION_TEXT, __START_KERNEL_map,
		  __START_KERNEL_map + KERNEL_IMAGE_SIZE - 1 },
		{ V2P_REGION_MODULES, MODULES_VADDR, MODULES_END - 1 },
		{ V2P_REGION_FIXMAP, __fix_to_virt(__end_of_fixed_addresses - 1),
		  FIXADDR_TOP + PAGE_SIZE - 1 },
	};

	BUILD_BUG_ON(ARRAY_SIZE(all) > V2P_MAX_REGIONS);
	memcpy(ranges, all, sizeof(all));
	return ARRAY_SIZE(all);
}

/* No machine has IOMMUs of both. */
const struct v2p_iommu *v2p_arch_find_iommu(struct device *dev, u16 *source)
{
	const struct v2p_iommu *iommu;

	if (!IS_ENABLED(CONFIG_ACPI) || !IS_ENABLED(CONFIG_PCI))
		return NULL;
	iommu = v2p_vtd_find(dev, source);
	return iommu ?: v2p_amd_find(dev, source);
}
