// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "fake-device.h"
#include "fake-kernel.h"

static const struct {
	const char *name;
	uint8_t translation;
	uint8_t format;
} devices[] = {
	{ FAKE_DEVICE, V2P_DEVICE_TRANSLATION_TABLES, V2P_TABLE_FORMAT_VTD_SECOND_STAGE },
	{ FAKE_PASSTHROUGH, V2P_DEVICE_TRANSLATION_PASSTHROUGH, V2P_TABLE_FORMAT_UNKNOWN },
	{ FAKE_BLOCKED, V2P_DEVICE_TRANSLATION_BLOCKED, V2P_TABLE_FORMAT_UNKNOWN },
	{ FAKE_DIRECT, V2P_DEVICE_TRANSLATION_DIRECT, V2P_TABLE_FORMAT_UNKNOWN },
	{ FAKE_ASKED, V2P_DEVICE_TRANSLATION_ASKED, V2P_TABLE_FORMAT_UNKNOWN },
};

static int find(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (!strcmp(fake.device, devices[i].name))
			return i;
	return -1;
}

bool fake_device_is_asked(void)
{
	return *fake.device;
}

int fake_device_refusal(const char **words)
{
	if (fake.no_device) {
		*words = "Unsupported attribute";
		return -EINVAL;
	}
	if (!strcmp(fake.device, FAKE_UNKNOWN)) {
		*words = "the tables of this kind of IOMMU are not known";
		return -EOPNOTSUPP;
	}
	if (strncmp(fake.device, "pci/", 4) && strncmp(fake.device, "platform/", 9)) {
		*words = "no such bus: pci or platform";
		return -EINVAL;
	}
	*words = "no such device";
	return find() < 0 ? -ENODEV : 0;
}

static bool is_same(uint8_t translation)
{
	return translation == V2P_DEVICE_TRANSLATION_PASSTHROUGH ||
	       translation == V2P_DEVICE_TRANSLATION_DIRECT;
}

struct v2p_translation fake_device_translation(uint64_t address)
{
	const uint8_t translation = devices[find()].translation;
	struct v2p_translation answer = { .node = V2P_NO_NODE };

	if (!fake.has_pasid && address - 0xfee00000 < 0x100000) {
		answer.status = V2P_STATUS_INVALID;
	} else if (translation == V2P_DEVICE_TRANSLATION_BLOCKED) {
		answer.page_shift = 48;
	} else if (is_same(translation)) {
		answer.status = address >> 46 ? V2P_STATUS_INVALID : V2P_STATUS_MAPPED;
		answer.physical = address >> 46 ? 0 : address;
		answer.page_shift = address >> 46 ? 0 : 46;
		answer.flags = V2P_FLAG_PRESENT | V2P_FLAG_WRITE;
	} else {
		answer = fake_translation(address);
		if (answer.status != V2P_STATUS_MAPPED && answer.status != V2P_STATUS_INVALID)
			answer = (struct v2p_translation){
				.page_shift = answer.page_shift, .level = answer.level,
				.node = V2P_NO_NODE,
			};
	}
	return answer;
}

/* All entries of page tables may be written to, and at an odd page only that. */
static void add(struct v2p_walk *walk, uint8_t level, uint32_t index, uint8_t shift)
{
	walk->steps[walk->step_count] = (struct v2p_step){
		.entry_physical = 0x1234000 + walk->step_count * 0x5000 + index * 8,
		.entry = 0x70003 + walk->step_count, .index = index, .level = level,
		.shift = shift, .flags = V2P_FLAG_PRESENT | (shift ? V2P_FLAG_WRITE : 0),
	};
	walk->step_count++;
}

void fake_device_walk(uint64_t address, struct v2p_walk *walk)
{
	const int device = find();
	const uint8_t translation = devices[device].translation;
	uint8_t level = fake.has_pasid ? V2P_LEVEL_PGD : V2P_LEVEL_P4D, shift;

	*walk = (struct v2p_walk){
		.root = translation == V2P_DEVICE_TRANSLATION_DIRECT ||
			translation == V2P_DEVICE_TRANSLATION_ASKED ? 0 : 0x1234000,
		.translation = fake_device_translation(address),
		.device_translation = translation, .table_format = devices[device].format,
	};
	if (!walk->root || walk->translation.status == V2P_STATUS_INVALID)
		return;
	add(walk, V2P_LEVEL_ROOT_TABLE, 3, 0);
	add(walk, V2P_LEVEL_CONTEXT_TABLE, 0, 0);
	if (translation != V2P_DEVICE_TRANSLATION_TABLES)
		return;
	if (fake.has_pasid) {
		walk->table_format = V2P_TABLE_FORMAT_VTD_FIRST_STAGE;
		add(walk, V2P_LEVEL_PASID_DIRECTORY, fake.pasid >> 6, 0);
		add(walk, V2P_LEVEL_PASID_TABLE, fake.pasid & 63, 0);
	}
	for (; level < V2P_LEVEL_LEVEL_6; level--) {
		shift = 12 + 9 * level;
		add(walk, level, address >> shift & 511, shift);
		if (shift == walk->translation.page_shift)
			break;
	}
	if (address >> 12 & 1)
		walk->steps[walk->step_count - 1].flags |= V2P_FLAG_WRITE_ONLY;
}
