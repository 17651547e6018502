/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_WALK_H
#define V2P_WALK_H

#include <linux/types.h>

struct space;
struct table_path;

/**
 * struct walk_arrays - where translations go
 * @status: array of that member of struct translation; not NULL
 * @physical: likewise, or NULL as all that follow
 * @page_shift: likewise
 * @flags: likewise
 * @entry: likewise
 * @swap_type: likewise
 * @swap_offset: likewise
 *
 * One element per address. There is nothing else in it.
 */
struct walk_arrays {
	u8 *status;
	u64 *physical;
	u8 *page_shift;
	u32 *flags;
	u64 *entry;
	u8 *swap_type;
	u64 *swap_offset;
};

/**
 * walk_translate() - translate addresses
 * @space: address space
 * @virtual: addresses, not necessarily aligned
 * @count: how many
 * @out: where the answers go
 * @changing: set to whether some of them have V2P_FLAG_CHANGING, be @out->flags NULL
 *
 * May sleep between stretches of addresses.
 *
 * Return: 0, or -EINTR when the caller is being killed.
 */
int walk_translate(const struct space *space, const u64 *virtual,
		   unsigned int count, const struct walk_arrays *out, bool *changing);

/**
 * walk_path() - every entry on the way to an address
 * @space: address space
 * @address: the address
 * @path: where the entries go
 * @out: where the translation goes, arrays of one
 *
 * Return: 0, or -EINTR when the caller is being killed.
 */
int walk_path(const struct space *space, u64 address,
	      struct table_path *path, const struct walk_arrays *out);

#endif /* V2P_WALK_H */
