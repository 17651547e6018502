// SPDX-License-Identifier: GPL-2.0
#include <assert.h>
#include <string.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <v2p-layout.h>

#include "fake-device.h"
#include "fake-map.h"
#include "fake-space.h"

/* @changing was not 0 once. */
static bool changes;

void fake_settle(void)
{
	changes = false;
}

/* What an address has nothing more to say of is mapped, and what has 1 there is none. */
static unsigned int status_of(uint64_t address)
{
	unsigned int number = address >> 40 & 15;

	return number > V2P_STATUS_MAPPED ? number :
	       number ? V2P_STATUS_NONE : V2P_STATUS_MAPPED;
}

struct v2p_translation fake_translation(uint64_t address)
{
	struct v2p_translation translation = { .node = V2P_NO_NODE };
	uint64_t top = address >> 47;
	unsigned int status = status_of(address);

	if (fake.efi && address - 0xffffffef00000000 < 64ULL << 30) {
		translation.status = V2P_STATUS_NONE;
		translation.page_shift = 30;
		translation.level = V2P_LEVEL_PUD;
		return translation;
	}
	if ((top && top != 0x1ffff) || status > V2P_STATUS_MAX) {
		translation.status = V2P_STATUS_INVALID;
		return translation;
	}
	translation.status = status;
	translation.page_shift = address >> 39 & 1 ? 21 : 12;
	translation.level = address >> 39 & 1 ? V2P_LEVEL_PMD : V2P_LEVEL_PTE;
	translation.entry = address * 0x9e3779b97f4a7c15;
	if (status == V2P_STATUS_MAPPED) {
		translation.physical = ((address >> 12) * 0x9e3779b1 & 0xffffffe00) << 12 |
				       (address & ((1ULL << translation.page_shift) - 1));
		translation.flags = V2P_FLAG_PRESENT |
				    (address >> 12 & (V2P_FLAG_WRITE | V2P_FLAG_USER));
		translation.memory_type = address >> 13 & 7;
		translation.protection_key = address >> 15 & 15;
		translation.node = address >> 14 & 7 ? address >> 14 & 7 : V2P_NO_NODE;
		translation.page_kind = (address >> 12) % __V2P_PAGE_KIND_MAX;
	} else if (status != V2P_STATUS_NONE) {
		translation.swap_type = 3;
		translation.swap_offset = address >> 12 & 0xfffff;
	}
	return translation;
}

static bool is_changeable(uint64_t address, const struct v2p_translation *translation)
{
	return changes && translation->status == V2P_STATUS_NONE && address >> 12 & 1;
}

struct v2p_translation fake_settled(uint64_t address)
{
	return fake_translation(address & ~(15ULL << 40));
}

struct v2p_translation fake_answer(uint64_t address, bool *changing)
{
	struct v2p_translation translation =
		fake_device_is_asked() ? fake_device_translation(address) :
		fake.tables ? fake_map_translation(address) : fake_translation(address);

	changes |= fake.changing;
	if (!is_changeable(address, &translation))
		return translation;
	if (!fake.changing)
		return fake_settled(address);
	translation.flags |= V2P_FLAG_CHANGING;
	*changing = true;
	return translation;
}

void fake_walk(uint64_t address, struct v2p_walk *walk)
{
	static const uint8_t shifts[] = { 39, 30, 21, 12 };
	unsigned int i;

	*walk = (struct v2p_walk){ .root = 0x1234000, .translation = fake_translation(address) };
	if (walk->translation.status == V2P_STATUS_INVALID)
		return;
	for (i = 0; i < 4 && shifts[i] >= walk->translation.page_shift; i++) {
		struct v2p_step *step = &walk->steps[walk->step_count++];

		step->level = i ? V2P_LEVEL_PUD - (i - 1) : V2P_LEVEL_PGD;
		step->index = address >> shifts[i] & 511;
		step->entry_physical = (0x1234000 + i * 0x5000) + step->index * 8;
		step->entry = 0x8000000000000067 + i;
		step->flags = V2P_FLAG_PRESENT | V2P_FLAG_WRITE | (fake.isolated ? V2P_FLAG_USER : 0);
		/* What it leads to is data. */
		if (fake.isolated && (i ? i < 2 : fake.user_root))
			step->flags |= V2P_FLAG_EXEC;
	}
}

void fake_put(struct message *message, uint16_t type, const void *data, size_t length)
{
	struct nlattr attr = { .nla_len = NLA_HDRLEN + length, .nla_type = type };

	assert(message->length + NLA_HDRLEN + NLA_ALIGN(length) <= FAKE_MESSAGE);
	memcpy(message->bytes + message->length, &attr, sizeof(attr));
	if (length)
		memcpy(message->bytes + message->length + NLA_HDRLEN, data, length);
	message->length += NLA_HDRLEN + NLA_ALIGN(length);
}

void fake_put_words(struct message *message, const char *words)
{
	fake_put(message, NLMSGERR_ATTR_MSG, words, strlen(words) + 1);
}

#define PUT(message, type, value) fake_put(message, type, &(value), sizeof(value))

static size_t begin_nest(struct message *message, uint16_t type)
{
	fake_put(message, type | NLA_F_NESTED, NULL, 0);
	return message->length;
}

static void end_nest(struct message *message, size_t start)
{
	struct nlattr *attr = (struct nlattr *)(message->bytes + start - NLA_HDRLEN);

	attr->nla_len = NLA_HDRLEN + message->length - start;
}

void fake_fill_info(struct message *message)
{
	static const uint8_t levels[][3] = {
		{ V2P_LEVEL_PGD, 39, 9 }, { V2P_LEVEL_PUD, 30, 9 },
		{ V2P_LEVEL_PMD, 21, 9 }, { V2P_LEVEL_PTE, 12, 9 },
	};
	static const uint8_t page_shift = 12, physical_bits = 46, virtual_bits = 48;
	const uint32_t features = V2P_FEATURE_SOFT_DIRTY | V2P_FEATURE_GUARD |
				  (fake.isolated ? V2P_FEATURE_USER_ROOT : 0);
	unsigned int i;

	fake_put(message, V2P_A_MODULE_VERSION, fake.version, strlen(fake.version) + 1);
	fake_put(message, V2P_A_ARCH, fake.arch, strlen(fake.arch) + 1);
	PUT(message, V2P_A_BASE_PAGE_SHIFT, page_shift);
	PUT(message, V2P_A_PHYSICAL_BITS, physical_bits);
	PUT(message, V2P_A_VIRTUAL_BITS, virtual_bits);
	PUT(message, V2P_A_FEATURES, features);
	PUT(message, V2P_A_MAX_BATCH, fake.max_batch);
	for (i = 0; i < 4; i++) {
		size_t nest = begin_nest(message, V2P_A_PAGING_LEVEL);

		PUT(message, V2P_A_PAGING_LEVEL_LEVEL, levels[i][0]);
		PUT(message, V2P_A_PAGING_LEVEL_SHIFT, levels[i][1]);
		PUT(message, V2P_A_PAGING_LEVEL_BITS, levels[i][2]);
		end_nest(message, nest);
	}
}

static void fill_identity(struct message *message)
{
	static const uint64_t identities[3][2] = { { 123, 1 }, { 456, 1 }, { 123, 2 } };
	static const uint64_t none[2];
	const uint64_t *identity = identities[0];

	if (fake.replaced_after == 1)
		identity = identities[fake.by_exec ? 2 : 1];
	else if (fake.replaced_after)
		fake.replaced_after--;
	fake_put(message, V2P_A_IDENTITY, fake.kernel ? none : identity, sizeof(none));
}

void fake_fill_arrays(struct message *message, const unsigned char *addresses, size_t count,
		     uint32_t fields)
{
#define ARRAY(field, type, member, bits) uint##bits##_t member[8192];
	static struct { V2P_TRANSLATE_ARRAYS(ARRAY) } a;
#undef ARRAY
	bool changing = false;
	size_t i;

	assert(count <= 8192);
	for (i = 0; i < count; i++) {
		struct v2p_translation t;
		uint64_t address;

		memcpy(&address, addresses + i * sizeof(address), sizeof(address));
		t = fake_answer(address, &changing);
#define SET(field, type, member, bits) a.member[i] = t.member;
		V2P_TRANSLATE_ARRAYS(SET)
#undef SET
	}
#define PUT_ARRAY(field, type, member, bits) \
	if (!(field) || fields & (field)) \
		fake_put(message, type, a.member, count * ((bits) / 8));
	V2P_TRANSLATE_ARRAYS(PUT_ARRAY)
#undef PUT_ARRAY
	if (fields & V2P_FIELD_IDENTITY)
		fill_identity(message);
	if (changing) {
		fake_put(message, V2P_A_CHANGING, NULL, 0);
		fake.changing--;
	}
}

void fake_fill_walk(struct message *message, const unsigned char *bytes)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t address;
	unsigned int i;

	memcpy(&address, bytes, sizeof(address));
	if (fake_device_is_asked())
		fake_device_walk(address, &walk);
	else
		fake_walk(address, &walk);
	PUT(message, V2P_A_ROOT, walk.root);
	for (i = 0; i < walk.step_count; i++) {
		size_t nest = begin_nest(message, V2P_A_STEP);

		PUT(message, V2P_A_STEP_LEVEL, walk.steps[i].level);
		PUT(message, V2P_A_STEP_INDEX, walk.steps[i].index);
		fake_put(message, V2P_A_STEP_PAD, NULL, 0);
		PUT(message, V2P_A_STEP_ENTRY_PHYSICAL, walk.steps[i].entry_physical);
		PUT(message, V2P_A_STEP_ENTRY, walk.steps[i].entry);
		PUT(message, V2P_A_STEP_FLAGS, walk.steps[i].flags);
		if (fake_device_is_asked() && walk.steps[i].shift)
			PUT(message, V2P_A_STEP_SHIFT, walk.steps[i].shift);
		end_nest(message, nest);
	}
	fake_fill_arrays(message, bytes, 1, ~(V2P_FIELD_IDENTITY | FAKE_PAGE_FIELDS));
	if (fake_device_is_asked()) {
		PUT(message, V2P_A_DEVICE_TRANSLATION, walk.device_translation);
		PUT(message, V2P_A_TABLE_FORMAT, walk.table_format);
	}
}

void fake_fill_open(struct message *message)
{
	const uint32_t fd = fake_space_open();

	PUT(message, V2P_A_FD, fd);
	fill_identity(message);
}

uint64_t fake_per_cpu_offset(uint32_t cpu)
{
	return 0xffff800000000000 + cpu * 0x10000;
}

void fake_fill_cpus(struct message *message, uint32_t from)
{
	uint32_t cpus[64], count = 0, cpu, end = 64 - __builtin_clzll(fake.cpus);
	uint64_t offsets[64];

	for (cpu = from; cpu < end && count < fake.cpus_per_message; cpu++) {
		if (!(fake.cpus >> cpu & 1))
			continue;
		cpus[count] = cpu;
		offsets[count++] = fake_per_cpu_offset(cpu);
	}
	fake_put(message, V2P_A_CPUS, cpus, count * sizeof(*cpus));
	fake_put(message, V2P_A_PAD, NULL, 0);
	fake_put(message, V2P_A_PER_CPU_OFFSETS, offsets, count * sizeof(*offsets));
	PUT(message, V2P_A_CPU_COUNT, end);
}

/* All different, for each page and in each byte. */
struct v2p_page_info fake_page(uint64_t physical)
{
	const uint64_t frame = physical >> 12;

	return (struct v2p_page_info){
		.file_device = 0x0123456700000000 + frame, .file_inode = 0x89abcdef00000000 + frame,
		.file_offset = 0xfedcba9800000000 + frame, .node = 0x71000000 + frame,
		.folio_index = 0x82000000 + frame, .references = 0x93000000 + frame,
		.page_status = frame % 4, .page_kind = frame % 17, .zone = frame % 7,
		.folio_order = frame % 19, .known = (V2P_PAGE_KNOWN_FOLIO_ORDER << 1) - 1,
	};
}

void fake_fill_pages(struct message *message, const unsigned char *physical, size_t count)
{
#define ARRAY(field, type, member, bits) { \
		static uint##bits##_t member[V2P_MAX_PAGES]; \
		for (i = 0; i < count; i++) \
			member[i] = pages[i].member; \
		fake_put(message, V2P_A_PAD, NULL, 0); \
		if (fake.page_without != (type)) \
			fake_put(message, type, member, count * sizeof(*member)); \
	}
	static struct v2p_page_info pages[V2P_MAX_PAGES];
	uint64_t address;
	size_t i;

	for (i = 0; i < count; i++) {
		memcpy(&address, physical + i * sizeof(address), sizeof(address));
		if (!fake_page_played(address, &pages[i]))
			pages[i] = fake_page(address);
	}
	V2P_PAGE_ARRAYS(ARRAY)
#undef ARRAY
}

const struct v2p_region_range fake_regions[FAKE_REGIONS] = {
	/* The first ends in an extent's middle. */
	{ 0xffff800100000000, 0xc02000, V2P_REGION_DIRECT_MAP, { 0 } },
	{ 0xffff800100c02000, 0x2000000, V2P_REGION_VMALLOC, { 0 } },
	{ 0xffff800103000000, 0x400000, 200, { 0 } },
	{ 0xffff800103800000, 0x400000, V2P_REGION_VMEMMAP, { 0 } },
	{ 0xffffffff80000000, 0x20000000, V2P_REGION_TEXT, { 0 } },
	{ 0xffffffffa0000000, 0x5f000000, V2P_REGION_MODULES, { 0 } },
	/* Up to the last address that there is. */
	{ 0xffffffffff200000, 0xe00000, V2P_REGION_FIXMAP, { 0 } },
};

void fake_fill_regions(struct message *message)
{
	uint64_t starts[FAKE_REGIONS], lengths[FAKE_REGIONS];
	uint8_t regions[FAKE_REGIONS];
	unsigned int i;

	for (i = 0; i < FAKE_REGIONS; i++) {
		starts[i] = fake_regions[i].start;
		lengths[i] = fake_regions[i].length;
		regions[i] = fake_regions[i].region;
		if (fake.kasan && regions[i] == V2P_REGION_VMEMMAP)
			regions[i] = V2P_REGION_KASAN;
	}
	fake_put(message, V2P_A_PAD, NULL, 0);
	fake_put(message, V2P_A_VIRTUAL, starts, sizeof(starts));
	fake_put(message, V2P_A_LENGTH, lengths, sizeof(lengths));
	fake_put(message, V2P_A_REGION, regions, sizeof(regions));
}
