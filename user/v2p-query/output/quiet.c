// SPDX-License-Identifier: GPL-2.0
/* Only physical addresses, and for extents their lengths. */
#include <stdio.h>

#include "base/text.h"
#include "output/writer.h"

static void print_address(struct output *output, const struct row *row)
{
	char text[TEXT_NUMBER + 1], *end = text;

	(void)output;
	if (row_has_page(row))
		end = text_hex(text, row->translation.physical);
	else
		*end++ = '-';
	*end++ = '\n';
	fwrite_unlocked(text, 1, end - text, stdout);
}

static void print_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;

	char text[2 * TEXT_NUMBER], *end = text;

	(void)output;
	if (extent->status == V2P_STATUS_MAPPED)
		end = text_hex(text, extent->physical);
	else
		*end++ = '-';
	*end++ = ' ';
	end = text_decimal(end, extent->length);
	*end++ = '\n';
	fwrite_unlocked(text, 1, end - text, stdout);
}

const struct writer addresses_quiet = { .fields = V2P_FIELD_PHYSICAL, .address = print_address };
const struct writer extents_quiet = { .fields = V2P_FIELD_PHYSICAL, .extent = print_extent };
