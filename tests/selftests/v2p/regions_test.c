// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's addresses are for, against what is known to be there: by the oracle, by
 * the kernel's symbols and its own list of vmalloc's areas, and by the extents of all of it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "arch.h"
#include "fixture.h"
#include "oracle.h"

#define MAX_REGIONS 32
#define KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"

/**
 * struct regions - what v2p tells
 * @list: in the order of addresses
 * @count: how many
 */
struct regions {
	struct v2p_region_range list[MAX_REGIONS];
	int count;
};

FIXTURE(regions)
{
	struct v2p *v2p;
	struct v2p_info info;
	int oracle;
	struct regions regions;
};

FIXTURE_SETUP(regions)
{
	ASSERT_EQ(0, v2p_open(&self->v2p)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	self->info.size = sizeof(self->info);
	ASSERT_EQ(0, v2p_get_info(self->v2p, &self->info));
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
	self->regions.count = v2p_regions(self->v2p, self->regions.list, MAX_REGIONS);
	ASSERT_LT(0, self->regions.count) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	ASSERT_GE(MAX_REGIONS, self->regions.count);
}

FIXTURE_TEARDOWN(regions)
{
	close(self->oracle);
	v2p_close(self->v2p);
}

static const struct v2p_region_range *at(const struct regions *regions, uint64_t address)
{
	int i;

	for (i = 0; i < regions->count; i++)
		if (address - regions->list[i].start < regions->list[i].length)
			return &regions->list[i];
	return NULL;
}

static const struct v2p_region_range *find(const struct regions *regions, uint8_t region)
{
	int i;

	for (i = 0; i < regions->count; i++)
		if (regions->list[i].region == region)
			return &regions->list[i];
	return NULL;
}

/* Whether all of these addresses are in one region, which is one of @wanted. */
static bool is_in(const struct regions *regions, uint64_t start, uint64_t length,
		  uint32_t wanted, const char *what)
{
	const struct v2p_region_range *region = at(regions, start);

	if (region && at(regions, start + (length - 1)) == region && region->region < 32 &&
	    wanted >> region->region & 1)
		return true;
	printf("# %s, 0x%" PRIx64 ", 0x%" PRIx64 " bytes: is told to be %s\n", what, start, length,
	       region ? v2p_region_name(region->region) : "nowhere");
	return false;
}

#define IN(region) (1U << V2P_REGION_##region)

TEST_F(regions, in_order)
{
	const uint64_t half = -(1ULL << (self->info.virtual_bits - 1));
	uint32_t seen = 0;
	int i;

	for (i = 0; i < self->regions.count; i++) {
		const struct v2p_region_range *one = &self->regions.list[i];

		TH_LOG("0x%" PRIx64 " 0x%" PRIx64 " %s", one->start, one->length,
		       v2p_region_name(one->region));
		EXPECT_LE(half, one->start);
		EXPECT_LT(0, one->length);
		EXPECT_LE(one->length - 1, UINT64_MAX - one->start);
		EXPECT_NE(V2P_REGION_UNSPECIFIED, one->region);
		ASSERT_GE(V2P_REGION_MAX, one->region);
		EXPECT_EQ(0, seen >> one->region & 1);
		seen |= 1U << one->region;
		if (i)
			EXPECT_LT((one - 1)->start + ((one - 1)->length - 1), one->start);
	}
	EXPECT_EQ(has_kasan(), seen >> V2P_REGION_KASAN & 1);
}

/* Memory of every kind, and where those begin of which the oracle knows it. */
TEST_F(regions, oracle)
{
	static const struct {
		const char *name;
		uint32_t in;
		bool begins;
	} kinds[] = {
		{ "pool", IN(DIRECT_MAP) },
		{ "direct-map", IN(DIRECT_MAP), .begins = ARCH_FIXED_PLACES },
		{ "vmemmap", IN(VMEMMAP), .begins = ARCH_FIXED_PLACES },
		{ "module-text", ARCH_IN_MODULES }, { "module-rodata", ARCH_IN_MODULES },
		{ "module-data", ARCH_IN_MODULES },
		{ "vmap", IN(VMALLOC) }, { "vmalloc", IN(VMALLOC) },
		{ "vmalloc-huge", IN(VMALLOC) }, { "ioremap", IN(VMALLOC) },
		{ "ioremap-wc", IN(VMALLOC) }, { "ioremap-2M", IN(VMALLOC) },
		{ "ioremap-1G", IN(VMALLOC) },
		{ "percpu-static", IN(DIRECT_MAP) | IN(VMALLOC) },
		{ "percpu-dynamic", IN(DIRECT_MAP) | IN(VMALLOC) },
#if ARCH_FIXED_PLACES
		{ "kernel-image", IN(TEXT), .begins = true },
#endif
#ifdef __x86_64__
		{ "fixmap-ioapic", IN(FIXMAP) }, { "cpu-entry-area", IN(CPU_ENTRY_AREA) },
#endif
	};
	const unsigned int count = sizeof(kinds) / sizeof(*kinds);
	struct v2p_oracle_region region;
	unsigned int i, k;
	uint32_t seen = 0;

	for (i = 0; oracle_region(self->oracle, i, &region); i++) {
		for (k = 0; k < count; k++) {
			if (strcmp(region.name, kinds[k].name))
				continue;
			seen |= 1U << k;
			EXPECT_TRUE(is_in(&self->regions, region.start, region.length, kinds[k].in,
					  region.name));
			if (kinds[k].begins)
				EXPECT_EQ(region.start, at(&self->regions, region.start)->start);
		}
	}
	EXPECT_EQ((1U << count) - 1, seen);
}

/* The kernel's own symbols, of which arm64's are built without those of data, and a module's. */
TEST_F(regions, symbols)
{
	static const char *const names[] = { "_text", "_stext", "_etext", "_sdata", "jiffies_64" };
	const uint64_t end = kernel_symbol("_end");
	const uint64_t number = module_symbol("v2p_oracle", "module_rodata");
	unsigned int i, found = 0;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const uint64_t address = kernel_symbol(names[i]);

		if (!address) {
			TH_LOG("there is no %s", names[i]);
			continue;
		}
		EXPECT_TRUE(is_in(&self->regions, address, 1, ARCH_IN_IMAGE, names[i]));
		found++;
	}
	EXPECT_LE(ARCH_FIXED_PLACES ? i : 3, found);
	if (ARCH_FIXED_PLACES)
		ASSERT_NE(0, end);
	if (end)
		EXPECT_TRUE(is_in(&self->regions, end - 1, 1, ARCH_IN_IMAGE, "_end"));
	ASSERT_NE(0, number);
	EXPECT_TRUE(is_in(&self->regions, number, 1, ARCH_IN_MODULES, "module_rodata"));
}

/*
 * All areas that vmalloc has given out, which modules have as well. Some kernels print numbers
 * in the place of addresses unless this is set.
 */
TEST_F(regions, vmallocinfo)
{
	unsigned int vmalloc = 0, modules = 0;
	unsigned long long start, end;
	char restricted[16], line[512];
	FILE *file;

	ASSERT_LE(0, read_file(KPTR_RESTRICT, restricted, sizeof(restricted)));
	ASSERT_EQ(0, write_file(KPTR_RESTRICT, "1"));
	file = fopen("/proc/vmallocinfo", "re");
	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file)) {
		const struct v2p_region_range *region;

		ASSERT_EQ(2, sscanf(line, "%llx-%llx", &start, &end));
		EXPECT_TRUE(is_in(&self->regions, start, end - start, IN(VMALLOC) | IN(MODULES),
				  "an area of vmalloc"));
		region = at(&self->regions, start);
		vmalloc += region && region->region == V2P_REGION_VMALLOC;
		modules += region && region->region == V2P_REGION_MODULES;
	}
	fclose(file);
	EXPECT_EQ(0, write_file(KPTR_RESTRICT, restricted));
	EXPECT_LT(0, vmalloc);
	if (ARCH_FIXED_PLACES)
		EXPECT_LT(0, modules);
}

/**
 * struct mapped - what the kernel maps, as its page tables say
 * @regions: what it should lie in
 * @by_region: bytes
 * @elsewhere: how many extents lie in none, or reach out of it
 */
struct mapped {
	const struct regions *regions;
	uint64_t by_region[__V2P_REGION_MAX];
	uint64_t elsewhere;
};

static int take(const struct v2p_extent *extent, void *data)
{
	struct mapped *mapped = data;
	const struct v2p_region_range *region = at(mapped->regions, extent->address);

	if (region && extent->length <= region->length - (extent->address - region->start)) {
		mapped->by_region[region->region] += extent->length;
		return 0;
	}
	printf("# 0x%" PRIx64 ", 0x%" PRIx64 " bytes: in no region\n", extent->address,
	       extent->length);
	/* There may be millions. */
	return ++mapped->elsewhere == 10;
}

/* From @start to before @end; there is no address behind all of them, which is 0. */
static int map(struct v2p *v2p, uint64_t start, uint64_t end, struct mapped *mapped)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = start,
		.length = end ? end - start : V2P_TO_THE_END,
	};

	return v2p_map(v2p, v2p_kernel(), &range, take, mapped);
}

/*
 * Nothing is mapped anywhere else. The shadow of KASAN is one page, mapped all over, which would
 * take hours.
 */
TEST_F_TIMEOUT(regions, all_that_is_mapped, PATIENCE)
{
	const struct v2p_region_range *kasan = find(&self->regions, V2P_REGION_KASAN);
	const uint64_t half = -(1ULL << (self->info.virtual_bits - 1));
	struct mapped mapped = { .regions = &self->regions };
	static const uint8_t there[] = {
		V2P_REGION_DIRECT_MAP, V2P_REGION_VMALLOC, V2P_REGION_VMEMMAP, V2P_REGION_FIXMAP,
#if ARCH_FIXED_PLACES
		V2P_REGION_TEXT, V2P_REGION_MODULES,
#endif
#ifdef __x86_64__
		V2P_REGION_CPU_ENTRY_AREA,
#endif
	};
	unsigned int i;

	ASSERT_EQ(0, map(self->v2p, half, kasan ? kasan->start : 0, &mapped)) {
		TH_LOG("%s", v2p_error(self->v2p));
	}
	if (kasan)
		ASSERT_EQ(0, map(self->v2p, kasan->start + kasan->length, 0, &mapped));
	EXPECT_EQ(0, mapped.elsewhere);
	for (i = 0; i < sizeof(there); i++)
		EXPECT_LT(0, mapped.by_region[there[i]]) {
			TH_LOG("%s", v2p_region_name(there[i]));
		}
	/* They are mapped elsewhere, in page tables of their own. */
	EXPECT_EQ(0, mapped.by_region[V2P_REGION_EFI]);
}

/* The shadow of an address is where the compiler has it: from this offset on. */
TEST_F(regions, shadow)
{
	const struct v2p_region_range *direct = find(&self->regions, V2P_REGION_DIRECT_MAP);
	const uint64_t offset = 0xdffffc0000000000;
	uint64_t physical;

	if (!has_kasan())
		SKIP(return, "this kernel has no KASAN");
	ASSERT_NE(NULL, direct);
	EXPECT_TRUE(is_in(&self->regions, offset + (direct->start >> 3), 1, IN(KASAN), "shadow"));
	EXPECT_TRUE(is_in(&self->regions, offset + (kernel_symbol("_text") >> 3), 1, IN(KASAN),
			  "shadow"));
	EXPECT_EQ(0, v2p_virtual_to_physical(self->v2p, v2p_kernel(),
					     offset + (kernel_symbol("_text") >> 3), &physical));
	EXPECT_TRUE(is_in(&self->regions, offset + (UINT64_MAX >> 3), 1, IN(KASAN), "shadow"));
}

TEST_HARNESS_MAIN
