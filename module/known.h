/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Clients may be older than the module. A status that was added to the contract after
 * V2P_BASE_STATES is given only to those who say that they know it (V2P_A_KNOWN_STATES):
 * to all others a status of the base stands in for it. A flag beyond V2P_BASE_FLAGS is
 * left out. As long as there are none, this compiles to nothing.
 */
#ifndef V2P_KNOWN_H
#define V2P_KNOWN_H

#include <linux/build_bug.h>
#include <linux/types.h>

#include <uapi/linux/v2p.h>

#define V2P_STATES_BEYOND_BASE	(((1ULL << __V2P_STATUS_MAX) - 1) & ~(u64)V2P_BASE_STATES)
#define V2P_FLAGS_BEYOND_BASE	((u32)V2P_FLAG_MASK & ~(u32)V2P_BASE_FLAGS)

/*
 * For each status beyond V2P_STATUS_INVALID, in their order, one of the base; not
 * V2P_STATUS_NONE, as the entry is not empty.
 */
static const u8 v2p_stand_ins[] = {
};

static_assert(sizeof(v2p_stand_ins) == V2P_STATUS_MAX - V2P_STATUS_INVALID,
	      "each status that is not of the base needs a stand-in");

/**
 * struct v2p_known - what a client knows beyond the base
 * @states: a bit for each enum v2p_status
 * @flags: enum v2p_flag
 */
struct v2p_known {
	u32 states;
	u32 flags;
};

/**
 * v2p_known_status() - the status that a client is given
 * @known: what it knows
 * @status: enum v2p_status
 *
 * Return: the status, or its stand-in.
 */
static inline u8 v2p_known_status(const struct v2p_known *known, u8 status)
{
	if (!V2P_STATES_BEYOND_BASE || status <= V2P_STATUS_INVALID ||
	    known->states >> status & 1)
		return status;
	return v2p_stand_ins[status - V2P_STATUS_INVALID - 1];
}

/**
 * v2p_known_flags() - the flags that a client is given
 * @known: what it knows
 * @flags: enum v2p_flag
 *
 * Return: the flags without those that it does not know.
 */
static inline u32 v2p_known_flags(const struct v2p_known *known, u32 flags)
{
	return flags & ~(V2P_FLAGS_BEYOND_BASE & ~known->flags);
}

/* Is there anything that some client may not know? */
static inline bool v2p_known_matters(void)
{
	return V2P_STATES_BEYOND_BASE || V2P_FLAGS_BEYOND_BASE;
}

#endif /* V2P_KNOWN_H */
