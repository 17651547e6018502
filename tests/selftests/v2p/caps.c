// SPDX-License-Identifier: GPL-2.0
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "caps.h"
#include "files.h"

#define WORDS _LINUX_CAPABILITY_U32S_3

static struct __user_cap_header_struct header = {
	.version = _LINUX_CAPABILITY_VERSION_3,
};

int caps_last(void)
{
	char text[16];

	return read_file("/proc/sys/kernel/cap_last_cap", text, sizeof(text)) ? -1 : atoi(text);
}

bool caps_switch(uint64_t set, bool effective, bool permitted)
{
	struct __user_cap_data_struct data[WORDS];
	unsigned int i;

	if (syscall(SYS_capget, &header, data))
		return false;
	for (i = 0; i < WORDS; i++) {
		const uint32_t bits = set >> (32 * i);

		data[i].effective = effective ? data[i].effective | bits :
						data[i].effective & ~bits;
		if (!permitted)
			data[i].permitted &= ~bits;
	}
	return !syscall(SYS_capset, &header, data);
}

bool caps_keep_only(uint64_t set)
{
	struct __user_cap_data_struct data[WORDS];
	unsigned int i;

	memset(data, 0, sizeof(data));
	for (i = 0; i < WORDS; i++)
		data[i].effective = data[i].permitted = set >> (32 * i);
	return !syscall(SYS_capset, &header, data);
}

bool become_nobody_with(uint64_t set)
{
	return !prctl(PR_SET_KEEPCAPS, 1) && !setgroups(0, NULL) &&
	       !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY) &&
	       caps_keep_only(set);
}

bool become_nobody(void)
{
	return become_nobody_with(0);
}

bool become_member(bool first)
{
	const gid_t group = first ? OWN_GROUP : NOBODY;

	return !setgroups(!first, &(gid_t) { OWN_GROUP }) && !setresgid(group, group, group) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}
