// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "names/efi.h"

/* On x86, from 68 GiB to 4 GiB below the top, whatever the levels and KASLR. */
#define X86_START 0xffffffef00000000
#define X86_LAST 0xfffffffeffffffff

bool efi_has(const struct v2p_info *info, uint64_t start, uint64_t last)
{
	return !strcmp(info->arch, "x86_64") && start <= X86_LAST && last >= X86_START;
}
