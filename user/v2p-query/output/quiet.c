// SPDX-License-Identifier: GPL-2.0
/* Only physical addresses, and for extents their lengths. */
#include <inttypes.h>
#include <stdio.h>

#include "output/writer.h"

static void print_address(struct output *output, const struct row *row)
{
	(void)output;
	if (row_has_page(row))
		printf("0x%" PRIx64 "\n", row->translation.physical);
	else
		puts("-");
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;

	(void)output;
	if (extent->status == V2P_STATUS_MAPPED)
		printf("0x%" PRIx64 " %" PRIu64 "\n", extent->physical, extent->length);
	else
		printf("- %" PRIu64 "\n", extent->length);
}

const struct writer addresses_quiet = { .fields = V2P_FIELD_PHYSICAL, .address = print_address };
const struct writer extents_quiet = { .fields = V2P_FIELD_PHYSICAL, .extent = print_extent };
