// SPDX-License-Identifier: GPL-2.0
/* The physical address alone. */
#include <inttypes.h>
#include <stdio.h>

#include "output/printer.h"

static void print_row(const struct session *session, const struct row *row)
{
	(void)session;
	if (printer_has_page(row))
		printf("0x%" PRIx64 "\n", row->translation.physical);
	else
		puts("-");
}

const struct printer quiet_printer = { .row = print_row };
