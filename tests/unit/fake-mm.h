/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module's walk needs of the kernel and of a processor, so that it can be
 * compiled as a program: for processors that there is no machine of here, with page
 * tables of any form. To be included before the module's own headers.
 *
 * An entry has a frame number from bit fake.pfn_bit on, and these bits below it.
 */
#ifndef FAKE_MM_H
#define FAKE_MM_H

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAKE_PRESENT	1ULL
#define FAKE_LEAF	2ULL	/* on all levels */
#define FAKE_ACCESSED	4ULL
#define FAKE_DIRTY	8ULL
#define FAKE_WRITE	16ULL
/* 16 entries of the same value are one page, the size of which is in the frame number. */
#define FAKE_NAPOT	32ULL
/* 16 entries are one page, each with a frame number of its own. */
#define FAKE_CONT	64ULL
/* Not present, and still a page: all bits of the frame number are inverted, as by x86. */
#define FAKE_PROTNONE	(1ULL << 63)

#define FAKE_LEVELS	5

struct fake_arch {
	const char *name;
	unsigned int page_shift;
	unsigned int pfn_bit;
	/* Of FAKE_NAPOT and FAKE_CONT, what it has. */
	uint64_t block;
	/* The highest 8 bits of an address of user space are ignored. */
	bool tags;
	/* Tables of a process may be freed while they are read. */
	bool not_held;
	/* By level, from V2P_LEVEL_PTE up; 0 where it is folded. */
	unsigned int bits[FAKE_LEVELS];
};

/* A processor that is known when this is compiled, and more memory, are a benchmark's. */
#ifdef FAKE_X86
static const struct fake_arch fake = { "x86", 12, 12, 0, false, false, { 9, 9, 9, 0, 9 } };
#else
#define FAKE_MEMORY	(1UL << 26)
extern struct fake_arch fake;
#endif

/* Physical memory, from address 0 on, which tables are in. */
extern char fake_memory[FAKE_MEMORY];

/* Page tables of the kernel's half. */
extern uint64_t fake_kernel_root;

/* Entries read since interrupts were switched off, and the most in one section. */
extern unsigned int fake_reads, fake_most_reads;

/* Called before an entry is read, unless NULL: what another processor does meanwhile. */
extern void (*fake_other_processor)(void);

/* The time. */
extern uint64_t fake_now;

/* The page in which a read faults; NULL if there is none. */
extern const char *fake_gone;

/* Such a fault may happen now: v2p_arch_nofault_begin(). */
extern bool fake_nofault;

static inline int fake_is_gone(const void *address)
{
#ifndef FAKE_X86
	assert(fake_nofault);
#endif
	return fake_gone && (const char *)address >= fake_gone &&
	       (const char *)address < fake_gone + (1UL << fake.page_shift);
}

static inline void fake_read(void)
{
	fake_reads++;
	if (fake_other_processor)
		fake_other_processor();
}

/* The kernel. */

typedef uint8_t u8;
typedef int16_t s16;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef u64 phys_addr_t;
typedef int spinlock_t;
typedef struct { u64 pte; } pte_t;
typedef u64 softleaf_t;

struct mm_struct {
	void *pgd;
	unsigned long pgtables_bytes;
};

#define mm_pgtables_bytes(mm)	((mm)->pgtables_bytes)
/* What x86 makes of it: prefetchnta. */
#define prefetch(p)		__builtin_prefetch(p, 0, 0)
#define SZ_4M			(1UL << 22)

#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define noinline		__attribute__((noinline))
#define __uninitialized

static inline void memset32(u32 *to, u32 value, size_t count)
{
	while (count--)
		*to++ = value;
}

static inline void memset64(u64 *to, u64 value, size_t count)
{
	while (count--)
		*to++ = value;
}
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#undef static_assert
#define static_assert(x, ...)	_Static_assert(x, #x)
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(high, low)	((-BIT_ULL(low)) & (-1ULL >> (63 - (high))))
#define __ffs64(x)		((unsigned long)__builtin_ctzll(x))
#define U16_MAX			UINT16_MAX
#define __maybe_unused		__attribute__((unused))
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX
#define EINTR			4
#define EBUSY			16
#define ENODEV			19
#define EOPNOTSUPP		95
#define IS_ENABLED(option)	0
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min3(a, b, c)		min(min(a, b), c)

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#define BUILD_BUG_ON_ZERO(x)	((int)sizeof(struct { int : -!!(x); }))

#define data_race(x)		(fake_read(), (x))
#ifdef FAKE_X86
#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#else
#define READ_ONCE(x)		(fake_read(), *(const volatile typeof(x) *)&(x))
#endif
#define __get_kernel_nofault(to, from, type, failed)				\
	do {									\
		if (fake_is_gone(from))						\
			goto failed;						\
		*(type *)(to) = READ_ONCE(*(const type *)(from));		\
	} while (0)
#define __packed		__attribute__((packed))
#define __aligned(x)		__attribute__((aligned(x)))
#define smp_rmb()		__asm__ volatile("" ::: "memory")

#define PAGE_SHIFT		fake.page_shift
#define PHYS_PFN(x)		((x) >> PAGE_SHIFT)
#define PFN_PHYS(x)		((u64)(x) << PAGE_SHIFT)
#define NUMA_NO_NODE		(-1)
#define CONFIG_SPARSEMEM_VMEMMAP
#define PAGES_PER_SUBSECTION	16
#define __va(physical)		((void *)(fake_memory + (physical)))
#define __pa(p)			((u64)((const char *)(p) - fake_memory))
#define pfn_to_online_page(pfn)	(((u64)(pfn) << PAGE_SHIFT) < sizeof(fake_memory))

/* Bit 51 is that of memory encryption. */
#define __sme_clr(x)		((x) & ~BIT_ULL(51))
#define __iomem
#define readl(p)		(*(const volatile u32 *)(p))
#define readq(p)		(*(const volatile u64 *)(p))
#define WARN_ON_ONCE(x)		(assert(!(x)), false)

struct kref {
	int references;
};

struct list_head {
	struct list_head *next, *prev;
};

#define kmalloc(size, flags)	malloc(size)
#define kfree(p)		free(p)

#define current			NULL
#define fatal_signal_pending(task)	false
#define cond_resched()		do { } while (0)
#define ktime_get_mono_fast_ns()	fake_now
#define local_irq_save(flags)	do { (flags) = 0; fake_reads = 0; } while (0)
#define local_irq_restore(flags) do {				\
	(void)(flags);						\
	fake_most_reads = max(fake_most_reads, fake_reads);	\
} while (0)

/* What is not present has a type in bits 1 to 5, and an offset or a frame number above. */
enum {
	FAKE_SWAP,		/* and all that follow, but for these: */
	FAKE_POISON_MARKER = 26,
	FAKE_GUARD,
	FAKE_DEVICE,
	FAKE_HWPOISON,
	FAKE_MIGRATION,
};

#define softleaf_from_pte(x)		((x).pte)
#define softleaf_is_swap(leaf)		((leaf) && swp_type(leaf) < FAKE_POISON_MARKER)
#define softleaf_is_migration(leaf)	(swp_type(leaf) == FAKE_MIGRATION)
#define softleaf_is_hwpoison(leaf)	(swp_type(leaf) == FAKE_HWPOISON)
#define softleaf_is_poison_marker(leaf)	(swp_type(leaf) == FAKE_POISON_MARKER)
#define softleaf_is_device_private(leaf)	(swp_type(leaf) == FAKE_DEVICE)
#define softleaf_is_device_exclusive(leaf)	false
#define softleaf_is_guard_marker(leaf)	(swp_type(leaf) == FAKE_GUARD)
#define softleaf_is_uffd_wp_marker(leaf)	false
#define softleaf_has_pfn(leaf)		(swp_type(leaf) >= FAKE_DEVICE)
#define softleaf_to_pfn(leaf)		swp_offset(leaf)
#define swp_type(leaf)			((leaf) >> 1 & 31)
#define swp_offset(leaf)		((leaf) >> 6)
#define pte_swp_soft_dirty(pte)		false
#define pte_swp_uffd(pte)		false

/* The processor, in place of module/arch/arch.h: see there. */

#define V2P_ARCH_H

#include <uapi/linux/v2p.h>

#define V2P_ARCH_TOP_LEVEL	V2P_LEVEL_PGD

#ifdef FAKE_X86
static inline bool v2p_arch_level_folded(unsigned int level)
{
	return !fake.bits[level];
}
#else
/* Not inline: of levels that it does not know, the compiler warns of all that there are not. */
bool v2p_arch_level_folded(unsigned int level);
#endif

static inline unsigned int v2p_arch_level_bits(unsigned int level)
{
	return fake.bits[level];
}

static inline unsigned int v2p_arch_level_shift(unsigned int level)
{
	unsigned int shift = fake.page_shift;

	while (level)
		shift += fake.bits[--level];
	return shift;
}

static inline unsigned int fake_virtual_bits(void)
{
	return v2p_arch_level_shift(V2P_LEVEL_PGD) + fake.bits[V2P_LEVEL_PGD];
}

static inline u64 v2p_arch_user_last(void)
{
	return BIT_ULL(fake_virtual_bits() - 1) - 1;
}

static inline u64 v2p_arch_kernel_first(void)
{
	return -BIT_ULL(fake_virtual_bits() - 1);
}

static inline u64 v2p_arch_user_address(u64 address)
{
	return fake.tags && !(address >> 55 & 1) ? address & (BIT_ULL(56) - 1) : address;
}

static inline u64 v2p_arch_kernel_root(void)
{
	return fake_kernel_root;
}

/* Of devices. */
#define V2P_ARCH_INTERRUPTS_FIRST	0xfee00000ULL
#define V2P_ARCH_INTERRUPTS_LAST	0xfeefffffULL
#define v2p_arch_physical_bits()	46

static inline void v2p_arch_nofault_begin(void)
{
	assert(!fake_nofault);
	fake_nofault = true;
}

static inline void v2p_arch_nofault_end(void)
{
	assert(fake_nofault);
	fake_nofault = false;
}

static inline bool v2p_arch_hold_tables(struct mm_struct *mm)
{
	return mm->pgd;
}

static inline void v2p_arch_release_tables(struct mm_struct *mm, bool held)
{
	assert(held && mm->pgd);
}

#define V2P_ARCH_TABLES_HELD	(!fake.not_held)

static inline bool v2p_arch_entry_none(u64 entry)
{
	return !entry;
}

static inline bool v2p_arch_entry_present(u64 entry)
{
	return entry & FAKE_PRESENT;
}

static inline bool v2p_arch_entry_table(u64 entry)
{
	return (entry & (FAKE_PRESENT | FAKE_LEAF)) == FAKE_PRESENT;
}

static inline bool v2p_arch_entry_leaf(unsigned int level, u64 entry)
{
	(void)level;
	return entry & (FAKE_PRESENT | FAKE_PROTNONE);
}

static inline u64 v2p_arch_table_physical(u64 entry)
{
	return entry >> fake.pfn_bit << fake.page_shift;
}

static inline u64 v2p_arch_leaf_physical(unsigned int level, u64 entry)
{
	u64 pfn = (entry & FAKE_PROTNONE ? ~entry : entry) >> fake.pfn_bit;

	(void)level;
	return (entry & FAKE_NAPOT ? pfn & ~15ULL : pfn) << fake.page_shift;
}

struct v2p_arch_leaf_format {
	unsigned int level;
};

static inline struct v2p_arch_leaf_format v2p_arch_leaf_format(unsigned int level)
{
	return (struct v2p_arch_leaf_format) { level };
}

static inline u64 v2p_arch_present_physical(struct v2p_arch_leaf_format format, u64 entry)
{
	return v2p_arch_leaf_physical(format.level, entry);
}

static inline unsigned int v2p_arch_leaf_shift(unsigned int level, u64 entry)
{
	return v2p_arch_level_shift(level) + (entry & (FAKE_NAPOT | FAKE_CONT) ? 4 : 0);
}

static inline unsigned int v2p_arch_leaf_own_shift(unsigned int level, u64 entry)
{
	return v2p_arch_leaf_shift(level, entry & ~FAKE_CONT);
}

static inline unsigned int v2p_arch_leaf_own_shift_most(unsigned int level)
{
	return v2p_arch_leaf_own_shift(level, level ? 0 : fake.block);
}

static inline u64 v2p_arch_leaf_next(unsigned int level, u64 entry)
{
	if (entry & FAKE_NAPOT)
		return 0;
	return entry + BIT_ULL(v2p_arch_level_shift(level) - fake.page_shift + fake.pfn_bit);
}

static inline bool v2p_arch_same_attrs(struct v2p_arch_leaf_format format, u64 entry, u64 change)
{
	(void)format;
	return !(entry & FAKE_NAPOT) && !(change & (BIT_ULL(fake.pfn_bit) - 1));
}

static inline bool v2p_arch_same_but_ad(struct v2p_arch_leaf_format format, u64 entry, u64 change)
{
	return v2p_arch_same_attrs(format, entry, change & ~(FAKE_ACCESSED | FAKE_DIRTY));
}

static inline u32 v2p_arch_ad_flags(u64 entry)
{
	return (entry & FAKE_ACCESSED ? V2P_FLAG_ACCESSED : 0) |
	       (entry & FAKE_DIRTY ? V2P_FLAG_DIRTY : 0);
}

static inline u32 v2p_arch_table_flags(u64 entry)
{
	return entry & FAKE_PRESENT ? V2P_FLAG_PRESENT : 0;
}

static inline u32 v2p_arch_leaf_flags(unsigned int level, u64 entry)
{
	(void)level;
	return v2p_arch_table_flags(entry) | v2p_arch_ad_flags(entry) |
	       (entry & FAKE_WRITE ? V2P_FLAG_WRITE : 0) |
	       (entry & (FAKE_NAPOT | FAKE_CONT) ? V2P_FLAG_CONTIGUOUS : 0);
}

static inline u8 v2p_arch_leaf_memory_type(unsigned int level, u64 entry)
{
	(void)level;
	(void)entry;
	return V2P_MEMORY_TYPE_UNSPECIFIED;
}

static inline u8 v2p_arch_leaf_protection_key(u64 entry)
{
	(void)entry;
	return 0;
}

static inline pte_t v2p_arch_softleaf_pte(u64 entry)
{
	return (pte_t) { entry };
}

static inline unsigned int v2p_arch_softleaf_block_shift(unsigned int level)
{
	(void)level;
	return fake.block ? 4 : 0;
}

#endif /* FAKE_MM_H */
