/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page tables that user mode runs on have two halves (V2P_ASPACE_USER_ROOT). The lower
 * one is the process's: its tables are held, and its entries are those of user space. Of the
 * upper one most tables are the kernel's, which nobody can hold, and its entries mean what
 * the kernel's do. So each is walked as an address space of its own, of one of the two
 * other kinds, from the same root; the walk knows of nothing else.
 */
#ifndef V2P_HALVES_H
#define V2P_HALVES_H

#include <linux/types.h>

struct v2p_aspace;
struct v2p_extent_arrays;
struct v2p_extent_range;
struct v2p_translation;
struct v2p_translation_arrays;
struct v2p_walk_steps;

/* As v2p_translate_addresses(), v2p_walk_address() and v2p_extent_walk(). */
int v2p_halves_translate(const struct v2p_aspace *aspace, const u64 *virtual,
			 unsigned int count, const struct v2p_translation_arrays *out,
			 bool *changing);
int v2p_halves_walk(const struct v2p_aspace *aspace, u64 address,
		    struct v2p_walk_steps *steps, struct v2p_translation *t);
int v2p_halves_extents(const struct v2p_aspace *aspace, struct v2p_extent_range *range,
		       struct v2p_extent_arrays *out);

#endif /* V2P_HALVES_H */
