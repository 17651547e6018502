// SPDX-License-Identifier: GPL-2.0
/* Questions about devices that the wire refuses, and a device of every machine's. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "any_device.h"
#include "caps.h"
#include "child.h"
#include "wire_fixture.h"

enum how { TRANSLATE, WALK, MAP, DUMP, HOWS };

/* Without a target, which is put after it. */
static void begin(enum how how)
{
	static const uint8_t commands[] = {
		[TRANSLATE] = V2P_CMD_TRANSLATE, [WALK] = V2P_CMD_WALK, [MAP] = V2P_CMD_MAP,
		[DUMP] = V2P_CMD_MAP,
	};

	wire_begin(&wire, commands[how]);
	if (how == TRANSLATE)
		wire_put_u64(&wire, V2P_A_VIRTUAL, 0x1000);
	else if (how == WALK)
		wire_put_u64(&wire, V2P_A_ADDRESS, 0x1000);
	else
		wire_put_range(&wire, 0x1000, 4096);
}

static void put_device(const char *name)
{
	wire_put(&wire, V2P_A_DEVICE, name, strlen(name) + 1);
}

static int ask(enum how how)
{
	int ret;

	if (how != DUMP)
		return wire_ask(&wire);
	ret = wire_dump(&wire);
	while (!ret && wire_next(&wire) == 1)
		;
	return wire.error;
}

TEST_F(wire, names_that_are_none)
{
	static const char *const names[] = {
		"", "/", "pci", "pci/", "/0000:00:00.0", "0000:00:00.0", "pciX/0000:00:00.0",
		"usb/1-1", "PCI/0000:00:00.0", "pci\\0000:00:00.0",
	};
	unsigned int i, how;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		for (how = 0; how < HOWS; how++) {
			begin(how);
			put_device(names[i]);
			EXPECT_EQ(-EINVAL, ask(how)) {
				TH_LOG("\"%s\": %d (%s)", names[i], wire.error, wire.words);
			}
		}
	}
}

TEST_F(wire, names_of_nothing)
{
	static const char *const names[] = {
		"pci/0000:ff:1f.7", "pci/ffff:00:00.0", "pci/x", "platform/x", "pci/..",
		"pci/0000:00:00.0/", "platform/../pci0000:00", "pci//",
	};
	unsigned int i, how;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		for (how = 0; how < HOWS; how++) {
			begin(how);
			put_device(names[i]);
			EXPECT_EQ(-ENODEV, ask(how)) {
				TH_LOG("\"%s\": %d (%s)", names[i], wire.error, wire.words);
			}
		}
	}
	begin(WALK);
	put_device(names[0]);
	EXPECT_REFUSED(ENODEV, "no such device");
}

TEST_F(wire, names_that_are_too_long)
{
	char name[256] = "platform/";
	unsigned int how;

	memset(name + strlen(name), 'x', 127 - strlen(name));
	for (how = 0; how < HOWS; how++) {
		begin(how);
		put_device(name);
		EXPECT_EQ(-ENODEV, ask(how));
	}
	name[127] = 'x';
	for (how = 0; how < HOWS; how++) {
		begin(how);
		put_device(name);
		EXPECT_EQ(-EINVAL, ask(how)) {
			TH_LOG("%d (%s)", wire.error, wire.words);
		}
	}
	/* Nor one that does not end. */
	begin(TRANSLATE);
	wire_put(&wire, V2P_A_DEVICE, name, 128);
	EXPECT_EQ(-EINVAL, ask(TRANSLATE));
}

TEST_F(wire, several_targets)
{
	unsigned int how;

	for (how = 0; how < HOWS; how++) {
		begin(how);
		put_device("pci/0000:00:00.0");
		wire_put(&wire, V2P_A_KERNEL, NULL, 0);
		EXPECT_EQ(-EINVAL, ask(how));
		begin(how);
		put_device("pci/0000:00:00.0");
		wire_put_u32(&wire, V2P_A_PID, getpid());
		EXPECT_EQ(-EINVAL, ask(how));
		begin(how);
		put_device("pci/0000:00:00.0");
		wire_put(&wire, V2P_A_USER_ROOT, NULL, 0);
		EXPECT_EQ(-EINVAL, ask(how));
		/* A PASID is a device's, and has 20 bits. */
		begin(how);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u32(&wire, V2P_A_PASID, 1);
		EXPECT_EQ(-EINVAL, ask(how));
		begin(how);
		put_device("pci/0000:00:00.0");
		wire_put_u32(&wire, V2P_A_PASID, 1 << 20);
		EXPECT_EQ(-EINVAL, ask(how));
	}
	begin(WALK);
	put_device("pci/0000:00:00.0");
	wire_put_u32(&wire, V2P_A_PASID, 1 << 20);
	EXPECT_REFUSED(EINVAL, "20 bits");
	begin(WALK);
	wire_put(&wire, V2P_A_KERNEL, NULL, 0);
	wire_put_u32(&wire, V2P_A_PASID, 1);
	EXPECT_REFUSED(EINVAL, "pasid");
}

/* Not even of the asker's own is there a descriptor. */
TEST_F(wire, no_descriptor)
{
	wire_begin(&wire, V2P_CMD_OPEN);
	put_device("pci/0000:00:00.0");
	EXPECT_EQ(-EOPNOTSUPP, wire_ask(&wire));
}

TEST_F(wire, devices_of_every_machine)
{
	static const char *const buses[] = { "pci", "platform" };
	unsigned int i, how;
	char name[ANY_DEVICE];

	for (i = 0; i < 2; i++) {
		if (!any_device_of(buses[i], name))
			continue;
		for (how = 0; how < HOWS; how++) {
			begin(how);
			put_device(name);
			EXPECT_EQ(0, ask(how)) {
				TH_LOG("%s: %d (%s)", name, wire.error, wire.words);
			}
		}
	}
}

static int ask_as_nobody(void *name)
{
	unsigned int how, refused = 0;

	if (!become_nobody())
		return 255;
	for (how = 0; how < HOWS; how++) {
		begin(how);
		put_device(name);
		refused += ask(how) == -EPERM;
	}
	return refused;
}

/* Who has no right does not learn whether there is such a device. */
TEST_F(wire, nobody)
{
	char name[ANY_DEVICE];

	EXPECT_EQ(HOWS, in_child(ask_as_nobody, "pci/ffff:00:00.0"));
	ASSERT_TRUE(any_device_of("platform", name));
	EXPECT_EQ(HOWS, in_child(ask_as_nobody, name));
}

TEST_HARNESS_MAIN
