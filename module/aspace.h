/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ASPACE_H
#define V2P_ASPACE_H

#include <linux/compiler.h>
#include <linux/types.h>

struct mm_struct;

/**
 * enum v2p_aspace_kind - whose address space it is
 * @V2P_ASPACE_PROCESS: a process's, by the page tables at mm->pgd
 * @V2P_ASPACE_KERNEL: the kernel's, by the page tables that the processor uses
 *
 * The walk asks the functions below what follows from the kind. They are constant where
 * the kind is, and a kind that is added has to answer each of them.
 */
enum v2p_aspace_kind {
	V2P_ASPACE_PROCESS,
	V2P_ASPACE_KERNEL,
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
		break;
	}
	return false;
}

/**
 * struct v2p_aspace - an address space whose page tables are walked
 * @kind: whose it is
 * @mm: the process's; NULL for V2P_ASPACE_KERNEL
 * @root: the top-level table; NULL where it is the one that the processor uses
 * @first: lowest valid address
 * @last: highest valid address
 *
 * A walk needs a reference on the users of @mm (mmget()). v2p_aspace_grab() keeps only
 * the structure (mmgrab()), so that the process may exit.
 */
struct v2p_aspace {
	enum v2p_aspace_kind kind;
	struct mm_struct *mm;
	const u64 *root;
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
