// SPDX-License-Identifier: GPL-2.0
#include <grp.h>
#include <stdint.h>
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

bool caps_switch(int capability, bool effective, bool permitted)
{
	struct __user_cap_data_struct data[WORDS];
	struct __user_cap_data_struct *const word = &data[CAP_TO_INDEX(capability)];
	const uint32_t bit = CAP_TO_MASK(capability);

	if (syscall(SYS_capget, &header, data))
		return false;
	word->effective = effective ? word->effective | bit : word->effective & ~bit;
	if (!permitted)
		word->permitted &= ~bit;
	return !syscall(SYS_capset, &header, data);
}

bool caps_keep_only(int capability)
{
	struct __user_cap_data_struct data[WORDS];

	memset(data, 0, sizeof(data));
	if (capability >= 0) {
		data[CAP_TO_INDEX(capability)].effective = CAP_TO_MASK(capability);
		data[CAP_TO_INDEX(capability)].permitted = CAP_TO_MASK(capability);
	}
	return !syscall(SYS_capset, &header, data);
}

bool become_nobody_with(int capability)
{
	return !prctl(PR_SET_KEEPCAPS, 1) && !setgroups(0, NULL) &&
	       !setresgid(NOBODY, NOBODY, NOBODY) && !setresuid(NOBODY, NOBODY, NOBODY) &&
	       caps_keep_only(capability);
}

bool become_nobody(void)
{
	return become_nobody_with(-1);
}
