/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ORACLE_MAPPINGS_H
#define V2P_ORACLE_MAPPINGS_H

#include <linux/types.h>

struct vm_area_struct;

int mappings_init(void);
void mappings_exit(void);
int mappings_map(struct vm_area_struct *vma);
int mappings_frame(u64 offset, phys_addr_t *physical);

#endif /* V2P_ORACLE_MAPPINGS_H */
