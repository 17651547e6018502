/* SPDX-License-Identifier: GPL-2.0 */
/* A connection by hand, for tests of what the wire refuses. */
#ifndef WIRE_FIXTURE_H
#define WIRE_FIXTURE_H

#include <string.h>

#include "../kselftest_harness.h"
#include "arch.h"
#include "wire.h"

static struct wire wire;

FIXTURE(wire)
{
	uint32_t max_batch;
	uint8_t virtual_bits;
};

FIXTURE_SETUP(wire)
{
	const uint8_t *virtual_bits;
	const uint32_t *max_batch;
	size_t length;

	ASSERT_EQ(0, wire_open(&wire));
	ASSERT_EQ(0, wire_info(&wire));
	max_batch = wire_get(&wire, V2P_A_MAX_BATCH, &length);
	ASSERT_NE(NULL, max_batch);
	self->max_batch = *max_batch;
	virtual_bits = wire_get(&wire, V2P_A_VIRTUAL_BITS, &length);
	ASSERT_NE(NULL, virtual_bits);
	self->virtual_bits = *virtual_bits;
}

FIXTURE_TEARDOWN(wire)
{
	wire_close(&wire);
}

/* Refused with an error, and with words that hold some. */
#define EXPECT_REFUSED(error, some) do { \
	EXPECT_EQ(-(error), wire_ask(&wire)); \
	EXPECT_NE(NULL, strstr(wire.words, some)) { \
		TH_LOG("\"%s\"", wire.words); \
	} \
	EXPECT_EQ(0, wire.reply_length); \
} while (0)

#endif /* WIRE_FIXTURE_H */
