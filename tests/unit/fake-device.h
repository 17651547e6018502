/* SPDX-License-Identifier: GPL-2.0 */
/* Devices of the fake kernel. */
#ifndef FAKE_DEVICE_H
#define FAKE_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

/* Of the second, its IOMMU lets everything through, and of the third, nothing. */
#define FAKE_DEVICE "pci/0000:03:00.0"
#define FAKE_PASSTHROUGH "pci/0000:03:00.1"
#define FAKE_BLOCKED "pci/0000:03:00.2"
#define FAKE_DIRECT "platform/direct"
#define FAKE_ASKED "platform/asked"
/* One whose IOMMU is not known. */
#define FAKE_UNKNOWN "pci/0000:05:00.0"

/* Whether a device was asked for by the last request. */
bool fake_device_is_asked(void);

/* 0, or why the device of the last request cannot be asked, and in which words. */
int fake_device_refusal(const char **words);

/* What its IOMMU makes of an address, and its walk in all. */
struct v2p_translation fake_device_translation(uint64_t address);
void fake_device_walk(uint64_t address, struct v2p_walk *walk);

#endif /* FAKE_DEVICE_H */
