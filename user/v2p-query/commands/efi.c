// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "commands/efi.h"

/* On x86, from 68 GiB to 4 GiB below the top, whatever the levels and KASLR. */
#define X86_START 0xffffffef00000000
#define X86_LAST 0xfffffffeffffffff

bool efi_has(const struct session *session, uint64_t start, uint64_t last)
{
	return target_is_kernel(session->options->target) && !strcmp(session->info.arch, "x86_64") &&
	       start <= X86_LAST && last >= X86_START;
}

void efi_tell(void)
{
	complain(EXIT_OK, "0xffffffef00000000-0xffffffff00000000 is where x86 maps EFI's runtime services, if there are any, in page tables of their own: --kernel does not show these");
}
