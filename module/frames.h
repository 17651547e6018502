/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ranges of physical memory, to be looked for in page tables. Nearly all pages lie elsewhere,
 * which has to be seen of an entry in a few instructions: by a comparison with the span of all
 * ranges, and where there are several, by a table of whether any of them reaches into a part
 * of that span. Both may say too much. What is left is looked up.
 */
#ifndef V2P_FRAMES_H
#define V2P_FRAMES_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

#include "arch/arch.h"

/* Parts of the span: of as many, no more than one in 32 is one of 64 single pages. */
#define V2P_FRAMES_PARTS	2048

/**
 * struct v2p_frames_range - physical memory that is asked for
 * @first: physical address of its first byte
 * @last: of its last byte
 */
struct v2p_frames_range {
	u64 first;
	u64 last;
};

/**
 * struct v2p_frames - all of it
 * @count: ranges
 * @part_shift: size of a part, as a power of two
 * @ranges: in order of address; neither do two of them overlap, nor does one begin where
 *	the one before it ends
 * @parts: from v2p_frames_base() on, for each part whether a range reaches into it
 *
 * A pointer to one that is NULL stands for all memory.
 */
struct v2p_frames {
	unsigned int count;
	unsigned int part_shift;
	struct v2p_frames_range ranges[V2P_MAX_PHYSICAL_RANGES];
	u8 parts[V2P_FRAMES_PARTS];
};

/**
 * enum v2p_frames_fault - what is wrong with ranges
 * @V2P_FRAMES_GOOD: nothing
 * @V2P_FRAMES_EMPTY: one has no byte
 * @V2P_FRAMES_TOO_LONG: one goes on behind the highest address that there is
 * @V2P_FRAMES_NO_ORDER: one begins before the end of the one before it
 */
enum v2p_frames_fault {
	V2P_FRAMES_GOOD,
	V2P_FRAMES_EMPTY,
	V2P_FRAMES_TOO_LONG,
	V2P_FRAMES_NO_ORDER,
};

/**
 * v2p_frames_alloc() - room for ranges
 *
 * Return: to be given to v2p_frames_free(); nothing of it is set. NULL if there is no memory.
 */
struct v2p_frames *v2p_frames_alloc(void);

/**
 * v2p_frames_free() - give it back
 * @frames: as v2p_frames_alloc() returned it
 */
static inline void v2p_frames_free(struct v2p_frames *frames)
{
	/* Nearly nobody has any: a call is saved. */
	if (unlikely(frames))
		kfree(frames);
}

/**
 * v2p_frames_pairs() - where the ranges go, as a client gives them
 * @frames: as v2p_frames_alloc() returned it
 *
 * Return: room for V2P_MAX_PHYSICAL_RANGES pairs of an address and a number of bytes, u64 each.
 */
static inline void *v2p_frames_pairs(struct v2p_frames *frames)
{
	static_assert(sizeof(struct v2p_frames_range) == 2 * sizeof(u64));

	return frames->ranges;
}

/**
 * v2p_frames_init() - make ranges of pairs
 * @frames: of which the first pairs are set
 * @count: as many; at least one, and no more than V2P_MAX_PHYSICAL_RANGES
 *
 * Return: V2P_FRAMES_GOOD, or what is wrong with the first that is.
 */
enum v2p_frames_fault v2p_frames_init(struct v2p_frames *frames, unsigned int count);

/**
 * v2p_frames_find() - the first range that does not end before an address
 * @frames: the ranges
 * @physical: the address
 *
 * Return: the range, which may begin behind the address; or NULL.
 */
const struct v2p_frames_range *v2p_frames_find(const struct v2p_frames *frames, u64 physical);

/* The beginning of the first page of a level that may reach into the ranges. */
static __always_inline u64 v2p_frames_base(const struct v2p_frames *frames, unsigned int level)
{
	return frames->ranges[0].first & -BIT_ULL(v2p_arch_leaf_own_shift_most(level));
}

/**
 * struct v2p_frames_test - what v2p_frames_may_have() needs, to be read once before a loop
 * @frames: the ranges
 * @format: of the entries
 * @base: as v2p_frames_base()
 * @span: from there to the last address of the ranges
 */
struct v2p_frames_test {
	const struct v2p_frames *frames;
	struct v2p_arch_leaf_format format;
	u64 base;
	u64 span;
};

static __always_inline struct v2p_frames_test
v2p_frames_test(const struct v2p_frames *frames, unsigned int level)
{
	const u64 base = v2p_frames_base(frames, level);

	return (struct v2p_frames_test) {
		.frames = frames, .format = v2p_arch_leaf_format(level), .base = base,
		.span = frames->ranges[frames->count - 1].last - base,
	};
}

/**
 * v2p_frames_may_have() - may a page lie in the ranges
 * @test: of its level
 * @by_parts: look at the parts; for V2P_LEVEL_PTE only, as larger pages may be of several
 * @entry: present leaf entry that maps it
 *
 * Return: false if no byte of the page is in the ranges; of any other entry, anything.
 */
static __always_inline bool v2p_frames_may_have(const struct v2p_frames_test *test,
						bool by_parts, u64 entry)
{
	const u64 offset = v2p_arch_present_physical(test->format, entry) - test->base;

	return offset <= test->span &&
	       (!by_parts || test->frames->parts[offset >> test->frames->part_shift]);
}

#endif /* V2P_FRAMES_H */
