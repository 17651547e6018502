// SPDX-License-Identifier: GPL-2.0
/* Page tables are hung elsewhere while a range is read from them. */
#include <sys/wait.h>
#include <time.h>

#include "compared.h"
#include "concurrent.h"
#include "extents.h"
#include "fixture.h"

/*
 * mremap() hangs whole tables elsewhere, each or what they hang in: a page is where it
 * was or where it goes, and nothing else is anywhere.
 */
V2P_TEST(moved_tables)
{
	static uint64_t entries[TABLES];
	static struct extents list;
	unsigned long rounds = 0, here = 0, there = 0;
	struct child child;
	time_t start;
	unsigned int i;
	int pagemap;

	ASSERT_TRUE(switch_moving_off());
	run_on(1);
	if (child_start(&child)) {
		const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;

		run_on(0);
		map_room(HERE, TABLES_SIZE);
		for (i = 0; i < TABLES; i++)
			HERE[i * HUGE_SIZE + i * PAGE_SIZE] = 1;
		child_done(&child);
		say_ready(&child);
		for (;;) {
			if (mremap(HERE, TABLES_SIZE, TABLES_SIZE, flags, THERE) != THERE ||
			    mremap(THERE, TABLES_SIZE, TABLES_SIZE, flags, HERE) != HERE)
				_exit(1);
			for (i = 0; i < 8; i++)
				if (mremap(HERE + i * HUGE_SIZE, HUGE_SIZE, HUGE_SIZE, flags,
					   THERE + i * HUGE_SIZE) == MAP_FAILED ||
				    mremap(THERE + i * HUGE_SIZE, HUGE_SIZE, HUGE_SIZE, flags,
					   HERE + i * HUGE_SIZE) == MAP_FAILED)
					_exit(1);
		}
	}
	ASSERT_TRUE(child_wait(&child));
	pagemap = pagemap_open(child.pid);
	for (i = 0; i < TABLES; i++) {
		entries[i] = pagemap_entry(pagemap, HERE + i * (HUGE_SIZE + PAGE_SIZE));
		ASSERT_NE(0, entries[i] & PM_PRESENT);
	}
	ASSERT_TRUE(child_next(&child));
	for (start = time(NULL); keep_asking(start, here); rounds++) {
		const char *base = rounds % 2 ? HERE : THERE;
		struct v2p_range range = {
			.size = sizeof(range), .start = (uintptr_t)base, .length = TABLES_SIZE,
		};
		size_t k;

		ASSERT_EQ(0, extents_map(self->self.v2p, v2p_pid(child.pid), &range, &list));
		for (k = 0; k < list.count; k++) {
			const struct v2p_extent *e = &list.at[k];
			uint64_t page = (e->address - range.start) / PAGE_SIZE;
			uint64_t frame = e->physical / PAGE_SIZE;

			ASSERT_TRUE(e->status == V2P_STATUS_MAPPED && page % (PER_TABLE + 1) == 0 &&
				    e->length == PAGE_SIZE &&
				    frame == (entries[page / (PER_TABLE + 1)] & PM_FRAME)) {
				TH_LOG("0x%lx + 0x%lx: %s 0x%lx", e->address, e->length,
				       v2p_status_name(e->status), e->physical);
			}
		}
		*(rounds % 2 ? &here : &there) += list.count;
		compared(COMPARED_PAGEMAP, list.count);
	}
	TH_LOG("%lu rounds, %lu pages found here, %lu there", rounds, here, there);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, here);
	child_end(&child);
}

/* Of every so many pages, the last is one that the table has while it is THERE alone. */
#define STRANGERS (64 * PAGE_SIZE)

/*
 * A table is moved while it is read, and gets pages that it never has where it was: so
 * far apart that there is some time till one is read. HERE and what is THERE are @size
 * long, so that it is the table itself that is moved, or one above it.
 */
static void move_table_forever(size_t size)
{
	const int flags = MREMAP_MAYMOVE | MREMAP_FIXED;
	volatile unsigned int pause;
	size_t at;

	for (;;) {
		/* Time to be found HERE. */
		for (pause = 0; pause < 100000; pause++)
			;
		if (mremap(HERE, size, size, flags, THERE) != THERE)
			_exit(1);
		for (at = STRANGERS; at <= HUGE_SIZE; at += STRANGERS)
			THERE[at - PAGE_SIZE] = 1;
		for (at = STRANGERS; at <= HUGE_SIZE; at += STRANGERS)
			madvise(THERE + at - PAGE_SIZE, PAGE_SIZE, MADV_DONTNEED);
		if (mremap(THERE, size, size, flags, HERE) != HERE)
			_exit(1);
	}
}

/* Only every other page is ever HERE. */
static const struct v2p_extent *find_stranger(const struct extents *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->at[i].address / PAGE_SIZE % 2 || list->at[i].length != PAGE_SIZE)
			return &list->at[i];
	return NULL;
}

static void watch_moving_table(struct __test_metadata *_metadata, struct v2p *v2p,
			       size_t size)
{
	const struct v2p_range range = {
		.size = sizeof(range), .start = (uintptr_t)HERE, .length = HUGE_SIZE,
	};
	unsigned long rounds = 0, there = 0, gone = 0;
	const struct v2p_extent *stranger;
	static struct extents list;
	struct child child;
	unsigned int i;
	time_t start;

	run_on(1);
	if (child_start(&child)) {
		run_on(0);
		map_room(HERE, size);
		/* So that the table above what is moved stays. */
		map_room(HERE + size + HUGE_SIZE, PAGE_SIZE);
		HERE[size + HUGE_SIZE] = 1;
		/* Every other page: what is alike is read too fast. */
		for (i = 0; i < PER_TABLE - 1; i += 2)
			read_all(HERE + i * PAGE_SIZE, 1);
		say_ready(&child);
		move_table_forever(size);
	}
	ASSERT_TRUE(child_wait(&child));
	for (start = time(NULL); keep_asking(start, there && gone); rounds++) {
		ASSERT_EQ(0, extents_map(v2p, v2p_pid(child.pid), &range, &list));
		stranger = find_stranger(&list);
		ASSERT_EQ(NULL, stranger) {
			TH_LOG("0x%lx + 0x%lx of %zu extents after %lu rounds", stranger->address,
			       stranger->length, list.count, rounds);
		}
		/* It may go or come while the walk has interrupts on. */
		there += list.count == HUGE_SIZE / PAGE_SIZE / 2;
		gone += !list.count;
	}
	TH_LOG("%lu times there, %lu times gone", there, gone);
	EXPECT_EQ(0, waitpid(child.pid, NULL, WNOHANG));
	EXPECT_LT(0, there);
	EXPECT_LT(0, gone);
	child_end(&child);
}

V2P_TEST(moved_while_it_is_read)
{
	watch_moving_table(_metadata, self->self.v2p, HUGE_SIZE);
}

V2P_TEST(moved_by_what_it_hangs_in)
{
	watch_moving_table(_metadata, self->self.v2p, TABLES_SIZE);
}

TEST_HARNESS_MAIN
