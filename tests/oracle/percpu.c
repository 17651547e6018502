// SPDX-License-Identifier: GPL-2.0
/* Per-CPU variables, where the kernel's own functions find them. */
#include <linux/cpumask.h>
#include <linux/kernel_stat.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "arch.h"
#include "percpu.h"
#include "v2p_oracle.h"

/* Of this module; each CPU's own holds a number of its own. */
static DEFINE_PER_CPU(u64, v2p_oracle_number);

static const struct {
	const char *name;
	void __percpu *variable;
} variables[] = {
	{ "v2p_oracle_number", &v2p_oracle_number },
	{ "kstat", &kstat },
	{ "softnet_data", &softnet_data },
	ARCH_PER_CPU_VARIABLES
};

void percpu_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		per_cpu(v2p_oracle_number, cpu) = V2P_ORACLE_NUMBER + cpu;
}

int percpu_get(struct v2p_oracle_per_cpu *variable)
{
	unsigned int i;
	void *address;

	if (variable->cpu >= nr_cpu_ids || !cpu_possible(variable->cpu))
		return -ENXIO;
	for (i = 0; i < ARRAY_SIZE(variables); i++)
		if (!strncmp(variable->name, variables[i].name, sizeof(variable->name)))
			break;
	if (i == ARRAY_SIZE(variables))
		return -ENOENT;

	address = per_cpu_ptr(variables[i].variable, variable->cpu);
	variable->address = (unsigned long)address;
	if (is_vmalloc_addr(address))
		variable->physical = PFN_PHYS(vmalloc_to_pfn(address)) + offset_in_page(address);
	else
		variable->physical = virt_to_phys(address);
	memcpy(&variable->value, address, sizeof(variable->value));
	return 0;
}
