// SPDX-License-Identifier: GPL-2.0
/*
 * What a device's addresses lead to while that changes: memory is mapped and unmapped, so that
 * the IOMMU's tables come and go, the driver leaves the device, and the device goes.
 * V2P_DEVICE_SECONDS is how long each of what goes on for a time does.
 */
#include <fcntl.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "device_fixture.h"

#define SLOTS 32

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec * 1e-9;
}

static double seconds(void)
{
	const char *text = getenv("V2P_DEVICE_SECONDS");

	return text ? atof(text) : 2;
}

/**
 * struct tally - answers while memory is mapped and unmapped
 * @right: of what stayed as it was, as it was
 * @wrong: of that, anything else; or of the rest, what never was
 * @changed: what changed meanwhile
 * @unsure: told to be changing
 */
struct tally {
	unsigned long right;
	unsigned long wrong;
	unsigned long changed;
	unsigned long unsure;
};

static bool in_pool(const struct v2p_oracle_dma_slot *slot, uint64_t physical)
{
	return physical >= slot->pool && physical < slot->pool + MOST;
}

static void judge(const struct v2p_oracle_dma_slot *before,
		  const struct v2p_oracle_dma_slot *after, uint64_t offset,
		  const struct iova_answer *answer, struct tally *tally)
{
	const bool mapped = answer->status == V2P_STATUS_MAPPED;
	bool good;

	if (!mapped && answer->flags & V2P_FLAG_CHANGING) {
		tally->unsure++;
	} else if (before->changes == after->changes) {
		good = mapped && answer->physical == before->physical + offset;
		tally->right += good;
		tally->wrong += !good;
	} else {
		/* Be it what was there, what came after it, or nothing. */
		tally->changed++;
		tally->wrong += mapped && !in_pool(before, answer->physical);
	}
	if (tally->wrong && tally->wrong < 5)
		printf("# 0x%llx: status %u, 0x%lx, flags 0x%x; mapped %s to 0x%llx, pool 0x%llx\n",
		       before->iova + offset, answer->status, answer->physical, answer->flags,
		       before->changes == after->changes ? "all the time" : "before",
		       before->physical + offset, before->pool);
}

static bool ask_slot(int oracle, const char *target, unsigned int index, bool walk,
		     struct tally *tally)
{
	struct v2p_oracle_dma_slot before, after;
	struct iova_walk steps;
	uint64_t offset;
	int err;

	if (oracle_dma_slot(oracle, index, &before))
		return false;
	if (!before.length)
		return true;
	offset = rand() % before.length;
	err = walk ? iova_walk(&wire, target, before.iova + offset, &steps) :
		     iova_translate_one(&wire, target, before.iova + offset, &steps.answer);
	if (err || oracle_dma_slot(oracle, index, &after))
		return false;
	judge(&before, &after, offset, &steps.answer, tally);
	return true;
}

/* A page table that was freed may have been used for something else by then. */
DEVICE_TEST(addresses_while_memory_is_mapped)
{
	const double end = now() + seconds();
	struct tally tally = {};
	unsigned int i;

	if (!has_tables(self->kind) && self->kind != DEVICE_OTHER)
		SKIP(return, "without translation nothing changes");
	NEED_ANSWERS();
	ASSERT_EQ(0, oracle_dma_churn(self->oracle));
	for (i = 0; now() < end; i++)
		ASSERT_TRUE(ask_slot(self->oracle, self->target, rand() % SLOTS, i % 4 == 0,
				     &tally)) {
			TH_LOG("%s", wire.words);
		}
	printf("# %lu right, %lu wrong, %lu changed meanwhile, %lu told to be changing\n",
	       tally.right, tally.wrong, tally.changed, tally.unsure);
	EXPECT_EQ(0, tally.wrong);
	EXPECT_LT(100, tally.right);
	EXPECT_LT(tally.unsure, tally.right);
	compared(COMPARED_KERNEL, tally.right);
}

/* Whether all of a mapping is told, and as it is. */
static bool has_mapping(int oracle, uint32_t id, const struct iova_extents *extents)
{
	struct v2p_oracle_dma_piece piece;
	size_t i = 0;
	uint32_t k;

	for (k = 0; oracle_dma_piece(oracle, id, k, &piece); k++) {
		const struct iova_extent *extent = extents->extents;

		while (i < extents->count && extents->extents[i].start +
					     extents->extents[i].length <= piece.iova)
			i++;
		extent += i;
		if (i == extents->count || extent->start > piece.iova ||
		    extent->start + extent->length < piece.iova + piece.length ||
		    extent->answer.physical + (piece.iova - extent->start) != piece.physical) {
			printf("# 0x%llx is not told as 0x%llx\n", piece.iova, piece.physical);
			return false;
		}
	}
	return k;
}

/* Of all else, physical memory that is not the pool's. */
static unsigned long strangers(const struct v2p_oracle_dma_slot *slot, uint64_t iova,
			       uint64_t length, const struct iova_extents *extents)
{
	unsigned long count = 0;
	size_t i;

	for (i = 0; i < extents->count; i++) {
		const struct iova_extent *extent = &extents->extents[i];

		if (extent->start >= iova && extent->start + extent->length <= iova + length)
			continue;
		if (in_pool(slot, extent->answer.physical) &&
		    in_pool(slot, extent->answer.physical + extent->length - 1))
			continue;
		if (!count++)
			printf("# 0x%lx, of 0x%lx bytes, is told as 0x%lx\n", extent->start,
			       extent->length, extent->answer.physical);
	}
	return count;
}

/* What stays is in every dump, and nothing that never was. */
DEVICE_TEST(extents_while_memory_is_mapped)
{
	const double end = now() + seconds();
	unsigned int dumps = 0, extent_count = 0;
	struct iova_extents extents = {};
	struct v2p_oracle_dma_slot slot;
	struct v2p_oracle_dma_piece first;
	uint32_t id;

	NEED_TABLES();
	ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_BOTH, MOST, &id);
	ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &first));
	ASSERT_EQ(0, oracle_dma_churn(self->oracle));
	ASSERT_EQ(0, oracle_dma_slot(self->oracle, 0, &slot));
	while (now() < end) {
		ASSERT_EQ(0, iova_map(&wire, self->target, &extents)) {
			TH_LOG("%d: %s", wire.error, wire.words);
		}
		ASSERT_TRUE(has_mapping(self->oracle, id, &extents));
		ASSERT_EQ(0, strangers(&slot, first.iova, MOST, &extents));
		dumps++;
		extent_count += extents.count;
	}
	printf("# %u dumps of %u extents\n", dumps, extent_count);
	EXPECT_LT(1, dumps);
	EXPECT_LT(512 * dumps, extent_count);
	compared(COMPARED_KERNEL, extent_count);
	iova_free(&extents);
}

/*
 * What may be answered while a device goes, or comes. Where the kernel has to be asked, that
 * takes a driver, and no ranges are told.
 */
static bool may_be(int err, bool goes, bool asked)
{
	switch (err) {
	case 0:
		return true;
	case -ENODEV:
		return goes || asked;
	case -EBUSY:
	case -EOPNOTSUPP:
		return asked;
	default:
		return false;
	}
}

/* Asks and asks in a process of its own, until it is ended, or an answer is none of these. */
static pid_t start_asking(const char *target, bool goes, bool asked)
{
	struct iova_extents extents = {};
	pid_t pid = fork();
	unsigned int i;
	int err = 0;

	if (pid)
		return pid;
	/* A connection of its own. */
	if (wire_open(&wire))
		_exit(2);
	for (i = 0; may_be(err, goes, asked); i++) {
		struct iova_walk walk;

		err = i % 2 ? iova_map(&wire, target, &extents) :
			      iova_walk(&wire, target, rand() & -4096, &walk);
	}
	printf("# %s: error %d: %s\n", target, err, wire.words);
	fflush(stdout);
	_exit(1);
}

static bool end_asking(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) &&
	       WTERMSIG(status) == SIGKILL;
}

static bool wait_for_driver(int oracle)
{
	char name[24];
	unsigned int i;

	for (i = 0; i < 100; i++) {
		if (!oracle_dma_device(oracle, name, sizeof(name)))
			return true;
		usleep(50000);
	}
	return false;
}

/* What it had mapped is unmapped with it. The device is there all the time. */
DEVICE_TEST(driver_leaves)
{
	const char *const driver = "/sys/bus/pci/drivers/v2p_oracle";
	struct iova_extents extents = {};
	char unbind[64], bind[64];
	unsigned int i;
	uint32_t id;
	pid_t asker;

	snprintf(unbind, sizeof(unbind), "%s/unbind", driver);
	snprintf(bind, sizeof(bind), "%s/bind", driver);
	NEED_ANSWERS();
	asker = start_asking(self->target, false, self->kind == DEVICE_OTHER);
	for (i = 0; i < 20; i++) {
		ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_BOTH, MOST, &id);
		ASSERT_EQ(0, write_file(unbind, self->name));
		ASSERT_EQ(-ENODEV, oracle_dma_map(self->oracle, V2P_ORACLE_DMA_PAGES,
						  V2P_ORACLE_DMA_BOTH, PAGE_SIZE, &id));
		if (has_tables(self->kind)) {
			ASSERT_EQ(0, iova_map(&wire, self->target, &extents)) {
				TH_LOG("%s", wire.words);
			}
			EXPECT_EQ(0, extents.count);
		}
		ASSERT_EQ(0, write_file(bind, self->name));
		ASSERT_TRUE(wait_for_driver(self->oracle));
	}
	EXPECT_TRUE(end_asking(asker));
	iova_free(&extents);
}

static void bring_back(int oracle)
{
	write_file("/sys/bus/pci/rescan", "1");
	wait_for_driver(oracle);
}

/* It comes back under the same name, and is asked about again. */
DEVICE_TEST(device_goes)
{
	struct v2p_oracle_dma_piece piece;
	struct iova_answer answer;
	struct iova_walk walk;
	unsigned int i;
	uint32_t id;
	pid_t asker;

	NEED_ANSWERS();
	asker = start_asking(self->target, true, self->kind == DEVICE_OTHER);
	for (i = 0; i < 10; i++) {
		ASSERT_EQ(0, device_write(self->name, "remove", "1"));
		EXPECT_EQ(-ENODEV, iova_translate_one(&wire, self->target, 0x1000, &answer));
		EXPECT_NE(NULL, strstr(wire.words, "no such device"));
		EXPECT_EQ(-ENODEV, iova_walk(&wire, self->target, 0x1000, &walk));
		bring_back(self->oracle);
		ASSERT_MAP(V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_BOTH, PAGE_SIZE, &id);
		ASSERT_TRUE(oracle_dma_piece(self->oracle, id, 0, &piece));
		ASSERT_EQ(0, iova_translate_one(&wire, self->target, piece.iova, &answer)) {
			TH_LOG("%s", wire.words);
		}
		EXPECT_EQ(piece.physical, answer.physical);
	}
	EXPECT_TRUE(end_asking(asker));
}

/* So much that it takes several messages, of which the first has been read by then. */
DEVICE_TEST(device_goes_within_a_dump)
{
	unsigned int i, messages = 0;
	uint32_t id;
	int ret;

	NEED_TABLES();
	for (i = 0; i < 32; i++)
		ASSERT_MAP(V2P_ORACLE_DMA_SCATTER, V2P_ORACLE_DMA_BOTH, MOST, &id);
	iova_begin(&wire, V2P_CMD_MAP, self->target);
	ASSERT_EQ(0, wire_dump(&wire));
	ASSERT_EQ(1, wire_next(&wire));
	ASSERT_EQ(0, device_write(self->name, "remove", "1"));
	while ((ret = wire_next(&wire)) == 1)
		messages++;
	/* One was made before. */
	EXPECT_GE(2, messages);
	EXPECT_EQ(-ENODEV, ret) {
		TH_LOG("%s", wire.words);
	}
	bring_back(self->oracle);
	EXPECT_EQ(0, iova_walk(&wire, self->target, 0, &(struct iova_walk) {})) {
		TH_LOG("%s", wire.words);
	}
}

TEST_HARNESS_MAIN
