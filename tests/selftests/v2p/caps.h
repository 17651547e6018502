/* SPDX-License-Identifier: GPL-2.0 */
/* What a process may do, taken from it. */
#ifndef CAPS_H
#define CAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/capability.h>

/* Of neither a user nor a group that owns anything. */
#define NOBODY 65534

/* A group whose members may open their own address space: v2p is loaded with it. */
#define OWN_GROUP 4242

/* The last capability that the kernel knows, or -1. */
int caps_last(void);

/* A set of them has a bit for each. */
#define CAPS(capability) (1ULL << (capability))

/* Switches a set on or off; what is not permitted any more is gone for good. */
bool caps_switch(uint64_t set, bool effective, bool permitted);

/* Leaves a set, effective and permitted. */
bool caps_keep_only(uint64_t set);

/* Becomes nobody, with a set of capabilities, or with none. */
bool become_nobody_with(uint64_t set);
bool become_nobody(void);

/* Becomes nobody in that group, be it as the first of its groups or as another. */
bool become_member(bool first);

#endif /* CAPS_H */
