// SPDX-License-Identifier: GPL-2.0
/* Kernel addresses of every kind, against the oracle. */
#include <errno.h>
#include <inttypes.h>

#include "compared.h"
#include "fixture.h"
#include "oracle.h"

#define MAX_ASKED 256

FIXTURE(kernel)
{
	struct v2p *v2p;
	int oracle;
};

FIXTURE_SETUP(kernel)
{
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
}

FIXTURE_TEARDOWN(kernel)
{
	v2p_close(self->v2p);
}

#define KERNEL_TEST(name) TEST_F_TIMEOUT(kernel, name, PATIENCE)

/**
 * struct answers - what v2p said of the addresses of a region
 * @mapped: how many were mapped
 * @unmapped: how many were not
 * @flags_all: flags that all mapped ones had
 * @flags_any: flags that some had
 * @types: a bit for each memory type that some had
 * @shift_min: smallest page
 * @shift_max: largest page
 */
struct answers {
	unsigned long mapped;
	unsigned long unmapped;
	uint32_t flags_all;
	uint32_t flags_any;
	uint32_t types;
	unsigned int shift_min;
	unsigned int shift_max;
};

static bool compare(struct v2p *v2p, int oracle, unsigned int index,
		    const uint64_t *virtual, unsigned int count, struct answers *answers)
{
	static uint64_t physical[MAX_ASKED];
	static uint8_t status[MAX_ASKED], shift[MAX_ASKED], type[MAX_ASKED], key[MAX_ASKED];
	static uint32_t flags[MAX_ASKED];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays),
		.status = status, .physical = physical, .page_shift = shift, .flags = flags,
		.memory_type = type, .protection_key = key,
	};
	unsigned int i;

	if (v2p_translate(v2p, v2p_kernel(), virtual, count, &arrays)) {
		printf("# v2p_translate: %s\n", v2p_error(v2p));
		return false;
	}
	for (i = 0; i < count; i++) {
		uint64_t truth = 0;
		int err = oracle_truth(oracle, index, virtual[i], &truth);
		bool mapped = status[i] == V2P_STATUS_MAPPED;

		if ((err && err != -ENXIO) || mapped != !err ||
		    (!mapped && status[i] != V2P_STATUS_NONE) ||
		    (mapped && physical[i] != truth) || (type[i] && !mapped) ||
		    (!type[i] && mapped && ARCH_ORDINARY) || key[i]) {
			printf("# 0x%" PRIx64 ": v2p says %s, physical 0x%" PRIx64
			       ", type %u, key %u; the oracle says %d, 0x%" PRIx64 "\n",
			       virtual[i], v2p_status_name(status[i]), physical[i], type[i],
			       key[i], err, truth);
			return false;
		}
		compared(COMPARED_KERNEL, 1);
		if (!mapped) {
			answers->unmapped++;
			continue;
		}
		answers->mapped++;
		answers->flags_all &= flags[i];
		answers->flags_any |= flags[i];
		answers->types |= 1u << type[i];
		if (shift[i] < answers->shift_min)
			answers->shift_min = shift[i];
		if (shift[i] > answers->shift_max)
			answers->shift_max = shift[i];
	}
	return true;
}

/* Some addresses of a part of a region, all over it, with offsets in the page. */
static bool compare_part(struct v2p *v2p, int oracle, unsigned int index, uint64_t start,
			 uint64_t length, unsigned int count, struct answers *answers)
{
	static uint64_t virtual[MAX_ASKED];
	uint64_t step;
	unsigned int i;

	if (count > MAX_ASKED)
		count = MAX_ASKED;
	step = length / count;
	for (i = 0; i < count; i++)
		virtual[i] = start + i * step + (step > 1 ? (i * 1103515245u) % step : 0);
	return compare(v2p, oracle, index, virtual, count, answers);
}

/* All regions of a kind; returns how many there are, or -1. */
static int compare_kind(struct v2p *v2p, int oracle, const char *name, unsigned int count,
			struct answers *answers)
{
	struct v2p_oracle_region region;
	unsigned int i, found = 0;

	*answers = (struct answers) { .flags_all = ~0u, .shift_min = 64 };
	for (i = 0; oracle_region(oracle, i, &region); i++) {
		if (strcmp(region.name, name))
			continue;
		if (!compare_part(v2p, oracle, i, region.start, region.length, count, answers))
			return -1;
		if (region.page_shift && (answers->shift_min != region.page_shift ||
					  answers->shift_max != region.page_shift)) {
			printf("# pages of 2^%u to 2^%u instead of 2^%u\n",
			       answers->shift_min, answers->shift_max, region.page_shift);
			return -1;
		}
		found++;
	}
	return found;
}

#define ASSERT_KIND(name, count, answers) \
	ASSERT_LT(0, compare_kind(self->v2p, self->oracle, name, count, answers))

#define RO (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER | V2P_FLAG_EXEC)

KERNEL_TEST(direct_map)
{
	struct answers answers;

	ASSERT_KIND("pool", 256, &answers);
	EXPECT_EQ(256, answers.mapped);
	ASSERT_KIND("direct-map", 256, &answers);
	EXPECT_LT(100, answers.mapped);
#ifndef __aarch64__
	/* arm64 has it all of small pages, unless it is told rodata=on. */
	EXPECT_LT(PAGE_SHIFT, answers.shift_max);
#endif
	EXPECT_EQ(0, answers.flags_any & (V2P_FLAG_USER | V2P_FLAG_EXEC));
}

KERNEL_TEST(vmalloc)
{
	struct answers answers;

	ASSERT_KIND("vmalloc", 256, &answers);
	EXPECT_EQ(256, answers.mapped);
	EXPECT_EQ(V2P_FLAG_PRESENT | V2P_FLAG_WRITE, answers.flags_all & RO);
	ASSERT_KIND("vmalloc-guard", 16, &answers);
	EXPECT_EQ(16, answers.unmapped);
	ASSERT_KIND("vmalloc-huge", 256, &answers);
	EXPECT_EQ(256, answers.mapped);
	EXPECT_EQ(HUGE_SHIFT, answers.shift_max);
}

KERNEL_TEST(vmap)
{
	struct answers answers;

	ASSERT_KIND("vmap", 256, &answers);
	EXPECT_EQ(256, answers.mapped);
}

KERNEL_TEST(module)
{
	struct answers answers;

	ASSERT_KIND("module-text", 64, &answers);
	EXPECT_EQ(V2P_FLAG_PRESENT | V2P_FLAG_EXEC, answers.flags_all & RO);
	EXPECT_EQ(0, answers.flags_any & V2P_FLAG_WRITE);
	ASSERT_KIND("module-rodata", 64, &answers);
	EXPECT_EQ(0, answers.flags_any & (V2P_FLAG_WRITE | V2P_FLAG_EXEC));
	ASSERT_KIND("module-data", 64, &answers);
	EXPECT_EQ(V2P_FLAG_PRESENT | V2P_FLAG_WRITE, answers.flags_all & RO);
	EXPECT_EQ(0, answers.flags_any & V2P_FLAG_EXEC);
}

KERNEL_TEST(percpu)
{
	struct answers answers;

	ASSERT_KIND("percpu-static", 32, &answers);
	EXPECT_EQ(0, answers.unmapped);
	EXPECT_EQ(0, answers.mapped % 32);
	ASSERT_KIND("percpu-dynamic", 32, &answers);
	EXPECT_EQ(0, answers.unmapped);
}

KERNEL_TEST(vmemmap)
{
	struct answers answers;

	ASSERT_KIND("vmemmap", 256, &answers);
	EXPECT_LT(100, answers.mapped);
}

KERNEL_TEST(fixmap)
{
	struct answers answers;

	if (!compare_kind(self->v2p, self->oracle, "fixmap-ioapic", 16, &answers))
		SKIP(return, "the oracle knows a fixed mapping on x86 only");
	ASSERT_KIND("fixmap-ioapic", 16, &answers);
	EXPECT_EQ(16, answers.mapped);
	EXPECT_EQ(0, answers.types & ~(1u << V2P_MEMORY_TYPE_UC |
				       1u << V2P_MEMORY_TYPE_UC_MINUS));
}

KERNEL_TEST(cpu_entry_area)
{
	struct answers answers;

	if (!compare_kind(self->v2p, self->oracle, "cpu-entry-area", 128, &answers))
		SKIP(return, "only x86 has such areas");
	ASSERT_KIND("cpu-entry-area", 128, &answers);
	EXPECT_LT(0, answers.mapped);
	EXPECT_LT(0, answers.unmapped);
}

KERNEL_TEST(ioremap)
{
	struct answers answers;

	ASSERT_KIND("ioremap", 64, &answers);
	EXPECT_EQ(64, answers.mapped);
	EXPECT_EQ(1u << ARCH_UNCACHED, answers.types);
	ASSERT_KIND("ioremap-wc", 64, &answers);
	EXPECT_EQ(1u << ARCH_IOREMAP_WC, answers.types);
	ASSERT_KIND("ioremap-2M", 64, &answers);
	EXPECT_EQ(64, answers.mapped);
	ASSERT_KIND("ioremap-1G", 64, &answers);
	EXPECT_EQ(64, answers.mapped);
}

KERNEL_TEST(image)
{
	static const struct {
		const char *start, *end;
		uint32_t asked, flags;
	} parts[] = {
		{ "_stext", "_etext", RO, V2P_FLAG_PRESENT | V2P_FLAG_EXEC },
		{ "__start_rodata", "__end_rodata", RO, V2P_FLAG_PRESENT },
		{ ARCH_DATA, "_edata", RO, V2P_FLAG_PRESENT | V2P_FLAG_WRITE },
		/* The interrupt descriptor table in it is read-only. */
		{ "__bss_start", "__bss_stop", V2P_FLAG_PRESENT | V2P_FLAG_EXEC,
		  V2P_FLAG_PRESENT },
	};
	struct v2p_oracle_region region;
	unsigned int i, index;

	for (index = 0; oracle_region(self->oracle, index, &region); index++)
		if (!strcmp(region.name, "kernel-image"))
			break;
	ASSERT_STREQ("kernel-image", region.name);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct answers answers = { .flags_all = ~0u, .shift_min = 64 };
		uint64_t start = kernel_symbol(parts[i].start);
		uint64_t end = kernel_symbol(parts[i].end);

		if (!start && strcmp(parts[i].start, "_stext"))
			SKIP(return, "kallsyms has no data (CONFIG_KALLSYMS_ALL)");
		ASSERT_NE(0, start) {
			TH_LOG("no %s", parts[i].start);
		}
		ASSERT_LT(start, end);
		ASSERT_TRUE(compare_part(self->v2p, self->oracle, index, start, end - start,
					 128, &answers));
		EXPECT_EQ(128, answers.mapped);
		EXPECT_EQ(parts[i].flags, answers.flags_all & parts[i].asked) {
			TH_LOG("%s", parts[i].start);
		}
	}
}

KERNEL_TEST(a_symbol_by_two_ways)
{
	uint64_t virtual = kernel_symbol("jiffies_64"), physical, truth;
	struct v2p_oracle_region region;
	unsigned int index;

	if (!virtual)
		SKIP(return, "kallsyms has no data (CONFIG_KALLSYMS_ALL)");
	virtual += 8;
	for (index = 0; oracle_region(self->oracle, index, &region); index++)
		if (!strcmp(region.name, "kernel-image"))
			break;
	ASSERT_EQ(0, v2p_virtual_to_physical(self->v2p, v2p_kernel(), virtual, &physical));
	ASSERT_EQ(0, oracle_truth(self->oracle, index, virtual, &truth));
	EXPECT_EQ(truth, physical);
}

KERNEL_TEST(walk)
{
	struct v2p_oracle_region region;
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t truth;
	unsigned int i;

	for (i = 0; oracle_region(self->oracle, i, &region); i++) {
		/* The image does not begin where its region does. */
		if (!strcmp(region.name, "kernel-image") ||
		    oracle_truth(self->oracle, i, region.start, &truth))
			continue;
		ASSERT_EQ(0, v2p_get_walk(self->v2p, v2p_kernel(), region.start, &walk));
		EXPECT_EQ(truth, walk.translation.physical) {
			TH_LOG("%s", region.name);
		}
		EXPECT_EQ(walk.root + walk.steps[0].index * 8, walk.steps[0].entry_physical);
	}
	EXPECT_LT(10, i);
}

/* A process's kernel half is nobody's business but the kernel's. */
KERNEL_TEST(not_through_a_process)
{
	struct v2p_oracle_region region;
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t physical;

	ASSERT_TRUE(oracle_region(self->oracle, 0, &region));
	ASSERT_EQ(0, v2p_get_walk(self->v2p, v2p_pid(getpid()), region.start, &walk));
	EXPECT_EQ(V2P_STATUS_INVALID, walk.translation.status);
	EXPECT_EQ(-ENXIO, v2p_virtual_to_physical(self->v2p, v2p_kernel(),
						  (uintptr_t)&walk, &physical));
}

TEST_HARNESS_MAIN
