/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a copy of a struct page says. Most of the kernel's own tests can be asked about a copy;
 * here is what stands in for those that go from the copy to other pages, or assert something.
 */
#ifndef V2P_COMPAT_LINUX_MM_H
#define V2P_COMPAT_LINUX_MM_H

#include <linux/bits.h>
#include <linux/page-flags.h>
#include <linux/types.h>
#include <linux/version.h>
#include_next <linux/mm.h>

/* Before 6.17. */
#ifndef FOLIO_MAPPING_FLAGS
#define FOLIO_MAPPING_FLAGS	PAGE_MAPPING_FLAGS
#endif

/* A number, or from 6.18 on a structure of one. */
static inline unsigned long page_copy_flags(const struct page *copy)
{
	return *(const unsigned long *)&copy->flags;
}

/* Bit 0 of it says that the page is a tail. From some version on with another name. */
static inline unsigned long page_copy_compound(const struct page *copy)
{
	return ((const unsigned long *)copy)[1];
}

/*
 * Where the head of a page is. The kernel's own compound_head() wants the page itself, and
 * reads it.
 *
 * @next is page_copy_compound() of the page behind it, which is asked for where the page looks
 * like a head. A hugetlb page may have some struct pages stand for those of all its tails
 * (HVO), so that copies of the head stand among them. Behind a head comes a tail that knows.
 */
static inline const struct page *page_copy_head(const struct page *page,
						const struct page *copy,
						unsigned long next)
{
	const unsigned long compound = page_copy_compound(copy);

/* It came with tails that say how their address is to be masked, and has no such copies. */
#ifdef MAX_FOLIO_VMEMMAP_ALIGN
	if (!(compound & 1))
		return page;
	if (compound_info_has_mask())
		return (const struct page *)((unsigned long)page & compound);
	return (const struct page *)(compound - 1);
#else
	if (compound & 1)
		return (const struct page *)(compound - 1);
	if (page_copy_flags(copy) & BIT(PG_head) && next & 1)
		return (const struct page *)(next - 1);
	return page;
#endif
}

/* Of a head and the page behind it. Before 6.6 folio_test_hugetlb() goes to the page itself. */
static inline bool folio_copy_test_hugetlb(struct folio *copy)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return folio_test_hugetlb(copy);
#else
	return folio_test_large(copy) && copy->_folio_dtor == HUGETLB_PAGE_DTOR;
#endif
}

/* Of a head: in pages. Before 6.7 hugetlb counts in pages of its own size. */
static inline u64 folio_copy_file_index(struct folio *copy)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	if (folio_copy_test_hugetlb(copy))
		return (u64)copy->index << folio_order(copy);
#endif
	return copy->index;
}

#endif /* V2P_COMPAT_LINUX_MM_H */
