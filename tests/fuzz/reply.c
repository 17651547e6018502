// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's target: what the library makes of anything that it may receive. An
 * input is the call, then datagrams, each behind its length of two bytes, for it to
 * receive one after the other.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <sanitizer/asan_interface.h>

#include "../../user/lib/internal.h"

#define FAMILY 0x21
#define PORT 0x1234
#define BATCH 3

/* Lengths that are none: what a socket says instead. */
enum { OVERRUN = 0xffff, INTERRUPTED = 0xfffe, TOO_LONG = 0xfffd };

enum call { INFO, TRANSLATE, WALK, MAP, MAP_ALL, PER_CPU, PAGES, REGIONS, CALLS };

static unsigned long successes[CALLS], extents;

static struct v2p handle;
static const uint8_t *bytes;
static size_t left;

static void must(bool true_it_is)
{
	if (!true_it_is)
		abort();
}

static size_t take_number(unsigned int size)
{
	size_t number = 0;

	size = size < left ? size : left;
	memcpy(&number, bytes, size);
	bytes += size;
	left -= size;
	return number;
}

/* In place of the C library's. What was not received must not be looked at. */
ssize_t recv(int fd, void *to, size_t size, int flags)
{
	size_t length;

	(void)fd;
	must(flags == (MSG_DONTWAIT | MSG_TRUNC));
	ASAN_UNPOISON_MEMORY_REGION(to, size);
	if (!left) {
		errno = EAGAIN;
		return -1;
	}
	length = take_number(2);
	if (length == TOO_LONG)
		return size + 1;
	if (length == OVERRUN || length == INTERRUPTED) {
		errno = length == OVERRUN ? ENOBUFS : EINTR;
		return -1;
	}
	length = length < left ? length : left;
	memcpy(to, bytes, length);
	bytes += length;
	left -= length;
	ASAN_POISON_MEMORY_REGION((char *)to + length, size - length);
	return length;
}

ssize_t send(int fd, const void *data, size_t length, int flags)
{
	(void)fd;
	(void)data;
	(void)flags;
	return length;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	(void)fd;
	(void)message;
	(void)flags;
	return 0;
}

/* In place of socket.c, which parses nothing. */
void v2p_disconnect(struct v2p *disconnected)
{
	must(disconnected == &handle);
}

int v2p_reconnect(struct v2p *reconnected)
{
	/* Each input is one call. */
	(void)reconnected;
	abort();
}

void v2p_free(struct v2p *freed)
{
	/* Nobody closes it. */
	(void)freed;
	abort();
}

static void reset(void)
{
	ASAN_UNPOISON_MEMORY_REGION(handle.reply, sizeof(handle.reply));
	handle.sock = (struct nl_sock *)&handle;
	handle.stale = false;
	handle.seq = 0;
	handle.port = PORT;
	handle.family = FAMILY;
	handle.batch = BATCH;
	handle.window = 2;
	handle.receive_room = handle.send_room = 1 << 20;
	memset(handle.error, 'x', sizeof(handle.error));
	memset(handle.reply, 0xee, sizeof(handle.reply));
}

static int ask_info(void)
{
	struct v2p_info info = { .size = sizeof(info) };
	int ret = v2p_get_info(&handle, &info);

	if (!ret) {
		must(memchr(info.module_version, 0, sizeof(info.module_version)) &&
		     memchr(info.arch, 0, sizeof(info.arch)));
		must(info.level_count && info.level_count <= V2P_MAX_LEVELS && info.max_batch);
		must(handle.batch && handle.batch <= V2P_BATCH_LIMIT && handle.window);
	}
	return ret;
}

/* Blocks of their own, so that one element too many is seen, and one too few as well. */
static int ask_translate(unsigned int count)
{
	static const uint64_t addresses[4 * BATCH];
#define ARRAY(field, type, member, bits) .member = malloc(count * ((bits) / 8)),
	struct v2p_arrays arrays = {
		.size = sizeof(arrays), V2P_TRANSLATE_ARRAYS(ARRAY)
	};
#undef ARRAY
	int ret = v2p_translate(&handle, v2p_pid(1), addresses, count, &arrays);

#define ARRAY(field, type, member, bits) free(arrays.member);
	V2P_TRANSLATE_ARRAYS(ARRAY)
#undef ARRAY
	return ret;
}

static int ask_walk(void)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	int ret = v2p_get_walk(&handle, v2p_kernel(), 0, &walk);

	must(ret || walk.step_count <= V2P_MAX_STEPS);
	return ret;
}

static uint64_t sum;

#define EVERY_FIELD (V2P_FIELD_MASK & ~(V2P_FIELD_ENTRY | V2P_FIELD_IDENTITY))

static int take(const struct v2p_extent *extent, void *data)
{
	must(handle.use);
	extents++;
	sum += extent->address ^ extent->physical ^ extent->length ^ extent->flags ^
	       extent->status ^ extent->page_shift ^ extent->swap_offset ^ extent->level ^
	       extent->memory_type ^ extent->protection_key ^ extent->swap_type ^
	       extent->node ^ extent->page_kind;
	/* One that wants no more. */
	return data && extent->flags == 0x5704 ? 1 : 0;
}

static void progress(uint64_t next, void *data)
{
	(void)data;
	must(next != 0);
}

static int ask_map(bool all, bool stop, bool every_field)
{
	const struct v2p_range range = {
		.size = sizeof(range),
		.start = 0x1000, .length = all ? V2P_TO_THE_END : 0x4000, .progress = progress,
		.fields = every_field ? EVERY_FIELD : 0,
	};

	return v2p_map(&handle, v2p_pid(1), &range, take, stop ? &sum : NULL);
}

/* No more than fit; and each told is one that can be. */
static int ask_per_cpu(unsigned int size)
{
	struct v2p_cpu_offset *offsets = malloc(size * sizeof(*offsets));
	int found = v2p_per_cpu_offsets(&handle, offsets, size);
	int i;

	for (i = 1; i < found && i < (int)size; i++)
		must(offsets[i].cpu > offsets[i - 1].cpu);
	free(offsets);
	must(found);
	return found < 0 ? found : 0;
}

/* A block of its own, as for translate. */
static int ask_pages(unsigned int count)
{
	static const uint64_t physical[V2P_MAX_PAGES + 2];
	struct v2p_page_info *pages = malloc(count * sizeof(*pages));
	int ret = v2p_page(&handle, physical, count, pages);

	free(pages);
	return ret;
}

/* No more than fit; and none in another. */
static int ask_regions(unsigned int size)
{
	struct v2p_region_range *ranges = malloc(size * sizeof(*ranges));
	int found = v2p_regions(&handle, ranges, size);
	int i;

	for (i = 1; i < found && i < (int)size; i++)
		must(ranges[i].start - ranges[i - 1].start >= ranges[i - 1].length &&
		     ranges[i].start > ranges[i - 1].start);
	free(ranges);
	must(found);
	return found < 0 ? found : 0;
}

static int ask(enum call call, unsigned int variant)
{
	switch (call) {
	case INFO:
		return ask_info();
	case TRANSLATE:
		return ask_translate(1 + variant % (4 * BATCH));
	case WALK:
		return ask_walk();
	case PER_CPU:
		return ask_per_cpu(1 + variant % 4);
	case PAGES:
		return ask_pages(variant & 1 ? V2P_MAX_PAGES + 2 : 1 + variant / 2 % 4);
	case REGIONS:
		return ask_regions(1 + variant % 4);
	default:
		return ask_map(call == MAP_ALL, variant & 1, variant & 2);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int first;
	int ret;

	bytes = data;
	left = size;
	reset();
	first = take_number(1);
	ret = ask(first % CALLS, first / CALLS);
	ASAN_UNPOISON_MEMORY_REGION(handle.reply, sizeof(handle.reply));
	must((ret <= 0 && ret >= -4095) || ret == 1);
	must(memchr(handle.error, 0, sizeof(handle.error)));
	/* A caller that stops has no words for it. */
	must(ret == 1 || !ret == !handle.error[0]);
	must(!handle.use);
	if (!ret)
		successes[first % CALLS]++;
	return 0;
}

__attribute__((destructor)) static void tell(void)
{
	enum call call;

	printf("good:");
	for (call = 0; call < CALLS; call++)
		printf(" %lu", successes[call]);
	printf(" %lu\n", extents);
}
