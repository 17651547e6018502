// SPDX-License-Identifier: GPL-2.0
/* Opening an address space: refusals, and answers that hold no descriptor. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

#define PID 77
#define HEAD (NLMSG_HDRLEN + GENL_HDRLEN)

static bool works(struct v2p *v2p)
{
	const int fd = v2p_space_open(v2p, v2p_pid(PID));
	uint64_t physical;
	const bool good = fd >= 0 && !*v2p_error(v2p) && fake.pid == PID &&
			  !v2p_virtual_to_physical(v2p, v2p_space(fd), 0x1234, &physical) &&
			  physical == fake_translation(0x1234).physical;

	close(fd);
	return good;
}

static void test_open(void)
{
	static const struct {
		int error;
		const char *words, *said;
	} cases[] = {
		{ EPERM, "kernel words", "kernel words" }, { EPERM, NULL, "run it as root" },
		{ ESRCH, NULL, "no such process" }, { EMFILE, NULL, "Too many open files" },
	};
	const struct v2p_target none = { 0 };
	struct v2p *v2p = start();
	const int fd = start_space(v2p, v2p_pid(PID));
	unsigned int requests;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fake.error = -cases[i].error;
		fake.words = cases[i].words;
		ok(v2p_space_open(v2p, v2p_pid(1)) == -cases[i].error &&
		   strstr(v2p_error(v2p), cases[i].said), "%s", v2p_error(v2p));
	}
	fake.error = 0;
	fake.words = "not these";
	fake.no_open = true;
	same_number(-v2p_space_open(v2p, v2p_kernel()), EOPNOTSUPP, "an older module");
	ok(strstr(v2p_error(v2p), "load a newer one") != NULL, "and what to do");
	fake.no_open = false;
	requests = fake.requests;
	same_number(-v2p_space_open(v2p, v2p_space(fd)), EINVAL, "one that is open");
	ok(strstr(v2p_error(v2p), "open already") != NULL, "is told so");
	same_number(-v2p_space_open(v2p, none), EINVAL, "no target");
	same_number(-v2p_space_open(NULL, v2p_pid(1)), EINVAL, "no handle");
	same_number(fake.requests, requests, "for these the kernel is not asked");
	ok(works(v2p), "the handle goes on working");
	close(fd);
	v2p_close(v2p);
}

/* It is the first. */
static struct nlattr *fd_attribute(unsigned char *bytes)
{
	struct nlattr *attr = (struct nlattr *)(bytes + HEAD);

	assert(attr->nla_type == V2P_A_FD);
	return attr;
}

static void set_fd(unsigned char *bytes, uint32_t number)
{
	memcpy(fd_attribute(bytes) + 1, &number, sizeof(number));
}

static size_t leave_out(unsigned char *bytes, size_t length)
{
	fd_attribute(bytes)->nla_type = V2P_A_FD + 1;
	return length;
}

static size_t empty(unsigned char *bytes, size_t length)
{
	fd_attribute(bytes)->nla_len = NLA_HDRLEN;
	return length;
}

static size_t cut(unsigned char *bytes, size_t length)
{
	fd_attribute(bytes)->nla_len = length;
	return length;
}

static size_t too_large(unsigned char *bytes, size_t length)
{
	set_fd(bytes, INT_MAX + 1U);
	return length;
}

static size_t negative(unsigned char *bytes, size_t length)
{
	set_fd(bytes, -EPERM);
	return length;
}

static size_t largest(unsigned char *bytes, size_t length)
{
	set_fd(bytes, INT_MAX);
	return length;
}

static void test_malformed_open(void)
{
	static size_t (*const mutators[])(unsigned char *bytes, size_t length) = {
		leave_out, empty, cut, too_large, negative,
	};
	struct v2p *v2p = start();
	size_t i;

	for (i = 0; i < sizeof(mutators) / sizeof(*mutators); i++) {
		fake.mutate = mutators[i];
		ok(v2p_space_open(v2p, v2p_pid(PID)) == -EBADMSG &&
		   strstr(v2p_error(v2p), "(fd)"), "answer %zu without a descriptor", i);
	}
	fake.mutate = largest;
	same_number(v2p_space_open(v2p, v2p_pid(PID)), INT_MAX, "the highest number is one");
	fake.mutate = NULL;
	ok(works(v2p), "the handle goes on working");
	v2p_close(v2p);
}

/* Who has been given a descriptor needs no connection. */
static void test_without_connection(void)
{
	struct v2p *v2p = start(), *other;
	const int fd = v2p_space_open(v2p, v2p_pid(PID));
	struct v2p_walk walk = { .size = sizeof(walk) };
	uint64_t physical = 0;

	fake.absent = true;
	same_number(-v2p_open(&other), ENOENT, "there is no connection");
	same_number(-v2p_virtual_to_physical(other, v2p_pid(PID), 0x1234, &physical), ENOTCONN,
		    "by pid nothing is answered");
	ok(strstr(v2p_error(other), "not loaded"), "why is said");
	ok(!v2p_virtual_to_physical(other, v2p_space(fd), 0x1234, &physical) &&
	   physical == fake_translation(0x1234).physical && !*v2p_error(other),
	   "by descriptor it is");
	ok(!v2p_get_walk(other, v2p_space(fd), 0x1234, &walk) && walk.step_count,
	   "and so is a walk");
	same_number(-v2p_get_walk(other, v2p_pid(PID), 0x1234, &walk), ENOTCONN,
		    "by pid still not");
	ok(strstr(v2p_error(other), "no connection"), "which is said as well");
	v2p_close(other);
	close(fd);
	v2p_close(v2p);
}

/**
 * struct owners - what a callback saw
 * @extents: how many came
 * @pids: of how many processes
 * @last: of them
 * @own: of this one
 * @wrong: how many have no page
 * @stop: what it returns
 */
struct owners {
	unsigned int extents, pids, own, wrong;
	pid_t last;
	int stop;
};

static int take_owner(pid_t pid, const struct v2p_extent *extent, void *data)
{
	struct owners *owners = data;

	owners->extents++;
	owners->pids += pid != owners->last;
	owners->own += pid == getpid();
	owners->wrong += extent->status != V2P_STATUS_MAPPED || !extent->length ||
			 pid != (pid_t)fake.pid;
	owners->last = pid;
	return owners->stop;
}

/* The processes are those of this machine; what they have is the fake's. */
static void test_owners(void)
{
	const struct v2p_physical_range physical[] = {
		{ fake_extent(7).physical, 1 }, { fake_extent(7).physical + 1, 1ULL << 30 },
	};
	struct v2p *v2p = start();
	struct owners owners = { 0 };
	unsigned int opened;

	fake.extents = 100;
	same_number(v2p_owners(v2p, physical, 2, take_owner, &owners), 0, "who has some memory");
	ok(owners.own && owners.pids && owners.extents == owners.pids * owners.own &&
	   !owners.wrong, "each process, this one among them: %u, with %u extents", owners.pids,
	   owners.own);
	ok(fake.range.physical_count == 2 && fake.fields & V2P_FIELD_SWAP && !fake.dumps,
	   "is asked for all of it at once");
	/* No descriptor stays. */
	opened = dup(0);
	ok(opened < 20, "and left again");
	close(opened);

	owners = (struct owners){ .stop = 42 };
	same_number(v2p_owners(v2p, physical, 2, take_owner, &owners), 42, "one is enough");
	same_number(owners.extents, 1, "it is not asked again");
	owners = (struct owners){ .stop = -ESRCH };
	same_number(-v2p_owners(v2p, physical, 2, take_owner, &owners), ESRCH,
		    "whatever the callback returns");
	owners = (struct owners){ .stop = -EINVAL };
	same_number(-v2p_owners(v2p, physical, 2, take_owner, &owners), EINVAL,
		    "be it what a module answers that is too old");

	owners = (struct owners){ 0 };
	fake.map_error = -ESRCH;
	same_number(v2p_owners(v2p, physical, 2, take_owner, &owners), 0, "they end meanwhile");
	fake.map_error = 0;
	fake.error_command = V2P_CMD_OPEN;
	fake.error = -ESRCH;
	same_number(v2p_owners(v2p, physical, 2, take_owner, &owners), 0, "or before");
	fake.error = -EINVAL;
	same_number(v2p_owners(v2p, physical, 2, take_owner, &owners), 0, "or are the kernel's");
	ok(!owners.extents && !*v2p_error(v2p), "those are no owners");
	fake.error = -EPERM;
	same_number(-v2p_owners(v2p, physical, 2, take_owner, &owners), EPERM,
		    "who may not ask is told so");
	fake.error = 0;
	fake.no_physical = true;
	same_number(-v2p_owners(v2p, physical, 2, take_owner, &owners), EOPNOTSUPP,
		    "an older module");
	ok(!owners.extents && strstr(v2p_error(v2p), "newer"), "says so: %s", v2p_error(v2p));
	same_number(-v2p_owners(v2p, NULL, 0, take_owner, &owners), EINVAL, "memory is required");
	same_number(-v2p_owners(v2p, physical, 0, take_owner, &owners), EINVAL, "and some of it");
	same_number(-v2p_owners(v2p, physical, 2, NULL, &owners), EINVAL, "and a taker");
	v2p_close(v2p);
}

int main(void)
{
	test_open();
	test_without_connection();
	test_malformed_open();
	test_owners();
	fake_reset();
	return tap_end();
}
