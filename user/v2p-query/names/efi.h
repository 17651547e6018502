/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel addresses of EFI's runtime services. */
#ifndef EFI_H
#define EFI_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

/* What is to be said where something in them has no page. */
#define EFI_NOTE "0xffffffef00000000-0xffffffff00000000 is where x86 maps EFI's runtime services, " \
		 "if there are any, in page tables of their own: --kernel does not show these"

/**
 * efi_has() - whether some kernel address of a range may be mapped, but only for EFI
 * @info: of the machine
 * @start: first address
 * @last: last one, inclusive
 *
 * The kernel switches to page tables of EFI's own to call its runtime services. What is
 * mapped there only is not in those of the kernel.
 */
bool efi_has(const struct v2p_info *info, uint64_t start, uint64_t last);

#endif /* EFI_H */
