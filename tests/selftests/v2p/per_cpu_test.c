// SPDX-License-Identifier: GPL-2.0
/*
 * Where each CPU has its per-CPU variables, against the oracle, and against the machine:
 * this_cpu_off holds, for each CPU, the very offset that is told.
 */
#include <errno.h>
#include <inttypes.h>

#include "compared.h"
#include "fixture.h"
#include "monitor.h"
#include "oracle.h"
#include "wire.h"

#define MAX_CPUS 64

/* The first one is a module's. */
static const char *const names[] = {
	"v2p_oracle_number", "kstat", "softnet_data",
#ifdef __x86_64__
	"this_cpu_off", "cpu_info",
#endif
};

static uint64_t address_of(const char *name)
{
	return name == names[0] ? module_symbol("v2p_oracle", name) : kernel_symbol(name);
}

FIXTURE(per_cpu)
{
	struct v2p *v2p;
	int oracle;
	struct v2p_cpu_offset cpus[MAX_CPUS];
	int count;
};

FIXTURE_SETUP(per_cpu)
{
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
	self->count = v2p_per_cpu_offsets(self->v2p, self->cpus, MAX_CPUS);
	ASSERT_LT(0, self->count) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	ASSERT_GE(MAX_CPUS, self->count);
}

FIXTURE_TEARDOWN(per_cpu)
{
	close(self->oracle);
	v2p_close(self->v2p);
}

static bool is_told(const struct v2p_cpu_offset *cpus, int count, uint32_t cpu)
{
	int i;

	for (i = 0; i < count; i++)
		if (cpus[i].cpu == cpu)
			return true;
	return false;
}

/* Those that the oracle knows of, and no others. */
TEST_F(per_cpu, possible_cpus)
{
	struct v2p_oracle_per_cpu variable;
	uint32_t cpu;
	int i;

	for (i = 1; i < self->count; i++)
		EXPECT_LT(self->cpus[i - 1].cpu, self->cpus[i].cpu);
	for (cpu = 0; cpu < MAX_CPUS; cpu++) {
		int ret = oracle_per_cpu(self->oracle, names[0], cpu, &variable);

		EXPECT_EQ(is_told(self->cpus, self->count, cpu) ? 0 : -ENXIO, ret) {
			TH_LOG("CPU %u", cpu);
		}
	}
}

/* Variables of the kernel's and of a module's, by the address that kallsyms has. */
TEST_F(per_cpu, variables)
{
	unsigned int i;
	int k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const uint64_t template = address_of(names[i]);

		ASSERT_NE(0, template);
		for (k = 0; k < self->count; k++) {
			struct v2p_oracle_per_cpu truth;
			uint64_t physical = 0;

			ASSERT_EQ(0, oracle_per_cpu(self->oracle, names[i], self->cpus[k].cpu,
						    &truth));
			EXPECT_EQ(truth.address, template + self->cpus[k].offset) {
				TH_LOG("%s of CPU %u", names[i], self->cpus[k].cpu);
			}
			EXPECT_EQ(0, v2p_virtual_to_physical(self->v2p, v2p_kernel(),
							     template + self->cpus[k].offset,
							     &physical));
			EXPECT_EQ(truth.physical, physical);
			compared(COMPARED_KERNEL, 1);
		}
	}
}

/* What stands there, as QEMU reads it out of the machine's memory. */
TEST_F(per_cpu, machine)
{
	const uint64_t number = address_of(names[0]);
#ifdef __x86_64__
	const uint64_t own_offset = kernel_symbol("this_cpu_off");
#endif
	const char *why;
	int monitor = monitor_open(&why);
	int i;

	if (monitor < 0)
		SKIP(return, "%s", why);
	for (i = 0; i < self->count; i++) {
		const struct v2p_cpu_offset *cpu = &self->cpus[i];
		uint64_t physical = 0, value = 0;

#ifdef __x86_64__
		ASSERT_EQ(0, v2p_virtual_to_physical(self->v2p, v2p_kernel(),
						     own_offset + cpu->offset, &physical));
		ASSERT_TRUE(monitor_read(monitor, physical, &value, sizeof(value)));
		EXPECT_EQ(cpu->offset, value);
#endif
		ASSERT_EQ(0, v2p_virtual_to_physical(self->v2p, v2p_kernel(),
						     number + cpu->offset, &physical));
		ASSERT_TRUE(monitor_read(monitor, physical, &value, sizeof(value)));
		EXPECT_EQ(V2P_ORACLE_NUMBER + cpu->cpu, value);
		compared(COMPARED_MONITOR, 2);
	}
	close(monitor);
}

static struct wire wire;

static int ask_from(uint32_t first, size_t *cpus, size_t *offsets, uint32_t *count)
{
	size_t length;
	const void *end;
	int error;

	wire_begin(&wire, V2P_CMD_PER_CPU);
	wire_put_u32(&wire, V2P_A_CPU, first);
	error = wire_ask(&wire);
	if (error)
		return error;
	wire_get(&wire, V2P_A_CPUS, cpus);
	wire_get(&wire, V2P_A_PER_CPU_OFFSETS, offsets);
	end = wire_get(&wire, V2P_A_CPU_COUNT, &length);
	if (!end || length != sizeof(*count))
		return -EPROTO;
	memcpy(count, end, sizeof(*count));
	return 0;
}

TEST_F(per_cpu, first_cpu)
{
	const uint32_t highest = self->cpus[self->count - 1].cpu;
	size_t cpus, offsets;
	uint32_t count;
	int i;

	ASSERT_EQ(0, wire_open(&wire));
	for (i = 0; i < self->count; i++) {
		ASSERT_EQ(0, ask_from(self->cpus[i].cpu, &cpus, &offsets, &count));
		EXPECT_EQ((self->count - i) * sizeof(uint32_t), cpus);
		EXPECT_EQ((self->count - i) * sizeof(uint64_t), offsets);
		EXPECT_EQ(highest + 1, count);
	}
	EXPECT_EQ(-EINVAL, ask_from(highest + 1, &cpus, &offsets, &count));
	EXPECT_NE(NULL, strstr(wire.words, "no CPU of this number or a higher one"));
	EXPECT_EQ(-EINVAL, ask_from(-1U, &cpus, &offsets, &count));
	wire_close(&wire);
}

TEST_F(per_cpu, room)
{
	struct v2p_cpu_offset one[2] = { { .cpu = 4711 }, { .cpu = 4711 } };

	EXPECT_EQ(self->count, v2p_per_cpu_offsets(self->v2p, NULL, 0));
	EXPECT_EQ(self->count, v2p_per_cpu_offsets(self->v2p, one, 1));
	EXPECT_EQ(self->cpus[0].offset, one[0].offset);
	EXPECT_EQ(4711, one[1].cpu);
}

TEST_HARNESS_MAIN
