// SPDX-License-Identifier: GPL-2.0
/* What is at physical addresses, for people: a block of lines for each. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/writer.h"

/* Where values begin, and how wide lines are that could be of any length. */
enum { VALUES = 12, WIDTH = 80 };

static void begin_line(const char *name)
{
	printf("%-*s", VALUES, name);
}

static void print_place(const struct output *output, const struct page *page)
{
	const uint64_t size = UINT64_C(1) << output->info->page_shift;
	char text[TEXT_RANGE], length[TEXT_SIZE];

	begin_line("physical");
	if (page->length <= size) {
		printf("0x%" PRIx64 "  (frame 0x%" PRIx64 ")\n", page->physical,
		       page->physical / size);
		return;
	}
	text_range(text, page->physical, page->length);
	text_size(length, page->length, TEXT_LONG);
	printf("%s  (%s)\n", text, length);
}

static void print_resources(const struct page *page)
{
	size_t i;

	if (!page->resource_count)
		return;
	begin_line("resource");
	for (i = 0; i < page->resource_count; i++) {
		fputs(i ? " / " : "", stdout);
		utf8_print(page->resources[i]);
	}
	putchar('\n');
}

static void print_device(const struct page *page)
{
	if (!*page->device)
		return;
	begin_line("device");
	utf8_print(page->device);
	if (page->bar == PAGE_ROM)
		fputs(", ROM", stdout);
	else
		printf(", BAR %u", page->bar);
	if (*page->driver) {
		fputs(", driver ", stdout);
		utf8_print(page->driver);
	}
	putchar('\n');
}

/* What is said of it beside what it is. */
static void print_kind(const struct page *page)
{
	begin_line("kind");
	fputs(page_use_words(page->kind), stdout);
	if (page->flags & PAGE_BIT(THP))
		fputs(", of a transparent huge page", stdout);
	putchar('\n');
	if (!(page->flags & PAGE_BIT(HWPOISON)))
		return;
	begin_line("poisoned");
	fputs("its memory failed", stdout);
	puts(page->flags & PAGE_BIT(HUGE) ? ", or that of another page of the folio" : "");
}

static void print_node(const struct page *page)
{
	if (page->node >= 0) {
		begin_line("node");
		printf("%d\n", page->node);
	}
	if (*page->zone) {
		begin_line("zone");
		puts(page->zone);
	}
}

static void print_folio(const struct output *output, const struct page *page)
{
	char size[TEXT_SIZE];

	if (!(page->known & PAGE_HAS_ORDER) || !page->order)
		return;
	begin_line("folio");
	text_page_size(size, output->info->page_shift + page->order, TEXT_LONG);
	printf("order %u (%s), at 0x%" PRIx64 "\n", page->order, size, page->head);
}

static void print_flags(const struct page *page)
{
	size_t column = VALUES, printed = 0;
	unsigned int bit;

	if (!(page->known & PAGE_HAS_FLAGS))
		return;
	begin_line("flags");
	for (bit = 0; bit < 64; bit++) {
		const char *name = page_flag_name(page, bit);

		if (!(page->flags & UINT64_C(1) << bit) || !name)
			continue;
		if (printed && column + 2 + strlen(name) > WIDTH)
			column = printf(",\n%*s", VALUES, "") - 2;
		else if (printed)
			column += printf(",");
		column += printf("%s", name);
		printed++;
	}
	puts(printed ? "" : "none");
}

static void print_counts(const struct page *page)
{
	if (page->known & PAGE_HAS_MAPPINGS) {
		begin_line("mapped");
		printf("%" PRIu64 " time%s\n", page->mappings, page->mappings == 1 ? "" : "s");
	}
	if (page->known & PAGE_HAS_REFERENCES) {
		begin_line("references");
		printf("%" PRIu64 "\n", page->references);
	}
}

static void print_cgroup(const struct page *page)
{
	if (!(page->known & PAGE_HAS_CGROUP) || !page->cgroup)
		return;
	begin_line("cgroup");
	if (*page->cgroup_path)
		utf8_print(page->cgroup_path);
	else
		printf("of inode %" PRIu64, page->cgroup);
	putchar('\n');
}

static void print_file(const struct page *page)
{
	if (!(page->known & PAGE_HAS_FILE))
		return;
	begin_line("file");
	printf("%u:%u inode %" PRIu64 " at 0x%" PRIx64, page->file_major, page->file_minor,
	       page->file_inode, page->file_offset);
	if (*page->file_name) {
		fputs("  ", stdout);
		utf8_print(page->file_name);
	}
	putchar('\n');
}

static void print_dimms(const struct page *page)
{
	size_t i;

	if (!page->dimm_count)
		return;
	begin_line("DIMM");
	if (page->dimm_count > 1)
		fputs("one of ", stdout);
	for (i = 0; i < page->dimm_count; i++) {
		fputs(i ? ", " : "", stdout);
		utf8_print(page->dimms[i]);
	}
	printf("  (by %s)\n", page->dimms_by);
}

static void print_page(struct output *output, const struct page *page)
{
	if (output->count)
		putchar('\n');
	print_place(output, page);
	print_kind(page);
	print_resources(page);
	print_device(page);
	print_node(page);
	print_folio(output, page);
	print_flags(page);
	print_counts(page);
	print_cgroup(page);
	print_file(page);
	print_dimms(page);
}

static void print_quiet(struct output *output, const struct page *page)
{
	(void)output;
	puts(page_use_word(page->kind));
}

const struct writer page_table = { .page = print_page };
const struct writer page_quiet = { .page = print_quiet };
