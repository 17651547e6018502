/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between processors. An entry is its raw 64-bit value, a level is an
 * enum v2p_level. An entry of a level above V2P_LEVEL_PTE is a table entry or a leaf
 * entry; a leaf entry maps a page, or is none, or encodes what softleaf_from_pte()
 * decodes. "Physical" is an address, "frame" the number of a page of PAGE_SIZE. Each
 * processor's header provides these, of which generic.h has some that most have alike:
 *
 *	V2P_ARCH_NAME			name of the architecture on the wire
 *	V2P_ARCH_TOP_LEVEL		level of the root table
 *	v2p_arch_init()			called once, before anything else; returns an error
 *					where the page tables of this machine cannot be read
 *	v2p_arch_virtual_bits()		width of a virtual address, both halves together: where
 *					each has page tables of its own, one more than these
 *					translate
 *	v2p_arch_user_last()		highest address of user space, on this machine
 *	v2p_arch_kernel_first()		lowest address of the kernel's half
 *	v2p_arch_user_address()		an address of user space, without the bits that the
 *					processor ignores of it; any other is left as it is
 *	v2p_arch_physical_bits()	width of a physical address
 *	v2p_arch_memory_encrypted()	memory encryption is active
 *	v2p_arch_level_folded()		the level is folded: the hardware does not walk it;
 *					not the top level, and not V2P_LEVEL_PTE
 *	v2p_arch_level_shift()		what one entry spans, as a power of two
 *	v2p_arch_level_bits()		width of the index into a table
 *	v2p_arch_kernel_root()		physical address of the table that the MMU uses now
 *					for kernel addresses; call with interrupts off
 *	v2p_arch_has_user_root()	user mode runs on page tables that have a root of their
 *					own, which has the kernel's half as well
 *	v2p_arch_user_root()		that table of an mm, where there is one: as long as the
 *					mm_struct. What it has of the lower half is changed with
 *					the entries at mm->pgd, and held as these are
 *	v2p_arch_nofault_begin()	from here on, with interrupts off, a fault in
 *					__get_kernel_nofault(), of an address in the direct map,
 *					is fixed up without sleeping
 *	v2p_arch_nofault_end()		the end of that
 *	v2p_arch_hold_tables()		keep the page tables of an mm from being freed while
 *					interrupts are off on this CPU, which they are; has
 *					to be right on each kernel version. Returns what to
 *					pass on to
 *	v2p_arch_release_tables()	the end of that
 *	V2P_ARCH_TABLES_HELD		true if that is so of the tables of all levels. Else some
 *					that were taken out of the tree may be freed at once,
 *					and their memory go out of the direct map
 *	v2p_arch_entry_none()		as pte_none()
 *	v2p_arch_entry_present()	the hardware would use the entry; true of the bits that
 *					several entries have in common only if of each of them
 *	v2p_arch_entry_table()		the entry, above V2P_LEVEL_PTE, points to a table
 *	v2p_arch_entry_leaf()		the entry, which points to no table, maps a page;
 *					also true for PROT_NONE and NUMA hinting
 *	v2p_arch_table_physical()	physical address of the table it points to
 *	v2p_arch_leaf_shift()		size of the page it maps or, with others, is a part of,
 *					as a power of two
 *	v2p_arch_leaf_own_shift()	how much of that it gives the address of, likewise: all
 *					or, where several entries map a page and each has an
 *					address of its own, what one of them spans
 *	v2p_arch_leaf_own_shift_most()	the most that this is of any entry of a level
 *	v2p_arch_leaf_physical()	physical address of the first byte of that
 *	v2p_arch_leaf_next()		the value of the following leaf entry if it maps the
 *					physically following page with the same attributes;
 *					where there is no such value, one that is not present
 *	v2p_arch_leaf_format()		struct v2p_arch_leaf_format: what the next three need
 *					to know of a level, to be read once before a loop
 *	v2p_arch_present_physical()	as v2p_arch_leaf_physical(), faster, for a present entry
 *	v2p_arch_same_attrs()		a present leaf entry, and another that differs from
 *					it in these bits, each have an address of their own, for
 *					what one entry spans, and map pages of the same size with
 *					the same attributes and the same AD bits
 *	v2p_arch_same_but_ad()		the same, but that the AD bits may differ
 *	v2p_arch_leaf_flags()		enum v2p_flag of an entry that maps a page
 *	v2p_arch_leaf_memory_type()	enum v2p_memory_type of an entry that maps a page
 *	v2p_arch_leaf_protection_key()	number of the protection key of a process's page
 *	v2p_arch_ad_flags()		enum v2p_flag of the AD bits: those that tell whether
 *					a page is accessed, dirty and soft-dirty
 *	v2p_arch_table_flags()		enum v2p_flag of an entry that points to a table
 *	v2p_arch_softleaf_pte()		an entry that maps no page, for softleaf_from_pte()
 *	v2p_arch_softleaf_block_shift()	how many entries of a level, as a power of two, the
 *					kernel gives the same value, with the frame that a page
 *					of them all begins at, where that is moved or has failed;
 *					0 where there are no such pages
 *	v2p_arch_find_iommu()		the IOMMU that a device is behind, and the number that the
 *					device has there; as v2p_vtd_find(). NULL where there is
 *					none whose tables are known
 *	V2P_ARCH_INTERRUPTS_FIRST	first and last of the addresses that a device raises
 *	V2P_ARCH_INTERRUPTS_LAST	interrupts with, and that no IOMMU translates
 *	v2p_arch_regions()		fills in what the kernel's addresses are for, in the
 *					order of addresses; returns how many there are. A last
 *					address may be too far: one in the next region
 */
#ifndef V2P_ARCH_H
#define V2P_ARCH_H

#if defined(CONFIG_X86_64)
#include "x86.h"
#elif defined(CONFIG_ARM64)
#include "arm64.h"
#elif defined(CONFIG_RISCV) && defined(CONFIG_64BIT)
#include "riscv.h"
#else
#error "v2p does not support this architecture: it needs a header with what is listed above"
#endif

#endif /* V2P_ARCH_H */
