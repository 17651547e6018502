/* SPDX-License-Identifier: GPL-2.0 */
/* The oracle's device, for which it maps memory; the kernel's word on it, and a connection. */
#ifndef DEVICE_FIXTURE_H
#define DEVICE_FIXTURE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../kselftest_harness.h"
#include "compared.h"
#include "device.h"
#include "files.h"
#include "iova.h"
#include "oracle.h"
#include "sizes.h"
#include "vfio.h"

/* Seconds that a test may take where the machine is emulated. */
#define PATIENCE 300

/* The largest that the oracle maps at once. */
#define MOST (2UL << 20)

/* What is as large, and in one piece, an entry of the table above the lowest maps. */
#define LARGE_SHIFT 21

#define EDU 0x1234, 0x11e8

/* Told once, not of each test. */
static __attribute__((constructor)) void need_device(void)
{
	char name[24];

	if (device_find(EDU, name, sizeof(name)))
		return;
	ksft_print_header();
	ksft_exit_skip("no device to map memory for: QEMU's edu, by --iommu\n");
}

FIXTURE(device)
{
	int oracle;
	enum device_kind kind;
	char name[24];
	char target[32];
};

static struct wire wire;

FIXTURE_SETUP(device)
{
	ASSERT_EQ(0, wire_open(&wire));
	self->oracle = oracle_open();
	ASSERT_LE(0, self->oracle);
	ASSERT_TRUE(device_find(EDU, self->name, sizeof(self->name)));
	/* A test that failed may have left it to another driver, or to none. */
	if (oracle_dma_device(self->oracle, self->name, sizeof(self->name)))
		vfio_unbind(self->name);
	ASSERT_EQ(0, oracle_dma_device(self->oracle, self->name, sizeof(self->name)));
	self->kind = device_kind(self->name);
	snprintf(self->target, sizeof(self->target), "pci/%s", self->name);
}

FIXTURE_TEARDOWN(device)
{
	close(self->oracle);
	wire_close(&wire);
}

#define DEVICE_TEST(name) TEST_F_TIMEOUT(device, name, PATIENCE)

/* Without an IOMMU every address is mapped, and without tables nothing is told of holes. */
static inline bool has_tables(enum device_kind kind)
{
	return kind == DEVICE_VTD || kind == DEVICE_AMD;
}

#define NEED_TABLES() \
	do { \
		if (!has_tables(self->kind)) \
			SKIP(return, "the device's addresses are not translated by tables that v2p reads"); \
	} while (0)

/* Of other IOMMUs, v2p has the kernel asked only where it was allowed to. */
#define NEED_ANSWERS() \
	do { \
		struct iova_answer some; \
		if (self->kind == DEVICE_OTHER && \
		    iova_translate_one(&wire, self->target, 0, &some) == -EOPNOTSUPP) \
			SKIP(return, "%s", wire.words); \
	} while (0)

#define ASSERT_MAP(kind, direction, length, id) \
	ASSERT_EQ(0, oracle_dma_map(self->oracle, kind, direction, length, id))

#endif /* DEVICE_FIXTURE_H */
