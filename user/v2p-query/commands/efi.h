/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel addresses of EFI's runtime services. */
#ifndef EFI_H
#define EFI_H

#include <stdbool.h>
#include <stdint.h>

#include "commands/session.h"

/**
 * efi_has() - whether some address of a range may be mapped, but only for EFI
 * @start: first address
 * @last: last one, inclusive
 *
 * The kernel switches to page tables of EFI's own to call its runtime services. What is
 * mapped there only is not in those of the kernel.
 */
bool efi_has(const struct session *session, uint64_t start, uint64_t last);

/* Tell so on standard error, of what was found to have no page. */
void efi_tell(void);

#endif /* EFI_H */
