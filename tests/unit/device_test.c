// SPDX-License-Identifier: GPL-2.0
/* A device as a target of the library. */
#include <errno.h>
#include <string.h>

#include <v2p.h>

#include "fake-device.h"
#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define MANY 5000

static uint64_t addresses[MANY];
static uint8_t status[MANY];

static const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };

/* Of 127 bytes with its bus, and of one more. */
static char longest[V2P_DEVICE_NAME_SIZE], longer[V2P_DEVICE_NAME_SIZE + 1];

static void fill_names(void)
{
	memset(longest, 'n', sizeof(longest) - 1);
	memset(longer, 'n', sizeof(longer) - 1);
	memcpy(longest, "platform/", strlen("platform/"));
	memcpy(longer, "platform/", strlen("platform/"));
}

static void test_names(void)
{
	static const struct {
		const char *name;
		const char *whole;
	} cases[] = {
		{ "pci/0000:03:00.0", "pci/0000:03:00.0" }, { "0000:03:00.0", "pci/0000:03:00.0" },
		{ "03:00.0", "pci/0000:03:00.0" }, { "pci/03:00.0", "pci/0000:03:00.0" },
		{ "AB:1F.7", "pci/0000:ab:1f.7" }, { "10000:e1:00.0", "pci/10000:e1:00.0" },
		{ "platform/ABC:00", "platform/ABC:00" }, { "usb/1-1", "usb/1-1" },
		{ longest, longest }, { longer, NULL }, { NULL, NULL }, { "", NULL },
		{ "/", NULL }, { "pci/", NULL }, { "/x", NULL }, { "platform", NULL },
		{ "3:00.0", NULL }, { "03:00.00", NULL }, { "03:00", NULL }, { "03:0g.0", NULL },
		{ "03-00.0", NULL }, { "pci/devices/03:00.0", NULL }, { "a/b/c", NULL },
	};
	char whole[V2P_DEVICE_NAME_SIZE];
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const int ret = v2p_device_name(cases[i].name, whole);

		ok(cases[i].whole ? !ret && !strcmp(whole, cases[i].whole) : ret == -EINVAL,
		   "%s: %s", cases[i].name ? cases[i].name : "NULL", ret ? "none" : whole);
	}
}

static void test_checks(void)
{
	struct v2p_target targets[] = {
		v2p_device(NULL), v2p_device(""), v2p_device("foo"), v2p_device(longer),
		v2p_device_pasid("03:00.0", V2P_MAX_PASID + 1), v2p_device("03:00.0"),
		v2p_device("03:00.0"), v2p_device("03:00.0"),
	};
	struct v2p *v2p = start();
	struct v2p_walk walk = { .size = sizeof(walk) };
	unsigned int i, requests;
	uint64_t physical;

	targets[5].flags = 2;
	targets[6].id = 1;
	targets[7].reserved[3] = 1;
	requests = fake.requests;
	for (i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		ok(v2p_translate(v2p, targets[i], addresses, 1, &arrays) == -EINVAL &&
		   v2p_get_walk(v2p, targets[i], 0, &walk) == -EINVAL &&
		   v2p_space_open(v2p, targets[i]) == -EINVAL &&
		   v2p_virtual_to_physical(v2p, targets[i], 0, &physical) == -EINVAL,
		   "target %u: %s", i, v2p_error(v2p));
	same_number(fake.requests, requests, "the module is not asked");
	same_number(-v2p_space_open(v2p, v2p_device("03:00.0")), EOPNOTSUPP,
		    "it is no address space that can be opened");
	ok(strstr(v2p_error(v2p), "cannot be opened") != NULL, "%s", v2p_error(v2p));
	v2p_close(v2p);
}

static int count_extents(const struct v2p_extent *extent, void *data)
{
	size_t *count = data;

	(void)extent;
	++*count;
	return 0;
}

static bool is_asked(bool has_pasid)
{
	const bool is = !strcmp(fake.device, FAKE_DEVICE) && fake.has_pasid == has_pasid &&
			fake.pasid == (has_pasid ? V2P_MAX_PASID : 0) && !fake.pid &&
			!fake.kernel && fake.known_flags & V2P_FLAG_WRITE_ONLY;

	*fake.device = '\0';
	return is;
}

/* What each call sends; the longest request there is, too. */
static void test_requests(struct v2p_target target, bool has_pasid)
{
	const struct v2p_physical_range all = { 0, UINT64_MAX };
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p *v2p = start();
	uint64_t physical;
	size_t count = 0;

	ok(!v2p_virtual_to_physical(v2p, target, 0x1234, &physical) && is_asked(has_pasid),
	   "one address, %d", has_pasid);
	ok(!v2p_translate(v2p, target, addresses, MANY, &arrays) && is_asked(has_pasid), "many");
	ok(!v2p_get_walk(v2p, target, 0x1234, &walk) && is_asked(has_pasid), "a walk");
	ok(!v2p_map(v2p, target, &range, count_extents, &count) && count == fake.extents &&
	   is_asked(has_pasid), "all extents");
	range.start = 0x7000;
	range.length = 0x1000;
	range.states = 1U << V2P_STATUS_MAPPED | 1U << V2P_STATUS_NONE;
	range.page_shifts = 1 << 12;
	range.with_flags = V2P_FLAG_WRITE;
	range.without_flags = V2P_FLAG_WRITE_ONLY;
	range.memory_types = 1;
	range.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_LEVEL;
	range.merge = 1;
	range.physical = &all;
	range.physical_count = 1;
	ok(!v2p_map(v2p, target, &range, count_extents, &count) && is_asked(has_pasid) &&
	   fake.range.without_flags == V2P_FLAG_WRITE_ONLY, "a range, with all there is");
	v2p_close(v2p);
}

/* As many bytes as the module takes; the name and all that may stand behind it. */
static void test_longest(void)
{
	const struct v2p_physical_range all = { 0, UINT64_MAX };
	struct v2p_range range = {
		.size = sizeof(range), .start = 0x7000, .length = 0x1000, .states = 1,
		.page_shifts = 1, .with_flags = 1, .without_flags = 2, .memory_types = 1,
		.fields = V2P_FIELD_LEVEL, .merge = 1, .physical = &all, .physical_count = 1,
	};
	struct v2p *v2p = start();
	size_t count = 0;

	same_number(-v2p_map(v2p, v2p_device_pasid(longest, 5), &range, count_extents, &count),
		    ENODEV, "the longest name there can be");
	same_text(fake.device, longest, "all of it is sent");
	same_text(v2p_error(v2p), "no such device", "the module's words");
	v2p_close(v2p);
}

static bool is_walk(const struct v2p_walk *walk, const uint8_t *levels, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < walk->step_count && i < count; i++)
		if (walk->steps[i].level != levels[i] ||
		    walk->steps[i].shift != (levels[i] > V2P_LEVEL_PGD ? 0 : 12 + 9 * levels[i]))
			return false;
	return walk->step_count == count;
}

static void test_walks(void)
{
	static const uint8_t nine[] = {
		V2P_LEVEL_ROOT_TABLE, V2P_LEVEL_CONTEXT_TABLE, V2P_LEVEL_PASID_DIRECTORY,
		V2P_LEVEL_PASID_TABLE, V2P_LEVEL_PGD, V2P_LEVEL_P4D, V2P_LEVEL_PUD,
		V2P_LEVEL_PMD, V2P_LEVEL_PTE,
	};
	static const uint8_t six[] = {
		V2P_LEVEL_ROOT_TABLE, V2P_LEVEL_CONTEXT_TABLE, V2P_LEVEL_P4D, V2P_LEVEL_PUD,
		V2P_LEVEL_PMD, V2P_LEVEL_PTE,
	};
	struct v2p_walk walk = { .size = sizeof(walk) };
	struct v2p *v2p = start();
	uint64_t offsets[V2P_MAX_STEPS + 1];

	ok(!v2p_get_walk(v2p, v2p_device("03:00.0"), 0x1234, &walk) && is_walk(&walk, six, 6),
	   "six steps");
	ok(walk.device_translation == V2P_DEVICE_TRANSLATION_TABLES &&
	   walk.table_format == V2P_TABLE_FORMAT_VTD_SECOND_STAGE, "by VT-d's own tables");
	ok(walk.steps[5].flags & V2P_FLAG_WRITE_ONLY, "that the device may not read there");
	ok(!v2p_get_walk(v2p, v2p_device_pasid("03:00.0", 77), 0x1234, &walk) &&
	   is_walk(&walk, nine, 9), "nine with a PASID");
	same_number(walk.table_format, V2P_TABLE_FORMAT_VTD_FIRST_STAGE, "by the other tables");
	same_number(walk.steps[3].index, 77 & 63, "in which it has its place");
	same_number(v2p_translation_physical_offsets(v2p, v2p_device_pasid("03:00.0", 77), 0x1234,
						     offsets, V2P_MAX_STEPS + 1), 10,
		    "where each of them stands");

	ok(!v2p_get_walk(v2p, v2p_device(FAKE_PASSTHROUGH), 0x1234, &walk) &&
	   is_walk(&walk, six, 2) && walk.translation.physical == 0x1234 &&
	   walk.device_translation == V2P_DEVICE_TRANSLATION_PASSTHROUGH, "passthrough");
	ok(!v2p_get_walk(v2p, v2p_device(FAKE_BLOCKED), 0x1234, &walk) &&
	   is_walk(&walk, six, 2) && walk.translation.status == V2P_STATUS_NONE &&
	   walk.device_translation == V2P_DEVICE_TRANSLATION_BLOCKED, "blocked");
	ok(!v2p_get_walk(v2p, v2p_device(FAKE_DIRECT), 0x1234, &walk) && !walk.step_count &&
	   walk.translation.physical == 0x1234 &&
	   walk.device_translation == V2P_DEVICE_TRANSLATION_DIRECT, "no IOMMU");
	ok(!v2p_get_walk(v2p, v2p_device(FAKE_DIRECT), 0xfee00000, &walk) &&
	   walk.translation.status == V2P_STATUS_INVALID, "where interrupts are written to");
	ok(!v2p_get_walk(v2p, v2p_pid(1), 0x1234, &walk) && !walk.device_translation &&
	   !walk.table_format && !walk.steps[0].shift, "a process's walk has none of it");
	v2p_close(v2p);
}

static void test_refused(void)
{
	static const struct {
		const char *name;
		int error;
		const char *words;
	} cases[] = {
		{ "09:00.0", ENODEV, "no such device" }, { "usb/1-1", EINVAL, "no such bus" },
		{ FAKE_UNKNOWN, EOPNOTSUPP, "kind of IOMMU" },
	};
	struct v2p *v2p = start();
	uint64_t physical;
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		same_number(-v2p_virtual_to_physical(v2p, v2p_device(cases[i].name), 0, &physical),
			    cases[i].error, cases[i].name);
		ok(strstr(v2p_error(v2p), cases[i].words) != NULL, "%s", v2p_error(v2p));
	}
	fake.no_device = true;
	same_number(-v2p_virtual_to_physical(v2p, v2p_device("03:00.0"), 0, &physical), EINVAL,
		    "an older module");
	ok(strstr(v2p_error(v2p), "load a newer one") != NULL, "%s", v2p_error(v2p));
	v2p_close(v2p);
}

int main(void)
{
	fill_addresses(addresses, MANY);
	fill_names();
	test_names();
	test_checks();
	test_requests(v2p_device("03:00.0"), false);
	test_requests(v2p_device_pasid(FAKE_DEVICE, V2P_MAX_PASID), true);
	test_longest();
	test_walks();
	test_refused();
	fake_reset();
	return tap_end();
}
