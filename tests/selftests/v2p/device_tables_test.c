// SPDX-License-Identifier: GPL-2.0
/*
 * What v2p says of a device's addresses is what QEMU's monitor finds in the IOMMU's tables, from
 * its registers down, and where devices of QEMU's own keep what their registers name.
 */
#include <string.h>

#include "device_fixture.h"
#include "monitor.h"
#include "iommu_tables.h"

/* The device is the IOMMU's to say so. */
#define ACCESSED_DIRTY_VTD 0x300ULL
#define ACCESSED_DIRTY 0x60ULL

/* In MiB: what a device writes there is no memory. */
#define INTERRUPTS 0xfee

#define NVME 0x1b36, 0x0010
#define E1000E 0x8086, 0x10d3

static int monitor;

#define NEED_MONITOR() \
	do { \
		const char *why; \
		monitor = monitor_open(&why); \
		if (monitor < 0) \
			SKIP(return, "%s", why); \
	} while (0)

static bool found_by_monitor(const char *name, enum device_kind kind, uint64_t address,
			     struct table_leaf *leaf)
{
	return (kind == DEVICE_AMD ? amd_tables : vtd_tables)(monitor, name, address, leaf);
}

/* Every entry stands where it is said to. */
static bool steps_stand(const struct iova_walk *walk)
{
	uint64_t entry, touched = ACCESSED_DIRTY | ACCESSED_DIRTY_VTD;
	unsigned int i;

	for (i = 0; i < walk->count; i++) {
		if (monitor_read(monitor, walk->steps[i].at, &entry, sizeof(entry)) &&
		    !((entry ^ walk->steps[i].entry) & ~touched))
			continue;
		printf("# step %u at 0x%lx is 0x%lx, not 0x%lx\n", i, walk->steps[i].at, entry,
		       walk->steps[i].entry);
		return false;
	}
	compared(COMPARED_MONITOR, walk->count);
	return walk->count;
}

/* The walk, its steps, and the translation are what the monitor finds. */
static bool agrees(const char *name, enum device_kind kind, uint64_t address)
{
	struct iova_answer answer;
	struct table_leaf leaf = {};
	struct iova_walk walk;
	char target[32];

	snprintf(target, sizeof(target), "pci/%s", name);
	if (!found_by_monitor(name, kind, address, &leaf)) {
		printf("# %s: tables that are not understood\n", name);
		return false;
	}
	if (iova_walk(&wire, target, address, &walk) ||
	    iova_translate_one(&wire, target, address, &answer)) {
		printf("# %s: error %d: %s\n", name, wire.error, wire.words);
		return false;
	}
	compared(COMPARED_MONITOR, 1);
	if (!steps_stand(&walk))
		return false;
	if (leaf.beyond && answer.status == V2P_STATUS_INVALID &&
	    walk.answer.status == V2P_STATUS_INVALID)
		return true;
	if (leaf.at != walk.steps[walk.count - 1].at)
		printf("# 0x%lx: the last entry is at 0x%lx, not 0x%lx\n", address, leaf.at,
		       walk.steps[walk.count - 1].at);
	else if (!leaf.mapped && answer.status == V2P_STATUS_NONE &&
		 walk.answer.status == V2P_STATUS_NONE)
		return true;
	else if (leaf.mapped && answer.status == V2P_STATUS_MAPPED &&
		 answer.physical == walk.answer.physical && answer.flags == walk.answer.flags &&
		 answer.page_shift == walk.answer.page_shift && answer.physical == leaf.physical && answer.page_shift == leaf.shift &&
		 leaf.write == !!(answer.flags & V2P_FLAG_WRITE) &&
		 leaf.read == !(answer.flags & V2P_FLAG_WRITE_ONLY))
		return true;
	printf("# %s, 0x%lx: mapped %d to 0x%lx, shift %u, read %d, write %d; told as status %u, 0x%lx, shift %u, flags 0x%x\n",
	       name, address, leaf.mapped, leaf.physical, leaf.shift, leaf.read, leaf.write,
	       answer.status, answer.physical, answer.page_shift, answer.flags);
	return false;
}

/* Of an extent, the first byte, the last, and the one behind it. */
static bool extents_agree(const char *name, enum device_kind kind, size_t most)
{
	struct iova_extents extents = {};
	bool good;
	char target[32];
	size_t i;

	snprintf(target, sizeof(target), "pci/%s", name);
	good = !iova_map(&wire, target, &extents) && extents.count;
	for (i = 0; i < extents.count && i < most && good; i++) {
		uint64_t start = extents.extents[i].start;
		uint64_t end = start + extents.extents[i].length;

		good = agrees(name, kind, start) && agrees(name, kind, end - 1) &&
		       (end >> 20 == INTERRUPTS || agrees(name, kind, end));
	}
	printf("# %s: %zu extents\n", name, extents.count);
	iova_free(&extents);
	return good;
}

static const struct {
	enum v2p_oracle_dma kind;
	enum v2p_oracle_direction direction;
	uint64_t length;
} maps[] = {
	{ V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_READ, MOST },
	{ V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_WRITE, 16 * PAGE_SIZE },
	{ V2P_ORACLE_DMA_COHERENT, V2P_ORACLE_DMA_BOTH, 2 * PAGE_SIZE },
	{ V2P_ORACLE_DMA_FRAME_0, V2P_ORACLE_DMA_READ, PAGE_SIZE },
};

#define MAPS (sizeof(maps) / sizeof(*maps))

/* The two that v2p is compared with, without it. */
DEVICE_TEST(the_oracle_and_the_monitor)
{
	struct v2p_oracle_dma_piece piece;
	struct table_leaf leaf;
	unsigned int i, k;
	uint32_t id;

	NEED_TABLES();
	NEED_MONITOR();
	for (i = 0; i < MAPS; i++) {
		ASSERT_MAP(maps[i].kind, maps[i].direction, maps[i].length, &id);
		for (k = 0; oracle_dma_piece(self->oracle, id, k, &piece); k++) {
			ASSERT_TRUE(found_by_monitor(self->name, self->kind, piece.iova + 0x123,
						     &leaf));
			EXPECT_TRUE(leaf.mapped);
			EXPECT_EQ(piece.physical + 0x123, leaf.physical);
			EXPECT_EQ(maps[i].direction != V2P_ORACLE_DMA_READ, leaf.write);
		}
		ASSERT_LT(0, k);
		ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
		ASSERT_EQ(0, oracle_dma_unmap(self->oracle, id));
		ASSERT_TRUE(found_by_monitor(self->name, self->kind, piece.iova, &leaf));
		EXPECT_FALSE(leaf.mapped);
	}
}

DEVICE_TEST(what_the_oracle_maps)
{
	struct v2p_oracle_dma_piece piece;
	unsigned int i, k;
	uint32_t id;

	NEED_TABLES();
	NEED_MONITOR();
	for (i = 0; i < MAPS; i++) {
		ASSERT_MAP(maps[i].kind, maps[i].direction, maps[i].length, &id);
		for (k = 0; oracle_dma_piece(self->oracle, id, k, &piece); k++) {
			ASSERT_TRUE(agrees(self->name, self->kind, piece.iova + 0x123));
			if (k < 2)
				ASSERT_TRUE(agrees(self->name, self->kind,
						   piece.iova + piece.length));
		}
	}
	EXPECT_TRUE(agrees(self->name, self->kind, 0));
	EXPECT_TRUE(agrees(self->name, self->kind, 0x1000));
	EXPECT_TRUE(agrees(self->name, self->kind, 0x7fffffff0));
	EXPECT_TRUE(extents_agree(self->name, self->kind, 40));
}

/* Of a register of a device's, in the first of its regions. */
static bool read_register(const char *name, unsigned int offset, void *value, size_t size)
{
	char text[512];
	uint64_t start;

	return !device_read(name, "resource", text, sizeof(text)) &&
	       sscanf(text, "0x%lx", &start) == 1 && start &&
	       monitor_read(monitor, start + offset, value, size);
}

static bool has_nvme(char *name, size_t size, enum device_kind *kind)
{
	if (!device_find(NVME, name, size))
		return false;
	*kind = device_kind(name);
	return true;
}

/* Reads what a device would find at one of its addresses. */
static bool read_as_device(const char *name, uint64_t address, void *data, size_t size,
			   struct iova_answer *answer)
{
	char target[32];

	snprintf(target, sizeof(target), "pci/%s", name);
	return !iova_translate_one(&wire, target, address, answer) &&
	       answer->status == V2P_STATUS_MAPPED &&
	       monitor_read(monitor, answer->physical, data, size);
}

/* The queues that the drive's registers name are in memory, and hold what a driver puts there. */
DEVICE_TEST(nvme_queues)
{
	uint64_t submission, completion, identified;
	struct iova_answer answer;
	enum device_kind kind;
	uint8_t command[64];
	uint16_t id[8];
	unsigned int i;
	char name[24];

	if (!has_nvme(name, sizeof(name), &kind))
		SKIP(return, "no NVMe drive");
	load_module("nvme");
	/* The firmware had queues of its own. */
	for (i = 0; i < 100 && access("/dev/nvme0n1", F_OK); i++)
		usleep(100000);
	ASSERT_GT(100, i);
	NEED_ANSWERS();
	NEED_MONITOR();
	ASSERT_TRUE(read_register(name, 0x28, &submission, sizeof(submission)));
	ASSERT_TRUE(read_register(name, 0x30, &completion, sizeof(completion)));
	ASSERT_NE(0, submission);
	/* The first that a driver wants to know: identify, of the controller. */
	ASSERT_TRUE(read_as_device(name, submission, command, sizeof(command), &answer)) {
		TH_LOG("0x%lx: %s", submission, wire.words);
	}
	EXPECT_EQ(6, command[0]);
	EXPECT_EQ(1, command[40]);
	EXPECT_TRUE(answer.flags & V2P_FLAG_WRITE || !has_tables(kind));
	/* Its answer is for the first queue, without an error. */
	ASSERT_TRUE(read_as_device(name, completion, id, sizeof(id), &answer));
	EXPECT_EQ(0, id[5]);
	EXPECT_EQ(0, id[7] >> 1);
	/* What the drive wrote to has been unmapped. */
	memcpy(&identified, command + 24, sizeof(identified));
	ASSERT_NE(0, identified);
	compared(COMPARED_MONITOR, 2);
	if (has_tables(kind)) {
		EXPECT_TRUE(agrees(name, kind, submission));
		EXPECT_TRUE(agrees(name, kind, completion + 0x10));
		EXPECT_TRUE(agrees(name, kind, identified));
		EXPECT_TRUE(extents_agree(name, kind, 1000));
	}
}

/* Its rings have addresses in them that lead to memory as well. */
DEVICE_TEST(e1000e_rings)
{
	uint64_t ring, buffer, descriptor[2], data;
	const char *const up[] = { "ip", "link", "set", "eth0", "up", NULL };
	struct iova_answer answer;
	uint32_t base[2], length, i;
	enum device_kind kind;
	char name[24];

	if (!device_find(E1000E, name, sizeof(name)))
		SKIP(return, "no network card");
	kind = device_kind(name);
	NEED_ANSWERS();
	NEED_MONITOR();
	load_module("e1000e");
	for (i = 0; i < 50 && run(up); i++)
		usleep(100000);
	if (i == 50)
		SKIP(return, "the kernel has no driver for it");
	/* RDBAL and RDBAH, RDLEN. */
	ASSERT_TRUE(read_register(name, 0x2800, base, sizeof(base)));
	ASSERT_TRUE(read_register(name, 0x2808, &length, sizeof(length)));
	ring = base[0] | (uint64_t)base[1] << 32;
	ASSERT_NE(0, ring);
	ASSERT_LE(16 * sizeof(descriptor), length);
	for (i = 0; i < 16; i++) {
		ASSERT_TRUE(read_as_device(name, ring + i * sizeof(descriptor), descriptor,
					   sizeof(descriptor), &answer));
		buffer = descriptor[0];
		ASSERT_NE(0, buffer);
		ASSERT_TRUE(read_as_device(name, buffer, &data, sizeof(data), &answer)) {
			TH_LOG("0x%lx", buffer);
		}
		if (has_tables(kind)) {
			EXPECT_TRUE(answer.flags & V2P_FLAG_WRITE);
			EXPECT_TRUE(agrees(name, kind, buffer));
		}
	}
	compared(COMPARED_MONITOR, 32);
	if (has_tables(kind))
		EXPECT_TRUE(extents_agree(name, kind, 1000));
}

TEST_HARNESS_MAIN
