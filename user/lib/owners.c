// SPDX-License-Identifier: LGPL-2.1-only
/* Which processes have some physical memory. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/**
 * struct owner - a process that is asked
 * @pid: its id
 * @take: given each extent
 * @data: for that
 * @stopped: it does not want any more
 */
struct owner {
	pid_t pid;
	v2p_owner_fn *take;
	void *data;
	bool stopped;
};

static int take_extent(const struct v2p_extent *extent, void *data)
{
	struct owner *owner = data;
	const int ret = owner->take(owner->pid, extent, owner->data);

	owner->stopped = ret;
	return ret;
}

/* Also where an exception comes out of a callback. */
static void close_space(const int *space)
{
	if (*space >= 0)
		close(*space);
}

/* By a descriptor, so that it is one process from its first extent to the last. */
static int ask_process(struct v2p *handle, const struct v2p_range *range, struct owner *owner)
{
	const struct v2p_target process = v2p_pid(owner->pid);
	__attribute__((cleanup(close_space))) const int space =
		v2p_space_open_within(handle, &process);
	struct v2p_target target;
	int ret;

	/* It has ended since its name was read, or is a thread of the kernel's. */
	if (space == -ESRCH || space == -EINVAL)
		return 0;
	if (space < 0)
		return space;
	target = v2p_space(space);
	ret = v2p_map_within(handle, &target, range, take_extent, owner);
	return ret == -ESRCH && !owner->stopped ? 0 : ret;
}

/*
 * Does /proc know processes by the ids that the module takes, which are those of the caller's
 * pid namespace? Not in one that was entered without a /proc of its own.
 */
static bool is_our_proc(void)
{
	char self[16] = "", link[16] = "";

	snprintf(self, sizeof(self), "%d", getpid());
	return readlink("/proc/self", link, sizeof(link) - 1) > 0 && !strcmp(self, link);
}

static void close_folder(DIR *const *folder)
{
	if (*folder)
		closedir(*folder);
}

static int ask_each(struct v2p *handle, const struct v2p_range *range, struct owner *owner)
{
	__attribute__((cleanup(close_folder))) DIR *const folder = opendir("/proc");
	const struct dirent *entry;
	int ret = 0;

	if (!folder)
		return v2p_fail(handle, -errno, "cannot read /proc: %s", strerror(errno));
	while (!ret) {
		errno = 0;
		entry = readdir(folder);
		if (!entry)
			return errno ? v2p_fail(handle, -errno, "cannot read /proc: %s",
						strerror(errno)) : 0;
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		owner->pid = atoi(entry->d_name);
		ret = ask_process(handle, range, owner);
	}
	return ret;
}

int v2p_owners(struct v2p *handle, const struct v2p_physical_range *physical, size_t count,
	       v2p_owner_fn *take, void *data)
{
	const struct v2p_range range = {
		.size = sizeof(range), .length = V2P_TO_THE_END,
		.fields = V2P_FIELD_PHYSICAL | V2P_FIELD_PAGE_SHIFT | V2P_FIELD_FLAGS |
			  V2P_FIELD_SWAP,
		.physical = physical, .physical_count = count,
	};
	struct owner owner = { .take = take, .data = data };
	struct v2p_range ours;
	V2P_CALL(call, handle);
	int ret = call.error;

	/* Everything of everybody is not meant. */
	if (!ret && !physical)
		ret = v2p_fail(handle, -EINVAL, "physical memory to look for is required");
	if (!ret)
		ret = v2p_range_read(handle, &ours, &range);
	if (!ret && !take)
		ret = v2p_fail(handle, -EINVAL, "a function that takes the owners is required");
	if (!ret && !is_our_proc())
		ret = v2p_fail(handle, -EXDEV,
			       "/proc is not mounted, or is of another pid namespace");
	if (!ret)
		ret = ask_each(handle, &ours, &owner);
	if (!ret)
		v2p_clear_error(handle);
	return ret;
}
