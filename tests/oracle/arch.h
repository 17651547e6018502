/* SPDX-License-Identifier: GPL-2.0 */
/* What differs between processors: the kernel's image, and who knows what its tables say. */
#ifndef V2P_ORACLE_ARCH_H
#define V2P_ORACLE_ARCH_H

#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/mm.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>

#if defined(CONFIG_X86_64)

#include <asm/apicdef.h>
#include <asm/cpu_entry_area.h>
#include <asm/fixmap.h>
#include <asm/io_apic.h>
#include <asm/pgtable.h>

#define ARCH_IMAGE_START	((void *)__START_KERNEL_map)
#define ARCH_IMAGE_SIZE		KERNEL_IMAGE_SIZE
/* The largest pages that the kernel maps I/O by. */
#define ARCH_IO_SHIFT		PUD_SHIFT

static inline int arch_image_truth(unsigned long address, phys_addr_t *physical)
{
	*physical = __pa_symbol(address);
	return 0;
}

static inline unsigned int arch_physical_bits(void)
{
	return boot_cpu_data.x86_phys_bits;
}

/* By the kernel's own walk. */
static inline int arch_translate(unsigned long address, phys_addr_t *physical)
{
	unsigned int level;
	pte_t *pte = lookup_address(address, &level);

	if (!pte || !(pte_flags(*pte) & _PAGE_PRESENT))
		return -ENXIO;
	*physical = slow_virt_to_phys((void *)address);
	return 0;
}

/* The direct map has all memory that there is. */
static inline bool arch_maps_memory(unsigned long address)
{
	return true;
}

#define ARCH_PER_CPU_VARIABLES						\
	{ "this_cpu_off", &this_cpu_off },				\
	{ "cpu_info", &cpu_info },

#elif defined(CONFIG_ARM64)

#include <linux/sched/task.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

/* The image is in there: nothing that is exported tells where it begins. */
#define ARCH_IMAGE_START	((void *)(((unsigned long)&init_task & PAGE_MASK) - SZ_64M))
#define ARCH_IMAGE_SIZE		SZ_128M
/* arch_vmap_pud_supported() */
#define ARCH_IO_SHIFT		(PAGE_SHIFT == 12 ? PUD_SHIFT : PMD_SHIFT)

static inline unsigned int arch_physical_bits(void)
{
	const u64 mmfr0 = read_sanitised_ftr_reg(SYS_ID_AA64MMFR0_EL1);

	return min_t(unsigned int, id_aa64mmfr0_parange_to_phys_shift(mmfr0 & 15),
		     PHYS_MASK_SHIFT);
}

/* By the processor itself, as it would when it reads there. */
static inline int arch_translate(unsigned long address, phys_addr_t *physical)
{
	unsigned long flags;
	u64 par;

	local_irq_save(flags);
	asm volatile("at s1e1r, %0" : : "r" (address));
	isb();
	par = read_sysreg_par();
	local_irq_restore(flags);
	if (par & 1)
		return -ENXIO;
	*physical = (par & GENMASK_ULL(51, 12)) | (address & 4095);
	return 0;
}

/* The image may have been moved, and what is mapped beside it is anybody's. */
static inline int arch_image_truth(unsigned long address, phys_addr_t *physical)
{
	return arch_translate(address, physical);
}

static inline bool arch_maps_memory(unsigned long address)
{
	return true;
}

#define ARCH_PER_CPU_VARIABLES

#elif defined(CONFIG_RISCV)

#include <linux/vmalloc.h>
#include <asm/page.h>

#define ARCH_IMAGE_START	((void *)kernel_map.virt_addr)
#define ARCH_IMAGE_SIZE		kernel_map.size
/* arch_vmap_pud_supported() */
#define ARCH_IO_SHIFT		(pgtable_l4_enabled ? PUD_SHIFT : PMD_SHIFT)

/* What an entry has room for. */
static inline unsigned int arch_physical_bits(void)
{
	return 56;
}

/* By the kernel's own walk, which is not for vmalloc alone: it begins at init_mm's root. */
static inline int arch_translate(unsigned long address, phys_addr_t *physical)
{
	const struct page *page = vmalloc_to_page((void *)address);

	if (!page)
		return -ENXIO;
	*physical = page_to_phys(page) + offset_in_page(address);
	return 0;
}

static inline int arch_image_truth(unsigned long address, phys_addr_t *physical)
{
	*physical = __pa_symbol(address);
	return 0;
}

/* What the firmware keeps to itself (no-map) has struct pages as all memory has. */
static inline bool arch_maps_memory(unsigned long address)
{
	return vmalloc_to_page((void *)address);
}

#define ARCH_PER_CPU_VARIABLES

#endif

#endif /* V2P_ORACLE_ARCH_H */
