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
	char text[3 * TEXT_NUMBER], *end = text;

	if (output->many) {
		end = text_decimal(end, target_pid(output->target));
		*end++ = ' ';
	}
	if (extent->status == V2P_STATUS_MAPPED)
		end = text_hex(end, extent->physical);
	else
		*end++ = '-';
	*end++ = ' ';
	end = text_decimal(end, extent->length);
	*end++ = '\n';
	fwrite_unlocked(text, 1, end - text, stdout);
}

const struct writer addresses_quiet = { .fields = V2P_FIELD_PHYSICAL, .address = print_address };
const struct writer extents_quiet = { .fields = V2P_FIELD_PHYSICAL, .extent = print_extent };
