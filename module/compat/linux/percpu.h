/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_PERCPU_H
#define V2P_COMPAT_PERCPU_H

#include_next <linux/percpu.h>

/* !CONFIG_SMP: per-CPU variables are where their symbols are. */
#ifndef per_cpu_offset
#define per_cpu_offset(cpu) ((void)(cpu), 0UL)
#endif

#endif /* V2P_COMPAT_PERCPU_H */
