// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/text.h"
#include "commands/mode.h"
#include "output/json.h"

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

static void print_info(const struct v2p_info *info)
{
	char size[TEXT_SIZE];

	text_page_size(size, info->page_shift, TEXT_LONG);
	printf("%-18s%s\n", "module version", info->module_version);
	printf("%-18s%s\n", "architecture", info->arch);
	printf("%-18s%s\n", "smallest page", size);
	print_levels(info);
	printf("%-18s%u bits\n", "virtual address", info->virtual_bits);
	printf("%-18s%u bits\n", "physical address", info->physical_bits);
	print_features(info->features);
	printf("%-18s%u addresses\n", "largest batch", info->max_batch);
}

enum exit_status mode_info(struct session *session)
{
	enum exit_status status = session_connect(session);

	if (status != EXIT_OK)
		return status;
	if (session->options->format == FORMAT_JSON)
		json_print_info(session);
	else
		print_info(&session->info);
	return session_flush();
}
