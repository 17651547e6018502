/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the walk asks of a processor. An entry is its raw 64-bit value, a level
 * an enum v2p_level. Each processor's header gives:
 *
 *	ARCH_NAME		its name on the wire
 *	ARCH_TOP_LEVEL		level of the root table
 *	arch_init()		called once, before anything else; an error where the
 *				machine's tables cannot be understood
 *	arch_virtual_bits()	width of a virtual address, both halves together
 *	arch_physical_bits()	width of a physical address
 *	arch_memory_encrypted()	is memory encryption active
 *	arch_level_folded()	the level is not walked by the hardware as set up
 *	arch_level_shift()	span of one entry, as a power of two
 *	arch_level_bits()	width of the index into a table
 *	arch_kernel_root()	table that the MMU uses now for kernel addresses;
 *				to be called with interrupts off
 *	arch_entry_none()	nothing is encoded
 *	arch_entry_present()	the hardware would use it
 *	arch_entry_table()	above the lowest level: it holds a table
 *	arch_entry_leaf()	it holds a page, the hardware's access to which may be
 *				switched off; given that it holds no table
 *	arch_table_physical()	physical address of the table that it holds
 *	arch_leaf_physical()	physical address of the page that it holds
 *	arch_present_physical()	the same, given that the entry is present
 *	arch_leaf_physical_bits() bits of an entry of this level that, where present,
 *				are the physical address of its page
 *	arch_leaf_next()	what the entry behind it is, touched or not, if the
 *				next page is alike and follows in physical memory
 *	arch_leaf_shift()	span of the page that it holds, as a power of two
 *	arch_leaf_flags()	flags of an entry that holds a page
 *	ARCH_TOUCHED_BITS	bits that change as a page is used
 *	arch_touched_flags()	the flags among them: accessed, dirty, soft-dirty
 *	arch_table_flags()	flags of an entry that holds a table
 *	arch_soft_pte()		an entry that is not mapped, for softleaf_from_pte()
 */
#ifndef V2P_ARCH_H
#define V2P_ARCH_H

#if defined(CONFIG_X86_64)
#include "x86.h"
#else
#error "v2p does not know this processor yet: it needs what is listed above"
#endif

#endif /* V2P_ARCH_H */
