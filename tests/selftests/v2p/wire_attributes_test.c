// SPDX-License-Identifier: GPL-2.0
/* Attributes that are unknown, of a wrong size, mangled, or there twice. */
#include <errno.h>
#include <linux/netlink.h>
#include <sys/mman.h>
#include <unistd.h>

#include "concurrent.h"
#include "fixture.h"
#include "wire_fixture.h"

TEST_F(wire, unknown_attribute)
{
	static const uint16_t attributes[] = { V2P_A_MAX + 1, 200, V2P_A_PHYSICAL,
					       V2P_A_ADDRESS, V2P_A_STATUS };
	unsigned int i;

	for (i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		wire_begin(&wire, V2P_CMD_TRANSLATE);
		wire_put_u32(&wire, V2P_A_PID, getpid());
		wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
		wire_put_u64(&wire, attributes[i], 0);
		EXPECT_REFUSED(EINVAL, "ttribute");
	}
}

TEST_F(wire, attributes_of_a_wrong_size)
{
	const char bytes[9] = {};

	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put(&wire, V2P_A_PID, bytes, 3);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_GT(0, wire_ask(&wire));
	wire_begin(&wire, V2P_CMD_WALK);
	wire_put_u32(&wire, V2P_A_PID, getpid());
	wire_put(&wire, V2P_A_ADDRESS, bytes, 7);
	EXPECT_GT(0, wire_ask(&wire));
	wire_begin(&wire, V2P_CMD_TRANSLATE);
	wire_put(&wire, V2P_A_KERNEL, bytes, 4);
	wire_put_u64(&wire, V2P_A_VIRTUAL, 0);
	EXPECT_GT(0, wire_ask(&wire));
}

/**
 * struct attribute - an attribute of a request
 * @command: of which
 * @type: which
 * @length: of what is in it; flags have nothing
 * @value: what is in it
 * @other: what is answered otherwise
 */
struct attribute {
	uint8_t command;
	uint16_t type;
	uint16_t length;
	uint64_t value;
	uint64_t other;
};

/* A request with all attributes but one, which it is for, and but flags. */
static void begin_without(const struct attribute *all, size_t count,
			  const struct attribute *one)
{
	size_t i;

	wire_begin(&wire, one->command);
	for (i = 0; i < count; i++) {
		if (all[i].command != one->command || &all[i] == one || !all[i].length ||
		    (one->type == V2P_A_KERNEL && all[i].type == V2P_A_PID))
			continue;
		wire_put(&wire, all[i].type, &all[i].value, all[i].length);
	}
}

/* What tells one answer from another, of pages that may be accessed meanwhile. */
struct answer {
	int64_t error;
	uint64_t length;
	uint64_t next;
	uint64_t physical;
	uint64_t page_status;
};

static struct answer ask_for_answer(void)
{
	struct answer answer = { .error = wire_ask(&wire) };
	const void *physical, *page_status;
	size_t length;

	answer.length = wire.reply_length;
	wire_get_next(&wire, &answer.next);
	physical = wire_get(&wire, V2P_A_PHYSICAL, &length);
	if (physical)
		memcpy(&answer.physical, physical, sizeof(answer.physical));
	page_status = wire_get(&wire, V2P_A_PAGE_STATUS, &length);
	if (page_status)
		memcpy(&answer.page_status, page_status, 1);
	return answer;
}

static bool is_same(const struct answer *a, const struct answer *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* The last of two attributes is the one that counts. */
static bool last_counts(const struct attribute *all, size_t count,
			const struct attribute *one)
{
	const uint64_t *const values[] = { &one->value, &one->other };
	struct answer once[2], twice[2];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		begin_without(all, count, one);
		wire_put(&wire, one->type, values[i], one->length);
		once[i] = ask_for_answer();
		begin_without(all, count, one);
		wire_put(&wire, one->type, values[!i], one->length);
		wire_put(&wire, one->type, values[i], one->length);
		twice[i] = ask_for_answer();
	}
	return is_same(&once[0], &twice[0]) && is_same(&once[1], &twice[1]) &&
	       is_same(&once[0], &once[1]) == !one->length;
}

TEST_F(wire, attributes_that_are_mangled)
{
	char *const area = map_small(3 * PAGE_SIZE);
	const uint64_t start = (uintptr_t)area;
	const uint32_t pid = getpid(), nobody = 0x7fffffff;
	const struct attribute attributes[] = {
		{ V2P_CMD_TRANSLATE, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_TRANSLATE, V2P_A_KERNEL, 0 },
		{ V2P_CMD_TRANSLATE, V2P_A_USER_ROOT, 0 },
		{ V2P_CMD_TRANSLATE, V2P_A_FIELDS, 4, V2P_FIELD_PHYSICAL, V2P_FIELD_SWAP },
		{ V2P_CMD_TRANSLATE, V2P_A_VIRTUAL, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_WALK, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_WALK, V2P_A_KERNEL, 0 },
		{ V2P_CMD_WALK, V2P_A_USER_ROOT, 0 },
		{ V2P_CMD_WALK, V2P_A_ADDRESS, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_PID, 4, pid, nobody },
		{ V2P_CMD_MAP, V2P_A_KERNEL, 0 },
		{ V2P_CMD_MAP, V2P_A_USER_ROOT, 0 },
		{ V2P_CMD_MAP, V2P_A_FIELDS, 4, V2P_FIELD_PHYSICAL, V2P_FIELD_SWAP },
		{ V2P_CMD_MAP, V2P_A_START, 8, start, start + PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_SIZE, 8, 2 * PAGE_SIZE, PAGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_STATES, 4, 1 << V2P_STATUS_MAPPED, 1 << V2P_STATUS_NONE },
		{ V2P_CMD_MAP, V2P_A_PAGE_SHIFTS, 8, PAGE_SIZE, HUGE_SIZE },
		{ V2P_CMD_MAP, V2P_A_WITH_FLAGS, 4, V2P_FLAG_PRESENT, V2P_FLAG_WRITE },
		{ V2P_CMD_MAP, V2P_A_WITHOUT_FLAGS, 4, V2P_FLAG_PROTNONE, V2P_FLAG_WRITE },
		{ V2P_CMD_MAP, V2P_A_MEMORY_TYPES, 4, 1 << ARCH_ORDINARY,
		  1 << V2P_MEMORY_TYPE_UC },
		{ V2P_CMD_MAP, V2P_A_MERGE, 0 },
		{ V2P_CMD_PER_CPU, V2P_A_CPU, 4, 0, 1 },
		{ V2P_CMD_PAGE, V2P_A_PHYSICAL, 8, ram_end() - PAGE_SIZE, ~0ULL },
	};
	static const struct {
		int longer;
		uint16_t type;
		const char *words;
	} mangled[] = {
		{ -1, 0, "invalid attribute length" },
		{ 4, 0, "invalid attribute length" },
		{ 0, NLA_F_NESTED, "NLA_F_NESTED not expected" },
		{ 0, V2P_A_MAX + 1, "Unknown attribute type" },
	};
	const size_t count = sizeof(attributes) / sizeof(*attributes);
	unsigned int i, k;

	ASSERT_TRUE(switch_moving_off());
	fill(area, 3 * PAGE_SIZE);
	ASSERT_EQ(0, mlock(area, 3 * PAGE_SIZE));
	/* Of two pages, the second one is to be seen by its flags. */
	ASSERT_EQ(0, mprotect(area + PAGE_SIZE, PAGE_SIZE, PROT_READ));
	for (i = 0; i < count; i++) {
		const struct attribute *one = &attributes[i];
		const uint64_t data[2] = { one->value };

		for (k = 0; k < sizeof(mangled) / sizeof(*mangled); k++) {
			const char *words = mangled[k].words;
			int error = EINVAL;
			uint32_t at;

			if (one->length + mangled[k].longer < 0)
				continue;
			if (mangled[k].longer && !one->length) {
				words = "failed policy validation";
				error = ERANGE;
			} else if (mangled[k].longer && (one->type == V2P_A_VIRTUAL ||
							 one->type == V2P_A_PHYSICAL)) {
				words = "8 bytes";
			}
			begin_without(attributes, count, one);
			at = wire.length;
			wire_put(&wire, one->type + mangled[k].type, data,
				 one->length + mangled[k].longer);
			EXPECT_REFUSED(error, words);
			EXPECT_EQ(at, wire.bad) {
				TH_LOG("command %u, attribute %u, mangled by %u", one->command,
				       one->type, k);
			}
		}
		EXPECT_TRUE(last_counts(attributes, count, one)) {
			TH_LOG("command %u, attribute %u", one->command, one->type);
		}
	}
	munmap(area, 3 * PAGE_SIZE);
}

TEST_HARNESS_MAIN
