// SPDX-License-Identifier: GPL-2.0
/*
 * What it is worth to prefetch page-table entries, on the processor at hand: the module's own
 * walk, compiled as a program, over tables in memory, with and without, in turns. An
 * emulated machine has no caches, and in a real one this needs no kernel.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "../../module/aspace.h"
#include "../../module/changing.h"
#include "../../module/prefetch.h"
#include "../../module/walk.h"

#define BATCH		1024
#define BATCHES		256
#define ROUNDS		15
#define MIB		(1ULL << 20)
/* Where the pages are, above their virtual addresses. */
#define PHYSICAL	(1ULL << 40)
#define PAGE		4096ULL
#define PER_TABLE	512ULL

char fake_memory[FAKE_MEMORY] __attribute__((aligned(1 << 21)));
unsigned int fake_reads, fake_most_reads;
void (*fake_other_processor)(void);
const char *fake_gone;
bool fake_nofault;
uint64_t fake_kernel_root;

bool v2p_change_watch_begin(struct v2p_change_watch *watch, struct mm_struct *mm,
			    unsigned int level, const u64 *entryp, u64 parent_val)
{
	(void)watch, (void)mm, (void)level, (void)entryp, (void)parent_val;
	return false;
}

bool v2p_change_watch_end(const struct v2p_change_watch *watch)
{
	(void)watch;
	return true;
}

static u64 memory_used;

static u64 new_table(void)
{
	const u64 table = memory_used;

	memory_used += PAGE;
	assert(memory_used <= FAKE_MEMORY);
	return table;
}

/* Tables for small pages from address 0 on; returns the root. */
static u64 map_pages(u64 size)
{
	u64 root, virtual;

	memset(fake_memory, 0, FAKE_MEMORY);
	memory_used = PAGE;
	root = new_table();
	for (virtual = 0; virtual < size; virtual += PAGE) {
		u64 *table = __va(root);
		unsigned int level, shift;

		for (level = V2P_LEVEL_PGD; level > V2P_LEVEL_PTE; level--) {
			if (v2p_arch_level_folded(level))
				continue;
			shift = v2p_arch_level_shift(level);
			table += virtual >> shift & (PER_TABLE - 1);
			if (!*table)
				*table = new_table() | FAKE_PRESENT;
			table = __va(*table >> fake.pfn_bit << fake.page_shift);
		}
		table[virtual / PAGE % PER_TABLE] = (virtual + PHYSICAL) | FAKE_PRESENT |
						    FAKE_LEAF;
	}
	return root;
}

static u64 addresses[BATCHES * BATCH];

/* Scattered, or pages side by side from anywhere on. */
static void choose_addresses(u64 size, bool side_by_side)
{
	size_t i;

	for (i = 0; i < BATCHES * BATCH; i++) {
		addresses[i] = ((u64)random() << 31 ^ (u64)random()) % size;
		if (side_by_side && i % BATCH)
			addresses[i] = (addresses[i - 1] + PAGE) % size;
	}
}

/* Nanoseconds for an address. */
static double translate_all(struct mm_struct *mm, bool prefetch)
{
	static u8 status[BATCH];
	static u64 physical[BATCH];
	const struct v2p_translation_arrays out = { .status = status, .physical = physical };
	const struct v2p_aspace aspace = {
		.kind = V2P_ASPACE_PROCESS, .mm = mm, .root = mm->pgd, .last = (1ULL << 47) - 1,
	};
	struct timespec begin, end;
	bool changing;
	size_t i;

	mm->pgtables_bytes = prefetch ? V2P_PREFETCH_TABLES : 0;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < BATCHES; i++) {
		const u64 *batch = addresses + i * BATCH;

		v2p_translate_addresses(&aspace, batch, BATCH, &out, &changing);
		if (physical[i % BATCH] != batch[i % BATCH] + PHYSICAL) {
			fprintf(stderr, "a wrong answer\n");
			exit(1);
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec)) /
	       (BATCHES * BATCH);
}

static int compare(const void *a, const void *b)
{
	const double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

static void measure(u64 size, bool side_by_side)
{
	struct mm_struct mm = { .pgd = __va(map_pages(size)) };
	double without[ROUNDS], with[ROUNDS];
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		choose_addresses(size, side_by_side);
		without[i] = translate_all(&mm, false);
		choose_addresses(size, side_by_side);
		with[i] = translate_all(&mm, true);
	}
	printf("%6llu MiB  %6.1f MiB  %6.1f ns  %6.1f ns  %6.2f%s\n",
	       (unsigned long long)(size / MIB), (double)memory_used / MIB, median(without),
	       median(with), median(without) / median(with),
	       side_by_side ? "  side by side" : "");
}

int main(void)
{
	static const u64 sizes[] = { 64, 256, 1024, 2048, 4096, 8192, 32768, 122880 };
	size_t i;

	/* As the kernel has its tables mapped. */
	madvise(fake_memory, FAKE_MEMORY, MADV_HUGEPAGE);
	printf("   process      tables    without       with  times as fast\n");
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		measure(sizes[i] * MIB, false);
	measure(8192 * MIB, true);
	return 0;
}
