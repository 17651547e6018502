/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc says of physical pages. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stdint.h>

/**
 * frames_count_mappings() - how often the kernel says that frames are mapped by processes
 * @first: number of the first frame
 * @count: how many frames
 * @mappings: set to the sum of /proc/kpagecount's numbers of them
 *
 * What it counts differs between kernels: of huge pages, some give an average.
 *
 * Return: whether the kernel tells.
 */
bool frames_count_mappings(uint64_t first, uint64_t count, uint64_t *mappings);

#endif /* FRAMES_H */
