// SPDX-License-Identifier: GPL-2.0
// An exception from a callback goes through v2p_map(), which leaves a handle that works.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <pthread.h>
#include <unistd.h>

#include <v2p.h>

extern "C" {
#include "fake-kernel.h"
#include "tap.h"
}

namespace {

// More than the library asks an ioctl for.
const uint64_t EXTENTS = 3000;

struct enough {
	uint64_t count;
};

// Takes extents until it throws; 0 for never.
struct taker {
	uint64_t count;
	uint64_t throw_after;
	uint64_t progress_throws_after;
};

int take(const v2p_extent *, void *data)
{
	taker *me = static_cast<taker *>(data);

	if (++me->count == me->throw_after)
		throw enough{ me->count };
	return 0;
}

void progress(uint64_t, void *data)
{
	taker *me = static_cast<taker *>(data);

	if (me->progress_throws_after && me->count >= me->progress_throws_after)
		throw enough{ me->count };
}

v2p_range everything()
{
	v2p_range range = {};

	range.size = sizeof(range);
	range.length = V2P_TO_THE_END;
	range.progress = progress;
	return range;
}

// As many extents as one message takes.
v2p_range small()
{
	v2p_range range = everything();

	range.start = fake_extent(0).address;
	range.length = fake_extent(9).address - range.start;
	return range;
}

v2p *start()
{
	v2p *handle;

	fake_reset();
	fake.per_datagram = 2;
	fake.extents = EXTENTS;
	if (v2p_open(&handle)) {
		std::printf("Bail out! v2p_open: %s\n", v2p_error(handle));
		std::exit(1);
	}
	return handle;
}

bool works(v2p *handle)
{
	const v2p_range range = everything();
	const uint64_t address = 0x1000;
	uint64_t physical = 0;
	taker all = {};

	return !v2p_virtual_to_physical(handle, v2p_pid(1), address, &physical) &&
	       physical == fake_translation(address).physical && !*v2p_error(handle) &&
	       !v2p_map(handle, v2p_pid(77), &range, take, &all) && all.count == fake.extents;
}

// By a pid, or by the descriptor of its address space.
enum way { BY_PID, BY_SPACE };

v2p_target target(int fd)
{
	return fd < 0 ? v2p_pid(77) : v2p_space(fd);
}

void test_throw(const char *name, way way, const v2p_range &range, taker thrower)
{
	const uint64_t wanted = thrower.throw_after;
	v2p *handle = start();
	const int fd = way == BY_SPACE ? v2p_space_open(handle, v2p_pid(77)) : -1;
	uint64_t thrown = 0;

	try {
		v2p_map(handle, target(fd), &range, take, &thrower);
	} catch (const enough &e) {
		thrown = e.count;
	}
	ok(wanted ? thrown == wanted : thrown > 0, "%s: it comes through", name);
	ok(!*v2p_error(handle), "it is no error of the library");
	ok(works(handle) && works(handle), "the handle goes on working");
	ok((fake.ioctls > 0) == (way == BY_SPACE), "it was asked in that way");
	close(fd);
	v2p_close(handle);
}

void test_throws(way way)
{
	test_throw("at the first extent", way, everything(), { 0, 1, 0 });
	test_throw("in the middle", way, everything(), { 0, 1350, 0 });
	test_throw("at the last extent", way, everything(), { 0, EXTENTS, 0 });
	test_throw("in one message", way, small(), { 0, 3, 0 });
	test_throw("from progress()", way, everything(), { 0, 0, 500 });
}

int take_owner(pid_t, const v2p_extent *extent, void *data)
{
	return take(extent, data);
}

// It has a folder and an address space open meanwhile.
void test_throw_of_owners()
{
	const v2p_physical_range all = { 0, UINT64_MAX };
	v2p *handle = start();
	const int before = dup(0);
	uint64_t thrown = 0;

	close(before);
	for (uint64_t after = 1; after <= 50; after++) {
		taker thrower = { 0, after, 0 };

		try {
			v2p_owners(handle, &all, 1, take_owner, &thrower);
		} catch (const enough &e) {
			thrown += e.count == after;
		}
	}
	same_number(thrown, 50, "from v2p_owners(): it comes through");
	const int now = dup(0);
	same_number(now, before, "what it had opened is closed");
	close(now);
	ok(works(handle), "the handle goes on working");
	v2p_close(handle);
}

struct leaver {
	v2p *handle;
	int fd;
};

int rest(const v2p_extent *, void *)
{
	pthread_exit(nullptr);
}

void *leave(void *data)
{
	const leaver *me = static_cast<leaver *>(data);
	const v2p_range range = everything();

	v2p_map(me->handle, target(me->fd), &range, rest, nullptr);
	return nullptr;
}

// Its end unwinds the stack of a thread as an exception does.
void test_thread_that_ends(way way)
{
	v2p *handle = start();
	leaver me = { handle, way == BY_SPACE ? v2p_space_open(handle, v2p_pid(77)) : -1 };
	pthread_t thread;

	ok(!pthread_create(&thread, nullptr, leave, &me) && !pthread_join(thread, nullptr),
	   "a thread ends in the callback");
	ok(works(handle), "the handle goes on working");
	close(me.fd);
	v2p_close(handle);
}

}

int main()
{
	test_throws(BY_PID);
	test_throws(BY_SPACE);
	test_throw_of_owners();
	test_thread_that_ends(BY_PID);
	test_thread_that_ends(BY_SPACE);
	fake_reset();
	return tap_end();
}
