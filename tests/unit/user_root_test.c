// SPDX-License-Identifier: GPL-2.0
/* A process by the page table that user mode runs on, as a target of the library. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define PID 77
#define MANY 5000
#define UPPER 0xffff800000000000ULL

static uint64_t addresses[MANY];
static uint8_t status[MANY];

static const struct v2p_arrays arrays = { .size = sizeof(arrays), .status = status };

static struct v2p *start_isolated(void)
{
	struct v2p *v2p = start();

	fake.isolated = true;
	return v2p;
}

static int count_extents(const struct v2p_extent *extent, void *data)
{
	size_t *count = data;

	(void)extent;
	++*count;
	return 0;
}

static bool is_asked(bool user_root)
{
	const bool is = fake.pid == PID && fake.user_root == user_root && !fake.kernel;

	fake.pid = 0;
	fake.user_root = !user_root;
	return is;
}

/* By the root and by a descriptor of it, with the plain pid in between. */
static void test_calls(struct v2p *v2p, struct v2p_target target, bool user_root)
{
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t physical;
	size_t count = 0;

	is_asked(user_root);
	ok(!v2p_virtual_to_physical(v2p, target, 0x1234, &physical) && is_asked(user_root),
	   "one address, %d", user_root);
	ok(!v2p_get_walk(v2p, target, 0x1234, &walk) && is_asked(user_root), "a walk");
	ok(!v2p_translate(v2p, target, addresses, MANY, &arrays) && is_asked(user_root), "many");
	ok(!v2p_map(v2p, target, &range, count_extents, &count) && count == fake.extents &&
	   is_asked(user_root), "all extents");
	range.start = 0x7000;
	range.length = 0x1000;
	ok(!v2p_map(v2p, target, &range, count_extents, &count) && is_asked(user_root), "a range");
}

static void test_target(void)
{
	struct v2p *v2p = start_isolated();
	const int user = start_space(v2p, v2p_user_root(PID));
	const int kernel = start_space(v2p, v2p_pid(PID));

	test_calls(v2p, v2p_user_root(PID), true);
	test_calls(v2p, v2p_pid(PID), false);
	test_calls(v2p, v2p_space(user), true);
	test_calls(v2p, v2p_space(kernel), false);
	close(user);
	close(kernel);
	v2p_close(v2p);
}

static void test_refused(void)
{
	struct v2p *v2p = start();
	unsigned int old;
	uint64_t physical;

	for (old = 0; old < 2; old++) {
		const int error = old ? EINVAL : EOPNOTSUPP;
		const char *words = old ? "load a newer one" : "no page-table isolation";

		fake.no_user_root = old;
		same_number(-v2p_virtual_to_physical(v2p, v2p_user_root(PID), 0, &physical), error,
			    "an address");
		ok(strstr(v2p_error(v2p), words) != NULL, "%s", v2p_error(v2p));
		same_number(-v2p_space_open(v2p, v2p_user_root(PID)), error, "a descriptor");
		ok(strstr(v2p_error(v2p), words) != NULL, "%s", v2p_error(v2p));
	}
	same_number(v2p_virtual_to_physical(v2p, v2p_pid(PID), 0x1234, &physical), 0,
		    "the plain pid is not");
	v2p_close(v2p);
}

/* A pid may be another process's with each message. */
static void test_identity(void)
{
	struct v2p_range range = { .size = sizeof(range), .length = V2P_TO_THE_END };
	struct v2p *v2p = start_isolated();
	size_t count = 0;

	fake.replaced_after = 3;
	same_number(-v2p_translate(v2p, v2p_user_root(PID), addresses, MANY, &arrays), ESRCH,
		    "another process in the middle");
	fake.replaced_after = 0;
	fake.error = -ESRCH;
	fake.error_command = V2P_CMD_TRANSLATE;
	same_number(-v2p_map(v2p, v2p_user_root(PID), &range, count_extents, &count), ESRCH,
		    "a process that ended while its extents came");
	same_number(count, fake.extents, "which all came");
	v2p_close(v2p);
}

/* A range that goes from one half into the other, or has an address in none. */
static void test_halves(void)
{
	static const struct {
		struct v2p_range range;
		bool good;
	} cases[] = {
		{ { .start = 0x1000, .length = 0 - 0x1000ULL }, true },
		{ { .start = 0x1000, .length = UPPER }, true },
		{ { .start = 0, .length = UINT64_MAX - 1 }, true },
		{ { .start = UPPER, .length = 0x1000 }, true },
		{ { .start = 0x1000, .length = 1ULL << 60 }, false },
		{ { .start = 1ULL << 60, .length = UPPER }, false },
	};
	struct v2p *v2p = start_isolated();
	const struct v2p_target targets[] = {
		v2p_space(start_space(v2p, v2p_user_root(PID))),
		v2p_space(start_space(v2p, v2p_pid(PID))),
		v2p_space(start_space(v2p, v2p_kernel())),
	};
	unsigned int i, k;
	size_t count = 0;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		for (k = 0; k < 3; k++) {
			struct v2p_range range = cases[i].range;
			const bool kernels = k == 2 && range.start == UPPER;
			int ret;

			range.size = sizeof(range);
			ret = v2p_map(v2p, targets[k], &range, count_extents, &count);
			ok(ret == ((cases[i].good && !k) || kernels ? 0 : -EINVAL) &&
			   !*v2p_error(v2p) == !ret &&
			   (!ret || strstr(v2p_error(v2p), "outside the target's")),
			   "range %u of target %u: %d %s", i, k, ret, v2p_error(v2p));
		}
	}
	for (k = 0; k < 3; k++)
		close(targets[k].id);
	v2p_close(v2p);
}

int main(void)
{
	fill_addresses(addresses, MANY);
	test_target();
	test_refused();
	test_identity();
	test_halves();
	fake_reset();
	return tap_end();
}
