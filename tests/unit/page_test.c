// SPDX-License-Identifier: GPL-2.0
/* v2p_page() against the fake kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <v2p.h>
#include <v2p-layout.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define MOST (3 * V2P_MAX_PAGES + 1)

static uint64_t physical[MOST];

/* By the names of the members. */
enum {
	known_file_device = V2P_PAGE_KNOWN_FILE_DEVICE,
	known_file_inode = V2P_PAGE_KNOWN_FILE_INODE,
	known_file_offset = V2P_PAGE_KNOWN_FILE_OFFSET,
	known_node = V2P_PAGE_KNOWN_NODE,
	known_folio_index = V2P_PAGE_KNOWN_FOLIO_INDEX,
	known_references = V2P_PAGE_KNOWN_REFERENCES,
	known_page_status = V2P_PAGE_KNOWN_PAGE_STATUS,
	known_page_kind = V2P_PAGE_KNOWN_PAGE_KIND,
	known_zone = V2P_PAGE_KNOWN_ZONE,
	known_folio_order = V2P_PAGE_KNOWN_FOLIO_ORDER,
};

static bool is_same(const struct v2p_page_info *page, uint64_t address)
{
	const struct v2p_page_info wanted = fake_page(address);

	return !memcmp(page, &wanted, sizeof(wanted));
}

/* Room for exactly so many, and all that was in it before is overwritten. */
static void test_counts(void)
{
	static const size_t counts[] = {
		1, 2, V2P_MAX_PAGES - 1, V2P_MAX_PAGES, V2P_MAX_PAGES + 1, MOST,
	};
	struct v2p *v2p = start();
	size_t i, k;

	for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		const size_t count = counts[i];
		struct v2p_page_info *pages = malloc(count * sizeof(*pages));
		bool same = true;

		memset(pages, 0xee, count * sizeof(*pages));
		fake.requests = 0;
		same_number(v2p_page(v2p, physical, count, pages), 0, "as many as there are");
		same_number(fake.requests, (count + V2P_MAX_PAGES - 1) / V2P_MAX_PAGES,
			    "and no more messages than are needed");
		for (k = 0; k < count; k++)
			same = same && is_same(&pages[k], physical[k]);
		ok(same, "%zu pages are what they are", count);
		free(pages);
	}
	fake.requests = 0;
	same_number(v2p_page(v2p, NULL, 0, NULL), 0, "nothing is asked about");
	same_number(fake.requests, 0, "and nobody asked");
	v2p_close(v2p);
}

/* What an older module does not tell is not known; without the status, there is no answer. */
static void test_older_module(void)
{
	const size_t count = V2P_MAX_PAGES + 1;
	struct v2p_page_info *pages = malloc(count * sizeof(*pages)), wanted;
	struct v2p *v2p = start();
	bool same;
	size_t i;

#define ARRAY(field, type, member, bits) \
	fake.page_without = (type); \
	memset(pages, 0xee, count * sizeof(*pages)); \
	if ((type) == V2P_A_PAGE_STATUS) { \
		same_number(-v2p_page(v2p, physical, count, pages), EBADMSG, "without " #member); \
	} else { \
		same = !v2p_page(v2p, physical, count, pages); \
		for (i = 0; i < count; i++) { \
			wanted = fake_page(physical[i]); \
			wanted.member = (type) == V2P_A_NODE ? (uint##bits##_t)V2P_NO_NODE : 0; \
			wanted.known &= ~known_##member; \
			same = same && !memcmp(&pages[i], &wanted, sizeof(wanted)); \
		} \
		ok(same, "without " #member); \
	}
	V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
	fake.page_without = 0;
	v2p_close(v2p);
	free(pages);
}

static void test_errors(void)
{
	struct v2p_page_info *pages = malloc(MOST * sizeof(*pages));
	struct v2p *v2p = start();
	bool same = true;
	size_t i;

	same_number(-v2p_page(v2p, physical, 1, NULL), EINVAL, "no place");
	same_number(-v2p_page(v2p, NULL, 1, pages), EINVAL, "no addresses");
	ok(*v2p_error(v2p), "in words: %s", v2p_error(v2p));
	same_number(-v2p_page(NULL, physical, 1, pages), EINVAL, "without a handle");

	/* The first message is refused, then smaller ones are answered. */
	fake.memory = V2P_MAX_PAGES / 2;
	same_number(v2p_page(v2p, physical, MOST, pages), 0, "where memory is short");
	same_text(v2p_error(v2p), "", "nothing is wrong then");
	for (i = 0; i < MOST; i++)
		same = same && is_same(&pages[i], physical[i]);
	ok(same, "all pages are what they are");
	fake.memory = 1;
	same_number(-v2p_page(v2p, physical, MOST, pages), ENOMEM, "where there is none");
	same_number(v2p_page(v2p, physical, 1, pages), 0, "one page is what there is memory for");
	fake.memory = 0;

	fake.error = -EPERM;
	fake.words = "words of the kernel";
	same_number(-v2p_page(v2p, physical, 1, pages), EPERM, "without the right");
	same_text(v2p_error(v2p), "words of the kernel", "in its words");
	fake.error = -EOPNOTSUPP;
	same_number(-v2p_page(v2p, physical, 1, pages), EOPNOTSUPP, "an older module");
	fake.error = 0;
	same_number(v2p_page(v2p, physical, 1, pages), 0, "and the handle goes on working");
	v2p_close(v2p);
	free(pages);
}

int main(void)
{
	size_t i;

	/* In no order, and not at the beginning of a page. */
	for (i = 0; i < MOST; i++)
		physical[i] = (i * 7919 % MOST) << 12 | (i & 0xfff);
	test_counts();
	test_older_module();
	test_errors();
	fake_reset();
	return tap_end();
}
