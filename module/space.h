/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_SPACE_H
#define V2P_SPACE_H

#include <linux/types.h>

struct mm_struct;

/**
 * struct space - an address space
 * @mm: of a process, with a reference on its users while its tables are read;
 *	NULL for the kernel's own, whose root is read from the processor
 * @first: lowest valid address
 * @last: highest valid address
 */
struct space {
	struct mm_struct *mm;
	u64 first;
	u64 last;
};

#endif /* V2P_SPACE_H */
