// SPDX-License-Identifier: GPL-2.0
/* What the module and the machine can do, for people. */
#include <stdio.h>

#include "base/text.h"
#include "output/writer.h"

static void print_levels(const struct v2p_info *info)
{
	unsigned int i;

	for (i = 0; i < info->level_count; i++) {
		const struct v2p_level_info *level = &info->levels[i];
		const char *name = v2p_level_name(level->level);
		char size[TEXT_SIZE];

		text_page_size(size, level->shift, TEXT_LONG);
		printf("%-18s%s: bits %u to %u of an address, %u entries of %s\n",
		       i ? "" : "paging levels", name ? name : "?", level->shift + level->bits - 1,
		       level->shift, 1U << level->bits % 32, size);
	}
}

static void print_features(uint32_t features)
{
	unsigned int bit, printed = 0;

	printf("%-18s", "features");
	for (bit = 0; bit < 32; bit++) {
		const char *name = v2p_feature_name(features & 1U << bit);

		if (name)
			printf("%s%s", printed++ ? ", " : "", name);
	}
	puts(printed ? "" : "none");
}

/* Where each half has tables of its own, these translate a bit less than both together have. */
static void print_virtual_bits(const struct v2p_info *info)
{
	const unsigned int bits = info->levels[0].shift + info->levels[0].bits;

	if (info->level_count && bits + 1 == info->virtual_bits)
		printf("%-18s%u bits in each half\n", "virtual address", bits);
	else
		printf("%-18s%u bits\n", "virtual address", info->virtual_bits);
}

static void print_info(struct output *output)
{
	const struct v2p_info *info = output->info;
	char size[TEXT_SIZE];

	text_page_size(size, info->page_shift, TEXT_LONG);
	printf("%-18s%s\n", "module version", info->module_version);
	printf("%-18s%s\n", "architecture", info->arch);
	printf("%-18s%s\n", "smallest page", size);
	print_levels(info);
	print_virtual_bits(info);
	printf("%-18s%u bits\n", "physical address", info->physical_bits);
	print_features(info->features);
	printf("%-18s%u addresses\n", "largest batch", info->max_batch);
}

const struct writer info_table = { .info = print_info };
