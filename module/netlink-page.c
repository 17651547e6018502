// SPDX-License-Identifier: GPL-2.0

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/unaligned.h>
#include <net/genetlink.h>

#include "arrays.h"
#include "netlink-gen.h"
#include "netlink-internal.h"
#include "page.h"
#include "trace.h"

/* Pages between two looks at whether others want the CPU; some 30,000 instructions. */
#define PAGES_AT_A_STRETCH	32

/**
 * struct page_arrays - the arrays of a reply, in the message, not necessarily aligned
 * @file_device: as in struct v2p_page, like all others
 * @file_inode: likewise
 * @file_offset: likewise
 * @node: likewise
 * @folio_index: likewise
 * @references: likewise
 * @page_status: likewise
 * @page_kind: likewise
 * @zone: likewise
 * @folio_order: likewise
 */
struct page_arrays {
	u64 *file_device;
	u64 *file_inode;
	u64 *file_offset;
	u32 *node;
	u32 *folio_index;
	u32 *references;
	u8 *page_status;
	u8 *page_kind;
	u8 *zone;
	u8 *folio_order;
};

static const struct v2p_array arrays[] = {
#define ARRAY(...) V2P_ARRAY(struct page_arrays, __VA_ARGS__),
	V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
};

static_assert(ARRAY_SIZE(arrays) == sizeof(struct page_arrays) / sizeof(void *),
	      "each member of struct page_arrays is an array of a reply");

static size_t arrays_size(u32 count)
{
	size_t size = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++)
		size += nla_total_size_64bit(count * arrays[i].element);
	return size;
}

static int reserve_arrays(struct sk_buff *msg, u32 count, struct page_arrays *out)
{
	struct nlattr *array;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arrays); i++) {
		array = nla_reserve_64bit(msg, arrays[i].attr, count * arrays[i].element,
					  V2P_A_PAD);
		if (!array)
			return -EMSGSIZE;
		*v2p_array_pointer(out, &arrays[i]) = nla_data(array);
	}
	return 0;
}

/* An array that is not filled here would leak uninitialized memory. */
static_assert(ARRAY_SIZE(arrays) == 10);

static void store_page(const struct page_arrays *out, u32 i, const struct v2p_page *page)
{
	put_unaligned(page->file_device, out->file_device + i);
	put_unaligned(page->file_inode, out->file_inode + i);
	put_unaligned(page->file_offset, out->file_offset + i);
	put_unaligned(page->node, out->node + i);
	put_unaligned(page->index, out->folio_index + i);
	put_unaligned(page->references, out->references + i);
	out->page_status[i] = page->status;
	out->page_kind[i] = page->kind;
	out->zone[i] = page->zone;
	out->folio_order[i] = page->order;
}

static int read_pages(const u64 *physical, u32 count, const struct page_arrays *out, u32 *known)
{
	struct v2p_page page;
	u32 i;

	for (i = 0; i < count; i++) {
		if (i % PAGES_AT_A_STRETCH == PAGES_AT_A_STRETCH - 1) {
			if (fatal_signal_pending(current))
				return -EINTR;
			cond_resched();
		}
		v2p_page_read_with_file(get_unaligned(physical + i) >> PAGE_SHIFT, &page);
		store_page(out, i, &page);
		*known += page.status != V2P_PAGE_STATUS_NONE;
	}
	return 0;
}

/* As a reply to translate, it may take a high-order allocation. */
static struct sk_buff *new_message(struct genl_info *info, u32 count)
{
	const size_t size = arrays_size(count);
	struct sk_buff *msg;

	if (size <= GENLMSG_DEFAULT_SIZE)
		return genlmsg_new(size, GFP_KERNEL_ACCOUNT);
	msg = genlmsg_new(size, GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN);
	if (!msg)
		GENL_SET_ERR_MSG(info, "no memory for a reply of this size, ask for fewer addresses at a time");
	return msg;
}

static int reply(struct genl_info *info, const u64 *physical, u32 count, u32 *known)
{
	struct page_arrays out __uninitialized;
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = new_message(info, count);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_PAGE);
	err = hdr ? reserve_arrays(msg, count, &out) : -EMSGSIZE;
	if (!err)
		err = read_pages(physical, count, &out, known);
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int v2p_nl_page_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct v2p_netlink_target none;
	struct nlattr *physical;
	u32 count, known = 0;
	int err;

	err = v2p_netlink_begin(skb, info->nlhdr, NULL, info->extack, &none);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, V2P_A_PHYSICAL)) {
		GENL_SET_ERR_MSG(info, "wants physical addresses");
		return -EINVAL;
	}
	physical = info->attrs[V2P_A_PHYSICAL];
	if (!nla_len(physical) || nla_len(physical) % sizeof(u64)) {
		NL_SET_ERR_MSG_ATTR(info->extack, physical,
				    "addresses are 8 bytes each, and at least one");
		return -EINVAL;
	}
	count = nla_len(physical) / sizeof(u64);
	if (count > V2P_MAX_PAGES) {
		NL_SET_ERR_MSG_ATTR(info->extack, physical,
				    "more addresses than a request of page holds");
		return -E2BIG;
	}

	trace_v2p_request(V2P_CMD_PAGE, V2P_ASPACE_PROCESS, 0,
			  get_unaligned((const u64 *)nla_data(physical)), count);
	err = reply(info, nla_data(physical), count, &known);
	trace_v2p_result(V2P_CMD_PAGE, V2P_ASPACE_PROCESS, 0, err ? 0 : known, err);
	return err;
}
