/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ORACLE_DMA_H
#define V2P_ORACLE_DMA_H

#include <linux/types.h>

struct device;
struct file;
struct v2p_oracle_dma_device;
struct v2p_oracle_dma_map;
struct v2p_oracle_dma_piece;
struct v2p_oracle_dma_slot;

int dma_init(void);
void dma_exit(void);

int dma_device(struct v2p_oracle_dma_device *name);

/* What a file has mapped goes with it, and what a device has, when its driver leaves it. */
int dma_map(const struct file *file, struct v2p_oracle_dma_map *map);
int dma_piece(struct v2p_oracle_dma_piece *piece);
int dma_unmap(u32 id);
int dma_churn(const struct file *file);
int dma_slot(struct v2p_oracle_dma_slot *slot);
void dma_release(const struct file *file);

/* A thread that maps and unmaps without an end. All under the lock of dma.c. */
int churn_start(struct device *dev);
void churn_stop(void);
int churn_slot(struct v2p_oracle_dma_slot *slot);

#endif /* V2P_ORACLE_DMA_H */
