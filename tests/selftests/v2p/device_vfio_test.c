// SPDX-License-Identifier: GPL-2.0
/*
 * A device that is a process's own (VFIO): its addresses lead where the process's addresses that
 * were mapped for it do, by the kernel's pagemap.
 */
#include <string.h>
#include <sys/mman.h>

#include "device_fixture.h"
#include "pagemap.h"
#include "vfio.h"

#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define SMALL_AT 0x100000ULL
#define HUGE_AT 0x40000000ULL
#define GIANT_AT 0x80000000ULL
#define SMALL (64 * PAGE_SIZE)
#define HUGE (2ULL << 20)
#define GIANT (1ULL << 30)

/* Leaves the device as it was. */
#define NEED_VFIO() \
	do { \
		int err_; \
		if (self->kind == DEVICE_DIRECT || self->kind == DEVICE_OTHER) \
			SKIP(return, "VFIO takes an IOMMU, and v2p its tables"); \
		err_ = vfio_bind(self->name); \
		if (err_ == -EOPNOTSUPP) \
			SKIP(return, "the kernel has no VFIO"); \
		ASSERT_EQ(0, err_); \
	} while (0)

/* Each page of some memory, at another byte of it. */
static bool agrees(const char *target, uint64_t iova, const char *memory, size_t size,
		   size_t step, uint32_t flags, uint8_t *shift)
{
	const uint32_t rights = V2P_FLAG_PRESENT | V2P_FLAG_WRITE;
	int pagemap = pagemap_open(getpid());
	struct iova_answer answer;
	uint64_t entry, physical;
	size_t at;

	for (at = 0; at < size; at += step) {
		size_t offset = (at / step * 97) % PAGE_SIZE;

		entry = pagemap_entry(pagemap, memory + at);
		physical = (entry & PM_FRAME) * PAGE_SIZE + offset;
		if (iova_translate_one(&wire, target, iova + at + offset, &answer) ||
		    answer.status != V2P_STATUS_MAPPED || answer.physical != physical ||
		    (answer.flags & rights) != flags) {
			printf("# 0x%lx: %s status %u, 0x%lx instead of 0x%lx, flags 0x%x\n",
			       iova + at, wire.words, answer.status, answer.physical, physical,
			       answer.flags);
			close(pagemap);
			return false;
		}
		compared(COMPARED_PAGEMAP, 1);
	}
	*shift = answer.page_shift;
	close(pagemap);
	return true;
}

static char *memory(size_t size, unsigned int huge_shift)
{
	char *area = mmap(NULL, size, RW, ANON | MAP_POPULATE |
			  (huge_shift ? MAP_HUGETLB | huge_shift << MAP_HUGE_SHIFT : 0), -1, 0);

	if (area == MAP_FAILED)
		return NULL;
	if (!huge_shift)
		madvise(area, size, MADV_NOHUGEPAGE);
	memset(area, 1, size < GIANT ? size : PAGE_SIZE);
	return area;
}

static uint64_t bytes_mapped(const char *target)
{
	struct iova_extents extents = {};
	uint64_t bytes = 0;
	size_t i;

	if (iova_map(&wire, target, &extents))
		return -1;
	for (i = 0; i < extents.count; i++)
		bytes += extents.extents[i].length;
	iova_free(&extents);
	return bytes;
}

DEVICE_TEST(memory_of_a_process)
{
	char *small = memory(SMALL, 0), *huge = memory(HUGE, 21), *giant = memory(GIANT, 30);
	const uint32_t read = V2P_FLAG_PRESENT, write = read | V2P_FLAG_WRITE;
	struct iova_answer answer;
	struct iova_walk walk;
	struct vfio vfio;
	uint64_t bytes = 0;
	uint8_t shift;

	NEED_VFIO();
	ASSERT_EQ(0, vfio_take(&vfio, self->name));
	/* It is ours, and nothing is mapped for it yet. */
	ASSERT_EQ(0, iova_walk(&wire, self->target, SMALL_AT, &walk)) {
		TH_LOG("%s", wire.words);
	}
	EXPECT_TRUE(walk.translation == V2P_DEVICE_TRANSLATION_BLOCKED ||
		    walk.translation == V2P_DEVICE_TRANSLATION_TABLES) {
		TH_LOG("%u", walk.translation);
	}
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, SMALL_AT, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	EXPECT_EQ(0, bytes_mapped(self->target));
	ASSERT_EQ(0, vfio_translate(&vfio)) {
		TH_LOG("the kernel's log knows why");
	}
	ASSERT_NE(NULL, small);
	ASSERT_EQ(0, vfio_map(&vfio, SMALL_AT, small, SMALL / 2, true, true));
	ASSERT_EQ(0, vfio_map(&vfio, SMALL_AT + SMALL / 2, small + SMALL / 2, SMALL / 2, true, false));
	EXPECT_TRUE(agrees(self->target, SMALL_AT, small, SMALL / 2, PAGE_SIZE, write, &shift));
	EXPECT_TRUE(agrees(self->target, SMALL_AT + SMALL / 2, small + SMALL / 2, SMALL / 2,
			   PAGE_SIZE, read, &shift));
	EXPECT_EQ(PAGE_SHIFT, shift);
	bytes += SMALL;
	if (huge) {
		ASSERT_EQ(0, vfio_map(&vfio, HUGE_AT, huge, HUGE, true, true));
		EXPECT_TRUE(agrees(self->target, HUGE_AT, huge, HUGE, PAGE_SIZE, write, &shift));
		EXPECT_EQ(LARGE_SHIFT, shift);
		bytes += HUGE;
	}
	if (giant) {
		ASSERT_EQ(0, vfio_map(&vfio, GIANT_AT, giant, GIANT, true, true));
		EXPECT_TRUE(agrees(self->target, GIANT_AT, giant, GIANT, HUGE + PAGE_SIZE, write,
				   &shift));
		printf("# 1 GiB is mapped by pages of 2^%u bytes\n", shift);
		bytes += GIANT;
	}
	ASSERT_EQ(0, iova_walk(&wire, self->target, SMALL_AT, &walk));
	EXPECT_EQ(V2P_DEVICE_TRANSLATION_TABLES, walk.translation);
	EXPECT_EQ(bytes, bytes_mapped(self->target));
	ASSERT_EQ(0, vfio_unmap(&vfio, SMALL_AT, SMALL / 2));
	ASSERT_EQ(0, iova_translate_one(&wire, self->target, SMALL_AT, &answer));
	EXPECT_EQ(V2P_STATUS_NONE, answer.status);
	EXPECT_EQ(bytes - SMALL / 2, bytes_mapped(self->target));
	vfio_close(&vfio);
	EXPECT_EQ(0, vfio_unbind(self->name));
}

TEST_HARNESS_MAIN
