/* SPDX-License-Identifier: GPL-2.0 */
/* What an ioctl has answered. */
#ifndef JUDGE_H
#define JUDGE_H

#include "ask.h"
#include "expect.h"

/* It ended with this errno, or 0, and left its answer in the arena. False after tally_break(). */
bool judge(const struct ask *ask, const struct handle *handle, const struct expect *expect,
	   int error);

#endif /* JUDGE_H */
