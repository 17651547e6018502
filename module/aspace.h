/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ASPACE_H
#define V2P_ASPACE_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "arch/arch.h"

struct mm_struct;
struct v2p_iova;

/**
 * enum v2p_aspace_kind - whose address space it is
 * @V2P_ASPACE_PROCESS: a process's, by the page tables at mm->pgd
 * @V2P_ASPACE_KERNEL: the kernel's, by the page tables that the processor uses
 * @V2P_ASPACE_USER_ROOT: a process's, by the page tables that user mode runs on, where
 *	these are others: in the lower half they map what those of the process do, in the
 *	upper one a little of the kernel
 * @V2P_ASPACE_DEVICE: a device's, by the tables of its IOMMU (iova/)
 *
 * The walk asks the functions below what follows from the kind. They are constant where
 * the kind is, and a kind that is added has to answer each of them. Of V2P_ASPACE_USER_ROOT
 * the walk sees one half at a time, of the kind that its entries are of (halves.h); it never
 * sees V2P_ASPACE_DEVICE, whose tables are not the processor's.
 */
enum v2p_aspace_kind {
	V2P_ASPACE_PROCESS,
	V2P_ASPACE_KERNEL,
	V2P_ASPACE_USER_ROOT,
	V2P_ASPACE_DEVICE,
};

/**
 * v2p_aspace_tables_held() - can the page tables be kept from being freed
 * @kind: the kind of address space
 *
 * Return: true if no table that is found is freed before v2p_irqoff_end(); false if
 * tables may be freed, and their memory even be unplugged, while they are read.
 */
static __always_inline bool v2p_aspace_tables_held(enum v2p_aspace_kind kind)
{
	switch (kind) {
	case V2P_ASPACE_PROCESS:
		return true;
	case V2P_ASPACE_KERNEL:
	case V2P_ASPACE_USER_ROOT:
	case V2P_ASPACE_DEVICE:
		break;
	}
	return false;
}

/**
 * v2p_aspace_user_entries() - do the entries map memory of user space
 * @kind: the kind of address space
 *
 * Return: true if entries that are not present may map a page (PROT_NONE, NUMA hinting)
 * or be swap entries, may be none for a moment (see changing.h), and have the flags of
 * V2P_USER_ONLY_FLAGS and a protection key.
 */
static __always_inline bool v2p_aspace_user_entries(enum v2p_aspace_kind kind)
{
	switch (kind) {
	case V2P_ASPACE_PROCESS:
		return true;
	case V2P_ASPACE_KERNEL:
	case V2P_ASPACE_USER_ROOT:
	case V2P_ASPACE_DEVICE:
		break;
	}
	return false;
}

/**
 * v2p_aspace_address() - what an address is to the page tables
 * @kind: the kind of address space
 * @address: the address, as a program of it may use it
 *
 * Return: the address without what the processor ignores of it.
 */
static __always_inline u64 v2p_aspace_address(enum v2p_aspace_kind kind, u64 address)
{
	return kind == V2P_ASPACE_KERNEL ? address : v2p_arch_user_address(address);
}

/**
 * struct v2p_aspace - an address space whose page tables are walked
 * @kind: whose it is
 * @mm: the process's; NULL for V2P_ASPACE_DEVICE and for V2P_ASPACE_KERNEL, but in a half of
 *	V2P_ASPACE_USER_ROOT
 * @root: the top-level table; NULL where it is the one that the processor uses
 * @iova: of V2P_ASPACE_DEVICE, instead of @root
 * @first: lowest valid address
 * @last: highest valid address; of V2P_ASPACE_USER_ROOT, there are some between that are
 *	in neither half, and not valid
 *
 * A walk needs a reference on the users of @mm (mmget()). v2p_aspace_grab() keeps only
 * the structure (mmgrab()), so that the process may exit. Each has a reference on @iova.
 */
struct v2p_aspace {
	enum v2p_aspace_kind kind;
	struct mm_struct *mm;
	union {
		const u64 *root;
		struct v2p_iova *iova;
	};
	u64 first;
	u64 last;
};

/**
 * struct v2p_identity - tells the address spaces apart that a pid had one after another
 * @start_time: when the first thread of the process started
 * @program: of its mm and the number of times that it executed a program
 */
struct v2p_identity {
	u64 start_time;
	u64 program;
};

#endif /* V2P_ASPACE_H */
