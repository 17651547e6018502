/* SPDX-License-Identifier: GPL-2.0 */
/* Where each CPU has its own of the kernel's per-CPU variables. */
#ifndef CPUS_H
#define CPUS_H

#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

/**
 * struct cpus - the CPUs that are possible
 * @list: in the order of their numbers
 * @count: how many
 */
struct cpus {
	struct v2p_cpu_offset *list;
	size_t count;
};

/**
 * cpus_load() - ask the module
 * @cpus: filled in; to be freed with cpus_free() where 0 is returned
 *
 * Return: 0; -ENOMEM; or a negative errno of libv2p.
 */
int cpus_load(struct cpus *cpus, struct v2p *v2p);
void cpus_free(struct cpus *cpus);

/* NULL where there is no such CPU. */
const struct v2p_cpu_offset *cpus_find(const struct cpus *cpus, uint64_t number);

#endif /* CPUS_H */
