// SPDX-License-Identifier: LGPL-2.1-only
/* What the kernel knows of pages of physical memory. */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* Pages in a message for whose answer one page of memory is enough. */
#define SMALL_BATCH 90

/* The arrays of one message, in the handle's buffer, not aligned. */
struct pages {
#define ARRAY(field, type, member, bits) const unsigned char *member;
	V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
};

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

/* Each comes once at most, and has @count elements. */
static int read_attribute(const struct v2p_attr *attr, size_t count, struct pages *pages)
{
	switch (attr->type) {
#define ARRAY(field, attribute, member, bits) \
	case attribute: \
		if (pages->member || attr->length != count * ((bits) / 8)) \
			return -EBADMSG; \
		pages->member = attr->data; \
		return 0;
	V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
	default:
		return 0;
	}
}

static int parse(struct v2p *handle, const struct v2p_answer *answer, size_t count,
		 struct pages *pages)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length;
	struct v2p_attr attr;
	int ret;

	*pages = (struct pages){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		ret = read_attribute(&attr, count, pages);
		if (ret)
			break;
	}
	/* All else is younger than some module, or will be. */
	return ret || !pages->page_status ? v2p_fail_malformed(handle, "page") : 0;
}

/* One message, and its answer. */
static int ask(struct v2p *handle, const uint64_t *physical, size_t count,
	       struct v2p_page_info *to)
{
	struct v2p_request request;
	struct v2p_answer answer;
	struct iovec vectors[2];
	struct pages pages;
	size_t parts, i;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_PAGE);
	parts = v2p_request_put_array(&request, V2P_A_PHYSICAL, physical,
				      count * sizeof(*physical), vectors);
	ret = v2p_ask_by(handle, vectors, parts, handle->seq, V2P_CMD_PAGE, &answer);
	if (!ret)
		ret = parse(handle, &answer, count, &pages);
	for (i = 0; !ret && i < count; i++) {
		to[i] = (struct v2p_page_info){ .node = V2P_NO_NODE };
#define ARRAY(field, type, member, bits) \
		if (pages.member) { \
			memcpy(&to[i].member, pages.member + i * ((bits) / 8), (bits) / 8); \
			to[i].known |= known_##member; \
		}
		V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
	}
	return ret;
}

#define ARRAY(field, type, member, bits) \
	_Static_assert(sizeof(((struct v2p_page_info *)0)->member) == (bits) / 8, #member);
V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY

int v2p_page(struct v2p *handle, const uint64_t *physical, size_t count,
	     struct v2p_page_info *pages)
{
	size_t batch = V2P_MAX_PAGES, done = 0;
	int ret;
	V2P_CALL(call, handle);

	ret = call.error;
	if (!ret && count && (!physical || !pages))
		ret = v2p_fail(handle, -EINVAL, "no addresses, or no place for the pages");
	while (!ret && done < count) {
		const size_t part = count - done < batch ? count - done : batch;

		ret = ask(handle, physical + done, part, pages + done);
		if (!ret) {
			done += part;
		} else if (ret == -ENOMEM && part > SMALL_BATCH) {
			/* Memory is fragmented, but perhaps not so much. */
			batch = SMALL_BATCH;
			v2p_clear_error(handle);
			ret = 0;
		}
	}
	return ret;
}
