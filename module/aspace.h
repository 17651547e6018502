/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ASPACE_H
#define V2P_ASPACE_H

#include <linux/types.h>

struct mm_struct;

/**
 * struct v2p_aspace - an address space whose page tables are walked
 * @mm: the process's; NULL for the kernel's address space, whose root table is read
 *	from the processor
 * @first: lowest valid address
 * @last: highest valid address
 *
 * A walk needs a reference on the users of @mm (mmget()). v2p_aspace_grab() keeps only
 * the structure (mmgrab()), so that the process may exit.
 */
struct v2p_aspace {
	struct mm_struct *mm;
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
