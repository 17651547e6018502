/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_UNALIGNED_H
#define V2P_COMPAT_LINUX_UNALIGNED_H

#if V2P_HAS_LINUX_UNALIGNED_H
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* V2P_COMPAT_LINUX_UNALIGNED_H */
