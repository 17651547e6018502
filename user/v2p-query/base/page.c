// SPDX-License-Identifier: GPL-2.0
#include <v2p.h>

#include "base/page.h"

const char *page_use_word(enum page_use use)
{
#define PAGE_WORD(name, word, words) case PAGE_##name: return word;
	switch (use) {
	PAGE_USES(PAGE_WORD)
	}
#undef PAGE_WORD
	return NULL;
}

const char *page_use_words(enum page_use use)
{
#define PAGE_WORDS(name, word, words) words,
	static const char *const texts[] = { PAGE_USES(PAGE_WORDS) };
#undef PAGE_WORDS

	return texts[use];
}

const char *page_flag_name(const struct page *page, unsigned int bit)
{
	static const char *const names[] = {
		[KPF_LOCKED] = "locked", [KPF_ERROR] = "error", [KPF_REFERENCED] = "referenced",
		[KPF_UPTODATE] = "uptodate", [KPF_DIRTY] = "dirty", [KPF_LRU] = "lru",
		[KPF_ACTIVE] = "active", [KPF_SLAB] = "slab", [KPF_WRITEBACK] = "writeback",
		[KPF_RECLAIM] = "reclaim", [KPF_BUDDY] = "buddy", [KPF_MMAP] = "mmap",
		[KPF_ANON] = "anonymous", [KPF_SWAPCACHE] = "swapcache",
		[KPF_SWAPBACKED] = "swapbacked", [KPF_COMPOUND_HEAD] = "compound_head",
		[KPF_COMPOUND_TAIL] = "compound_tail", [KPF_HUGE] = "huge",
		[KPF_UNEVICTABLE] = "unevictable", [KPF_HWPOISON] = "hwpoison",
		[KPF_NOPAGE] = "nopage", [KPF_KSM] = "ksm", [KPF_THP] = "thp",
		[KPF_OFFLINE] = "offline", [KPF_ZERO_PAGE] = "zero_page", [KPF_IDLE] = "idle_page",
		[KPF_PGTABLE] = "pgtable", [KPF_RESERVED] = "reserved", [KPF_MLOCKED] = "mlocked",
		[KPF_PRIVATE] = "private", [KPF_PRIVATE_2] = "private_2",
		[KPF_OWNER_PRIVATE] = "owner_private", [KPF_ARCH] = "arch",
		[KPF_UNCACHED] = "uncached", [KPF_SOFTDIRTY] = "softdirty",
		[KPF_ARCH_2] = "arch_2", [KPF_ARCH_3] = "arch_3",
	};

	/* Flags of which one bit stands for two, as page-types tells them apart. */
	if (bit == KPF_34)
		return page->flags & PAGE_BIT(ANON) ? "anon_exclusive" : page->bit34;
	if (bit == KPF_RECLAIM && !(page->flags & PAGE_BIT(WRITEBACK)))
		return "readahead";
	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : NULL;
}
