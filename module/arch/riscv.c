// SPDX-License-Identifier: GPL-2.0

#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/string.h>

#include <asm/fixmap.h>
#include <asm/kasan.h>
#include <asm/page.h>
#include <asm/pgtable.h>

#include "arch.h"
#include "../regions.h"

u64 v2p_arch_napot_bit __ro_after_init;
u64 v2p_arch_type_bits __ro_after_init;
u64 v2p_arch_type_nocache __ro_after_init;
u64 v2p_arch_type_io __ro_after_init;

int __init v2p_arch_init(void)
{
	/* On T-Head's, which had memory types before Svpbmt, the bit is one of these. */
	v2p_arch_napot_bit = has_svnapot() ? _PAGE_NAPOT : 0;
	v2p_arch_type_bits = _PAGE_MTMASK;
	v2p_arch_type_nocache = _PAGE_NOCACHE;
	v2p_arch_type_io = _PAGE_IO;
	return 0;
}

/*
 * Documentation/arch/riscv/vm-layout.rst. Modules are loaded below the kernel's image, so that
 * they reach all of it, and what BPF compiles between the two.
 */
unsigned int v2p_arch_regions(struct v2p_region_range *ranges)
{
	const u64 image = kernel_map.virt_addr;
	const struct v2p_region_range all[] = {
		{ V2P_REGION_FIXMAP, FIXADDR_START, FIXADDR_TOP - 1 },
		{ V2P_REGION_PCI_IO, PCI_IO_START, PCI_IO_END - 1 },
		{ V2P_REGION_VMEMMAP, VMEMMAP_START, VMEMMAP_END - 1 },
		{ V2P_REGION_VMALLOC, VMALLOC_START, VMALLOC_END - 1 },
		{ V2P_REGION_DIRECT_MAP, PAGE_OFFSET, PAGE_OFFSET + KERN_VIRT_SIZE - 1 },
#ifdef CONFIG_KASAN
		{ V2P_REGION_KASAN, KASAN_SHADOW_START, KASAN_SHADOW_END - 1 },
#endif
		/* MODULES_VADDR, and MODULES_END, by symbols that are not exported. */
		{ V2P_REGION_MODULES, PFN_ALIGN(image + kernel_map.size) - SZ_2G, image - 1 },
		{ V2P_REGION_TEXT, image, U64_MAX },
	};

	BUILD_BUG_ON(ARRAY_SIZE(all) > V2P_MAX_REGIONS);
	memcpy(ranges, all, sizeof(all));
	return ARRAY_SIZE(all);
}
