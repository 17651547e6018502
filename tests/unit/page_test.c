// SPDX-License-Identifier: GPL-2.0
/* v2p_page() against the fake kernel. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define MOST (3 * V2P_MAX_PAGES + 1)

static uint64_t physical[MOST];

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
	test_errors();
	fake_reset();
	return tap_end();
}
