/* SPDX-License-Identifier: GPL-2.0 */
/* What a process may do, taken from it. */
#ifndef CAPS_H
#define CAPS_H

#include <stdbool.h>
#include <linux/capability.h>

/* Of neither a user nor a group that owns anything. */
#define NOBODY 65534

/* The last capability that the kernel knows, or -1. */
int caps_last(void);

/* Switches one on or off; once it is not permitted any more, it is gone for good. */
bool caps_switch(int capability, bool effective, bool permitted);

/* Leaves one, effective and permitted, and with -1 none. */
bool caps_keep_only(int capability);

/* Becomes nobody, with one capability, or with -1 none. */
bool become_nobody_with(int capability);
bool become_nobody(void);

#endif /* CAPS_H */
