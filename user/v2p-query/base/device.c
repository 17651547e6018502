// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/device.h"
#include "base/target.h"

/* Where x86 has the addresses that interrupts are written to, by devices too. */
#define INTERRUPTS 0xfee00000
#define INTERRUPTS_SIZE 0x100000

const char *device_translation(const struct device *device)
{
	const char *name = v2p_device_translation_name(device->translation);

	return name ? name : "unknown";
}

const char *device_format(const struct device *device)
{
	return device->format == V2P_TABLE_FORMAT_UNKNOWN ? NULL :
							    v2p_table_format_name(device->format);
}

static const char *table_words(uint8_t format)
{
	switch (format) {
	case V2P_TABLE_FORMAT_VTD_SECOND_STAGE:
		return "VT-d, second-stage tables";
	case V2P_TABLE_FORMAT_VTD_FIRST_STAGE:
		return "VT-d, first-stage tables";
	case V2P_TABLE_FORMAT_AMD_V1:
		return "AMD's IOMMU, its own tables (v1)";
	case V2P_TABLE_FORMAT_AMD_V2:
		return "AMD's IOMMU, tables like the processor's (v2)";
	default:
		return "page tables of an IOMMU";
	}
}

const char *device_words(const struct device *device)
{
	switch (device->translation) {
	case V2P_DEVICE_TRANSLATION_TABLES:
		return table_words(device->format);
	case V2P_DEVICE_TRANSLATION_PASSTHROUGH:
		return "passthrough: each address is the physical one";
	case V2P_DEVICE_TRANSLATION_BLOCKED:
		return "blocked: the IOMMU refuses every address";
	case V2P_DEVICE_TRANSLATION_DIRECT:
		return "direct: no IOMMU, or it is off: each address is the physical one";
	case V2P_DEVICE_TRANSLATION_ASKED:
		return "asked of the IOMMU's driver, which tells no page sizes, no rights and nothing of physical address 0";
	default:
		return "a translation that is newer than this program";
	}
}

const char *device_missing(const struct device *device, struct v2p_target target,
			   uint64_t address, uint8_t status)
{
	if (status == V2P_STATUS_INVALID && !target_has_pasid(target) &&
	    address - INTERRUPTS < INTERRUPTS_SIZE)
		return "interrupts are written to 0xfee00000-0xfeefffff, no memory is there";
	if (status == V2P_STATUS_INVALID)
		return "outside of what the IOMMU translates, or of physical memory's addresses";
	if (status != V2P_STATUS_NONE)
		return "a status that is newer than this program";
	switch (device->translation) {
	case V2P_DEVICE_TRANSLATION_BLOCKED:
		return "the IOMMU refuses every address of this device";
	case V2P_DEVICE_TRANSLATION_ASKED:
		return "the IOMMU's driver tells of no page here, or of one at physical address 0";
	default:
		return "the entry is empty, the device may not use this address";
	}
}

void device_target(char text[DEVICE_TARGET], struct v2p_target target)
{
	const int used = snprintf(text, DEVICE_TARGET, "%.127s", target.name);

	if (target_has_pasid(target))
		snprintf(text + used, DEVICE_TARGET - used, ", PASID %u", (unsigned int)target.id);
}
