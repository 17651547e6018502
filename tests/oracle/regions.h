/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ORACLE_REGIONS_H
#define V2P_ORACLE_REGIONS_H

#include <linux/types.h>

struct page;
struct v2p_oracle_region;

int regions_init(void);
void regions_exit(void);
int regions_get(struct v2p_oracle_region *region);
int regions_truth(u32 index, unsigned long address, phys_addr_t *physical);

/* Device addresses that no machine has anything at: never touch them. */
phys_addr_t nowhere(void);

void shuffle(struct page **pages, unsigned int count);

#endif /* V2P_ORACLE_REGIONS_H */
