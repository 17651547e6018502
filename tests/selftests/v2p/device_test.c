// SPDX-License-Identifier: GPL-2.0
/*
 * What a device's addresses lead to is what the kernel has mapped for it: the oracle's driver knows
 * which memory that is.
 */
#include <string.h>

#include "device_fixture.h"

/*
 * Whether an entry of memory that the device may write to says that it may not read, by the bit
 * that is for it. Not every format has one, and not every kernel leaves it out.
 */
static bool is_write_only(const struct iova_walk *walk)
{
	const uint64_t entry = walk->count ? walk->steps[walk->count - 1].entry : 0;

	switch (walk->format) {
	case V2P_TABLE_FORMAT_VTD_SECOND_STAGE:
		return !(entry & 1);
	case V2P_TABLE_FORMAT_AMD_V1:
		return !(entry & 1ULL << 61);
	default:
		return false;
	}
}

/* What the device may do with a mapping that @walk is of. */
static uint32_t expected_flags(enum v2p_oracle_direction direction, const struct iova_walk *walk)
{
	switch (direction) {
	case V2P_ORACLE_DMA_READ:
		return V2P_FLAG_PRESENT;
	case V2P_ORACLE_DMA_WRITE:
		return V2P_FLAG_PRESENT | V2P_FLAG_WRITE |
		       (is_write_only(walk) ? V2P_FLAG_WRITE_ONLY : 0);
	default:
		return V2P_FLAG_PRESENT | V2P_FLAG_WRITE;
	}
}

#define RIGHTS (V2P_FLAG_PRESENT | V2P_FLAG_WRITE | V2P_FLAG_WRITE_ONLY)

/* Where there are no tables, nobody forbids anything, or nobody tells. */
static bool flags_agree(enum device_kind kind, uint32_t flags, uint32_t expected)
{
	if (!has_tables(kind))
		return flags & V2P_FLAG_PRESENT;
	return (flags & RIGHTS) == expected;
}

/* Every page of a piece, each at another byte of it. */
static bool piece_agrees(const char *target, enum device_kind kind,
			 const struct v2p_oracle_dma_piece *piece, uint32_t flags)
{
	const size_t pages = piece->length / PAGE_SIZE;
	uint64_t *addresses = calloc(pages, sizeof(*addresses));
	struct iova_answer *answers = calloc(pages, sizeof(*answers));
	bool good = false;
	size_t i;

	for (i = 0; i < pages; i++)
		addresses[i] = piece->iova + i * PAGE_SIZE + (i * 97) % PAGE_SIZE;
	if (iova_translate(&wire, target, addresses, answers, pages)) {
		printf("# %s: error %d: %s\n", target, wire.error, wire.words);
		goto out;
	}
	for (i = 0; i < pages; i++) {
		const struct iova_answer *answer = &answers[i];
		uint64_t offset = addresses[i] - piece->iova;

		if (answer->status != V2P_STATUS_MAPPED ||
		    answer->physical != piece->physical + offset ||
		    !flags_agree(kind, answer->flags, flags)) {
			printf("# 0x%lx: status %u, physical 0x%lx instead of 0x%llx, flags 0x%x instead of 0x%x\n",
			       addresses[i], answer->status, answer->physical,
			       piece->physical + offset, answer->flags, flags);
			goto out;
		}
	}
	compared(COMPARED_KERNEL, pages);
	good = true;
out:
	free(addresses);
	free(answers);
	return good;
}

static bool mapping_agrees(int oracle, const char *target, enum device_kind kind, uint32_t id,
			   enum v2p_oracle_direction direction)
{
	struct v2p_oracle_dma_piece piece;
	struct iova_walk walk;
	uint32_t i;

	for (i = 0; oracle_dma_piece(oracle, id, i, &piece); i++)
		if ((!i && iova_walk(&wire, target, piece.iova, &walk)) ||
		    !piece_agrees(target, kind, &piece, expected_flags(direction, &walk)))
			return false;
	return i;
}

#define EXPECT_AGREES(id, direction) \
	EXPECT_TRUE(mapping_agrees(self->oracle, self->target, self->kind, id, direction))

static const uint64_t lengths[] = { PAGE_SIZE, 16 * PAGE_SIZE, MOST };
static const enum v2p_oracle_direction ways[] = {
	V2P_ORACLE_DMA_BOTH, V2P_ORACLE_DMA_READ, V2P_ORACLE_DMA_WRITE,
};

#define FOR_EACH(i, array) for (i = 0; i < sizeof(array) / sizeof(*(array)); i++)

DEVICE_TEST(pages)
{
	unsigned int i, k;
	uint32_t id;

	NEED_ANSWERS();
	FOR_EACH(i, lengths) {
		FOR_EACH(k, ways) {
			ASSERT_MAP(V2P_ORACLE_DMA_PAGES, ways[k], lengths[i], &id);
			EXPECT_AGREES(id, ways[k]);
			ASSERT_EQ(0, oracle_dma_unmap(self->oracle, id));
		}
	}
}

DEVICE_TEST(scatter_list)
{
	unsigned int i, k;
	uint32_t id;

	NEED_ANSWERS();
	FOR_EACH(i, lengths) {
		FOR_EACH(k, ways) {
			ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, ways[k], lengths[i], &id);
			EXPECT_AGREES(id, ways[k]);
		}
	}
}

DEVICE_TEST(coherent_memory)
{
	unsigned int i;
	uint32_t id;

	NEED_ANSWERS();
	FOR_EACH(i, lengths) {
		ASSERT_MAP(V2P_ORACLE_DMA_COHERENT, V2P_ORACLE_DMA_BOTH, lengths[i], &id);
		EXPECT_AGREES(id, V2P_ORACLE_DMA_BOTH);
	}
}

/* 0 is a physical address. */
DEVICE_TEST(frame_0)
{
	struct v2p_oracle_dma_piece piece;
	struct iova_answer answer;
	uint32_t id;

	if (self->kind == DEVICE_OTHER)
		SKIP(return, "who asks the kernel cannot tell it from a hole");
	ASSERT_MAP(V2P_ORACLE_DMA_FRAME_0, V2P_ORACLE_DMA_BOTH, PAGE_SIZE, &id);
	EXPECT_AGREES(id, V2P_ORACLE_DMA_BOTH);
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova, &answer));
	EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
	EXPECT_EQ(0, answer.physical);
}

/* By how large a page it is told, as its entry's place in the tables says. */
DEVICE_TEST(page_sizes)
{
	struct v2p_oracle_dma_piece piece;
	struct iova_answer answer;
	uint32_t id;

	NEED_TABLES();
	ASSERT_MAP(V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_BOTH, MOST, &id);
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
	ASSERT_EQ(0, piece.iova % MOST);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova + 12345, &answer));
	EXPECT_EQ(LARGE_SHIFT, answer.page_shift);
	ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_BOTH, MOST, &id);
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova + 123, &answer));
	EXPECT_EQ(PAGE_SHIFT, answer.page_shift);
}

/* The kernel leaves nothing mapped beside, and what it unmaps is gone at once. */
DEVICE_TEST(holes)
{
	struct v2p_oracle_dma_piece piece, last;
	struct iova_answer answer;
	uint64_t at;
	uint32_t id;

	if (!has_tables(self->kind) && self->kind != DEVICE_OTHER)
		SKIP(return, "without translation there is no hole");
	NEED_ANSWERS();
	ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_BOTH, 16 * PAGE_SIZE, &id);
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 15, &last));
	ASSERT_EQ(piece.iova + 15 * PAGE_SIZE, last.iova);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova - 1, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, last.iova + last.length, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova, &answer));
	EXPECT_EQ(V2P_STATUS_MAPPED, answer.status);
	ASSERT_EQ(0, oracle_dma_unmap(self->oracle, id));
	for (at = piece.iova; at < last.iova + last.length; at += PAGE_SIZE) {
		ASSERT_EQ(0, iova_translate_one(&wire, self->target, at, &answer));
		EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	}
	compared(COMPARED_KERNEL, 18);
}

/* Whether extents have it all, each byte of it as it is. Takes it from @bytes. */
static bool told(const struct iova_extents *extents, const struct v2p_oracle_dma_piece *piece,
		 uint64_t *bytes)
{
	uint64_t at = piece->iova, end = at + piece->length;
	size_t i;

	for (i = 0; i < extents->count && at < end; i++) {
		const struct iova_extent *extent = &extents->extents[i];
		uint64_t stop = extent->start + extent->length;

		if (stop <= at || extent->start > at)
			continue;
		if (extent->answer.status != V2P_STATUS_MAPPED ||
		    extent->answer.physical + (at - extent->start) !=
		    piece->physical + (at - piece->iova))
			break;
		at = stop < end ? stop : end;
	}
	*bytes -= at - piece->iova;
	if (at < end)
		printf("# 0x%lx is not told as 0x%llx\n", at,
		       piece->physical + (at - piece->iova));
	return at == end;
}

static uint64_t bytes_with(const struct iova_extents *extents, uint32_t flags, uint32_t without)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < extents->count; i++)
		if ((extents->extents[i].answer.flags & flags) == flags &&
		    !(extents->extents[i].answer.flags & without))
			bytes += extents->extents[i].length;
	return bytes;
}

/* A device of ours has nothing mapped but what we know. */
DEVICE_TEST(all_that_is_mapped)
{
	static const struct {
		enum v2p_oracle_dma kind;
		enum v2p_oracle_direction direction;
		uint64_t length;
	} maps[] = {
		{ V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_BOTH, MOST },
		{ V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_READ, MOST },
		{ V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_WRITE, 16 * PAGE_SIZE },
		{ V2P_ORACLE_DMA_COHERENT, V2P_ORACLE_DMA_BOTH, 16 * PAGE_SIZE },
		{ V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_WRITE, PAGE_SIZE },
		{ V2P_ORACLE_DMA_FRAME_0, V2P_ORACLE_DMA_BOTH, PAGE_SIZE },
		{ V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_READ, PAGE_SIZE },
	};
	struct iova_extents extents = {};
	struct v2p_oracle_dma_piece piece;
	struct iova_walk walk;
	uint64_t bytes = 0, left;
	unsigned int i;
	uint32_t id[sizeof(maps) / sizeof(*maps)], k;

	NEED_TABLES();
	ASSERT_EQ(0, iova_map(&wire, self->target, &extents));
	EXPECT_EQ(0, extents.count) {
		TH_LOG("0x%lx is mapped", extents.extents[0].start);
	}
	FOR_EACH(i, maps) {
		ASSERT_MAP(maps[i].kind, maps[i].direction, maps[i].length, &id[i]);
		bytes += maps[i].length;
	}
	ASSERT_EQ(0, iova_map(&wire, self->target, &extents)) {
		TH_LOG("%s", wire.words);
	}
	EXPECT_EQ(bytes, bytes_with(&extents, 0, 0));
	left = bytes;
	FOR_EACH(i, maps)
		for (k = 0; oracle_dma_piece(self->oracle, id[i], k, &piece); k++)
			ASSERT_TRUE(told(&extents, &piece, &left));
	EXPECT_EQ(0, left);
	compared(COMPARED_KERNEL, bytes / PAGE_SIZE);

	EXPECT_EQ(MOST + PAGE_SIZE, bytes_with(&extents, 0, V2P_FLAG_WRITE));
	/* Of what it may only write to. */
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id[2], 0, &piece));
	ASSERT_EQ(0, iova_walk(&wire, self->target, piece.iova, &walk));
	EXPECT_EQ(is_write_only(&walk) ? 17 * PAGE_SIZE : 0,
		  bytes_with(&extents, V2P_FLAG_WRITE_ONLY, 0));
	FOR_EACH(i, maps)
		ASSERT_EQ(0, oracle_dma_unmap(self->oracle, id[i]));
	ASSERT_EQ(0, iova_map(&wire, self->target, &extents));
	EXPECT_EQ(0, extents.count);
	iova_free(&extents);
}

/* What a device writes there is an interrupt, whatever the tables say, if it is sent without PASID. */
DEVICE_TEST(interrupts)
{
	const uint64_t first = 0xfee00000, last = 0xfeefffff;
	struct iova_extents extents = {};
	struct iova_answer answer;
	size_t i;

	NEED_ANSWERS();
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, first, &answer));
	EXPECT_EQ(V2P_STATUS_INVALID, answer.status);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, last, &answer));
	EXPECT_EQ(V2P_STATUS_INVALID, answer.status);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, first - 1, &answer));
	EXPECT_NE(V2P_STATUS_INVALID, answer.status);
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, last + 1, &answer));
	EXPECT_NE(V2P_STATUS_INVALID, answer.status);
	if (self->kind == DEVICE_OTHER)
		return;
	ASSERT_EQ(0, iova_map(&wire, self->target, &extents)) {
		TH_LOG("%s", wire.words);
	}
	for (i = 0; i < extents.count; i++)
		EXPECT_TRUE(extents.extents[i].start > last ||
			    extents.extents[i].start + extents.extents[i].length <= first);
	if (self->kind == DEVICE_DIRECT || self->kind == DEVICE_IDENTITY)
		EXPECT_EQ(2, extents.count);
	iova_free(&extents);
}

/* Whoever can be asked about one address after the other only is not asked about all. */
DEVICE_TEST(no_extents)
{
	struct iova_extents extents = {};

	if (self->kind != DEVICE_OTHER)
		SKIP(return, "v2p tells ranges of addresses");
	EXPECT_EQ(-EOPNOTSUPP, iova_map(&wire, self->target, &extents));
	EXPECT_NE('\0', wire.words[0]);
	EXPECT_EQ(0, extents.count);
	iova_free(&extents);
}

/* What becomes of its addresses, as the kernel's sysfs has it. */
DEVICE_TEST(translation)
{
	static const uint8_t expected[] = {
		[DEVICE_DIRECT] = V2P_DEVICE_TRANSLATION_DIRECT,
		[DEVICE_IDENTITY] = V2P_DEVICE_TRANSLATION_PASSTHROUGH,
		[DEVICE_VTD] = V2P_DEVICE_TRANSLATION_TABLES,
		[DEVICE_AMD] = V2P_DEVICE_TRANSLATION_TABLES,
		[DEVICE_OTHER] = V2P_DEVICE_TRANSLATION_ASKED,
	};
	struct iova_walk walk;

	NEED_ANSWERS();
	ASSERT_EQ(0, iova_walk(&wire, self->target, 0x1234000, &walk)) {
		TH_LOG("%s", wire.words);
	}
	EXPECT_EQ(expected[self->kind], walk.translation);
	if (walk.translation != V2P_DEVICE_TRANSLATION_TABLES)
		EXPECT_EQ(V2P_TABLE_FORMAT_UNKNOWN, walk.format);
	if (self->kind == DEVICE_DIRECT || self->kind == DEVICE_IDENTITY) {
		EXPECT_EQ(V2P_STATUS_MAPPED, walk.answer.status);
		EXPECT_EQ(0x1234000, walk.answer.physical);
	}
}

/* A walk ends at what a translation gives, and each step of it lies under the one before it. */
DEVICE_TEST(walks)
{
	static const enum v2p_oracle_dma kinds[] = {
		V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_COHERENT,
	};
	struct v2p_oracle_dma_piece piece;
	struct iova_walk walk;
	unsigned int i, k;
	uint32_t id;

	NEED_TABLES();
	FOR_EACH(i, kinds) {
		ASSERT_MAP(kinds[i], V2P_ORACLE_DMA_BOTH, MOST, &id);
		ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
		ASSERT_EQ(0, iova_walk(&wire, self->target, piece.iova + 77, &walk));
		EXPECT_EQ(piece.physical + 77, walk.answer.physical);
		EXPECT_NE(V2P_TABLE_FORMAT_UNKNOWN, walk.format);
		ASSERT_LE(3, walk.count);
		EXPECT_EQ(self->kind == DEVICE_VTD ? V2P_LEVEL_ROOT_TABLE : V2P_LEVEL_DEVICE_TABLE,
			  walk.steps[0].level);
		for (k = 1; k < walk.count; k++) {
			if (!walk.steps[k - 1].shift)
				continue;
			EXPECT_GT(walk.steps[k - 1].shift, walk.steps[k].shift);
			/* Each lies in the table that the one before it points to. */
			EXPECT_EQ(walk.steps[k - 1].entry & 0xffffffffff000,
				  walk.steps[k].at & ~0xfffULL);
			EXPECT_EQ(walk.steps[k].at & 0xfff, 8 * walk.steps[k].index);
			EXPECT_EQ((piece.iova >> walk.steps[k].shift) & 0x1ff, walk.steps[k].index);
		}
		EXPECT_EQ(walk.answer.page_shift, walk.steps[walk.count - 1].shift);
	}
}

TEST_HARNESS_MAIN
