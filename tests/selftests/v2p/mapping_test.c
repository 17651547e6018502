// SPDX-License-Identifier: GPL-2.0
/* User mappings that drivers make, of frames that the oracle knows. */
#include "compared.h"
#include "fixture.h"
#include "oracle.h"

#define PAGES 32

FIXTURE(mapping)
{
	struct asked self;
	int oracle;
};

FIXTURE_SETUP(mapping)
{
	ASSERT_EQ(0, v2p_open(&self->self.v2p)) {
		TH_LOG("%s", v2p_error(self->self.v2p));
	}
	self->self.pid = getpid();
	self->self.pagemap = pagemap_open(getpid());
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
}

FIXTURE_TEARDOWN(mapping)
{
	v2p_close(self->self.v2p);
}

/* Every page is where the oracle put it, of that memory type; its flags are these, out of some. */
static bool frames_agree(const struct asked *asked, int oracle,
			 enum v2p_oracle_mapping kind, const char *area,
			 unsigned int pages, uint8_t shift, uint8_t type, uint32_t some,
			 uint32_t these)
{
	struct v2p_translation answer;
	unsigned int i;

	for (i = 0; i < pages; i++) {
		uint64_t frame = oracle_frame(oracle, kind, i);
		const char *at = area + i * PAGE_SIZE + i;

		if (!ask(asked, at, &answer))
			return false;
		if (!frame || answer.status != V2P_STATUS_MAPPED ||
		    answer.physical != frame + i || answer.page_shift != shift ||
		    answer.memory_type != type || (answer.flags & some) != these) {
			printf("# page %u: status %u, physical 0x%lx instead of 0x%lx, shift %u, type %u, flags 0x%x\n",
			       i, answer.status, answer.physical, frame + i,
			       answer.page_shift, answer.memory_type, answer.flags);
			return false;
		}
		compared(COMPARED_KERNEL, 1);
	}
	return true;
}

#define ACCESS (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER | V2P_FLAG_EXEC)
#define USER_RW (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_USER)

TEST_F_TIMEOUT(mapping, pfnmap, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_PFNMAP, PAGES, RW);

	ASSERT_NE(NULL, area);
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_PFNMAP, area, PAGES,
				 PAGE_SHIFT, ARCH_ORDINARY, ACCESS | V2P_FLAG_SPECIAL,
				 USER_RW | V2P_FLAG_SPECIAL));
	EXPECT_EXTENTS_MATCH(area, PAGES * PAGE_SIZE);
}

TEST_F_TIMEOUT(mapping, pfnmap_read_only, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_PFNMAP, PAGES, PROT_READ);

	ASSERT_NE(NULL, area);
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_PFNMAP, area, PAGES,
				 PAGE_SHIFT, ARCH_ORDINARY, ACCESS,
				 USER_RW & ~V2P_FLAG_WRITE));
	EXPECT_EXTENTS_MATCH(area, PAGES * PAGE_SIZE);
}

TEST_F_TIMEOUT(mapping, io_write_combining, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_WC, PAGES, RW);

	ASSERT_NE(NULL, area);
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_WC, area, PAGES,
				 PAGE_SHIFT, V2P_MEMORY_TYPE_WC, ACCESS, USER_RW));
	EXPECT_EXTENTS_MATCH(area, PAGES * PAGE_SIZE);
}

TEST_F_TIMEOUT(mapping, io_uncached, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_UC, PAGES, RW);

	ASSERT_NE(NULL, area);
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_UC, area, PAGES,
				 PAGE_SHIFT, ARCH_UNCACHED, ACCESS, USER_RW));
	EXPECT_EXTENTS_MATCH(area, PAGES * PAGE_SIZE);
}

TEST_F_TIMEOUT(mapping, mixedmap, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_MIXEDMAP, PAGES, RW);
	struct seen seen;

	ASSERT_NE(NULL, area);
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_MIXEDMAP, area, PAGES,
				 PAGE_SHIFT, ARCH_ORDINARY, ACCESS, USER_RW));
	EXPECT_MATCH(area, PAGES * PAGE_SIZE, &seen);
}

TEST_F_TIMEOUT(mapping, huge_pfnmap, PATIENCE)
{
	char *area;

	if (HUGE_SIZE > V2P_ORACLE_MAPPING_SIZE)
		SKIP(return, "a huge page is larger than a mapping of the oracle");
	area = oracle_map(self->oracle, V2P_ORACLE_HUGE, PER_TABLE, RW);
	if (!area) {
		ASSERT_EQ(EOPNOTSUPP, errno);
		SKIP(return, "huge mappings of bare frames came with kernel 6.12, where there is THP");
	}
	*(volatile char *)area = 1;
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_HUGE, area, PER_TABLE,
				 HUGE_SHIFT, ARCH_ORDINARY, ACCESS, USER_RW));
	EXPECT_EXTENTS_MATCH(area, HUGE_SIZE);
}

/* Only a frame's switched-off entry is inverted on x86; its place is the same. */
TEST_F_TIMEOUT(mapping, pfnmap_prot_none, PATIENCE)
{
	char *area = oracle_map(self->oracle, V2P_ORACLE_PFNMAP, PAGES, RW);

	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, mprotect(area, PAGES * PAGE_SIZE, PROT_NONE));
	EXPECT_TRUE(frames_agree(&self->self, self->oracle, V2P_ORACLE_PFNMAP, area, PAGES,
				 PAGE_SHIFT, ARCH_ORDINARY,
				 V2P_FLAG_PRESENT | V2P_FLAG_PROTNONE,
				 V2P_FLAG_PROTNONE));
	EXPECT_EXTENTS_MATCH(area, PAGES * PAGE_SIZE);
}

TEST_HARNESS_MAIN
