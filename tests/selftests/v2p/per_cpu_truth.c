// SPDX-License-Identifier: GPL-2.0
/*
 * Tells of a per-CPU variable what the oracle knows, a line for each CPU that there can
 * be: its number, the virtual and the physical address, and the first eight bytes.
 *
 *	per_cpu_truth NAME
 *
 * Or what QEMU's monitor finds in the machine's memory; ends with 4 where it has none:
 *
 *	per_cpu_truth --machine PHYSICAL
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor.h"
#include "oracle.h"

#define MOST_CPUS 8192
#define SKIP 4

static int tell_machine(uint64_t physical)
{
	const char *why;
	int fd = monitor_open(&why);
	uint64_t value;

	if (fd < 0)
		return SKIP;
	if (!monitor_read(fd, physical, &value, sizeof(value)))
		return 1;
	printf("0x%" PRIx64 "\n", value);
	return 0;
}

int main(int argc, char **argv)
{
	struct v2p_oracle_per_cpu variable;
	int fd = oracle_open();
	uint32_t cpu;
	int ret;

	if (argc == 3 && !strcmp(argv[1], "--machine"))
		return tell_machine(strtoull(argv[2], NULL, 0));
	if (argc != 2 || fd < 0)
		return 1;
	for (cpu = 0; cpu < MOST_CPUS; cpu++) {
		ret = oracle_per_cpu(fd, argv[1], cpu, &variable);
		if (ret == -ENXIO)
			continue;
		if (ret)
			return 1;
		printf("%u 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n", cpu,
		       (uint64_t)variable.address, (uint64_t)variable.physical,
		       (uint64_t)variable.value);
	}
	return 0;
}
