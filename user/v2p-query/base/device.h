/* SPDX-License-Identifier: GPL-2.0 */
/* What becomes of the addresses that a device uses. */
#ifndef V2P_QUERY_DEVICE_H
#define V2P_QUERY_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

/**
 * struct device - how a device's addresses are translated, all of them alike
 * @translation: enum v2p_device_translation
 * @format: enum v2p_table_format
 */
struct device {
	uint8_t translation;
	uint8_t format;
};

/* Is an address the physical one? */
static inline bool device_is_untranslated(const struct device *device)
{
	return device->translation == V2P_DEVICE_TRANSLATION_PASSTHROUGH ||
	       device->translation == V2P_DEVICE_TRANSLATION_DIRECT;
}

/* "passthrough", ...; "unknown" for what is newer than this program. */
const char *device_translation(const struct device *device);

/* The same of its page tables; NULL where none were read. */
const char *device_format(const struct device *device);

/* All of it, for people. */
const char *device_words(const struct device *device);

/* Why there is no page at an address. */
const char *device_missing(const struct device *device, struct v2p_target target,
			   uint64_t address, uint8_t status);

/* "pci/0000:03:00.0, PASID 5" */
#define DEVICE_TARGET (V2P_DEVICE_NAME_SIZE + 24)
void device_target(char text[DEVICE_TARGET], struct v2p_target target);

#endif /* V2P_QUERY_DEVICE_H */
