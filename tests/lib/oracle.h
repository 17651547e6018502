/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/v2p_oracle: right answers for kernel addresses, mappings of known frames. */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "v2p_oracle.h"

/* Loads v2p_oracle if need be. Returns a descriptor, or -1. */
int oracle_open(void);

bool oracle_region(int fd, unsigned int index, struct v2p_oracle_region *region);

/* Returns 0, -ENXIO where nothing is mapped, or another negative errno. */
int oracle_truth(int fd, unsigned int index, uint64_t address, uint64_t *physical);

/* Maps some pages; returns NULL with errno set where the kernel cannot. */
void *oracle_map(int fd, enum v2p_oracle_mapping kind, unsigned int pages, int prot);

/* What page number so and so of a mapping maps; 0 if that fails. */
uint64_t oracle_frame(int fd, enum v2p_oracle_mapping kind, unsigned int page);

/*
 * Makes some pages device-private until they are touched. Returns 0, -EOPNOTSUPP
 * where the kernel has no such memory, or another negative errno.
 */
int oracle_take(int fd, const void *start, unsigned int pages);

/* Returns 0, -ENXIO where there can be no such CPU, or another negative errno. */
int oracle_per_cpu(int fd, const char *name, uint32_t cpu, struct v2p_oracle_per_cpu *variable);

/*
 * The device that memory can be mapped for, by its name on the PCI bus; memory for it; and what of
 * that it finds where, piece by piece until there is no more. But for the last, they return 0,
 * -ENODEV where no such device is driven, or another negative errno.
 */
int oracle_dma_device(int fd, char *name, size_t size);
int oracle_dma_map(int fd, enum v2p_oracle_dma kind, enum v2p_oracle_direction direction,
		   uint64_t length, uint32_t *id);
int oracle_dma_unmap(int fd, uint32_t id);
bool oracle_dma_piece(int fd, uint32_t id, uint32_t index, struct v2p_oracle_dma_piece *piece);

/* Maps and unmaps for it until the descriptor is closed; what of that holds at the moment. */
int oracle_dma_churn(int fd);
int oracle_dma_slot(int fd, uint32_t index, struct v2p_oracle_dma_slot *slot);

/* How often a CPU was in the mm_cpumask() of this process, of so many looks; -1 if that fails. */
int64_t oracle_in_mask(int fd, uint32_t cpu, uint32_t looks);

#endif /* ORACLE_H */
