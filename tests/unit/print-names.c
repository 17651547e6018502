// SPDX-License-Identifier: GPL-2.0
/* Every word that libv2p knows, for names_test.py to compare with the wire contract. */
#include <stdio.h>

#include <v2p.h>

static void print(const char *set, unsigned int value, const char *name)
{
	if (name)
		printf("%s %u %s\n", set, value, name);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < 256; i++) {
		print("status", i, v2p_status_name(i));
		print("memory-type", i, v2p_memory_type_name(i));
		print("level", i, v2p_level_name(i));
		print("page-status", i, v2p_page_status_name(i));
		print("page-kind", i, v2p_page_kind_name(i));
		print("zone", i, v2p_zone_name(i));
		print("region", i, v2p_region_name(i));
		print("device-translation", i, v2p_device_translation_name(i));
		print("table-format", i, v2p_table_format_name(i));
	}
	for (i = 0; i < 32; i++) {
		print("flag", i, v2p_flag_name(1U << i));
		print("feature", i, v2p_feature_name(1U << i));
	}
	/* Not one bit: no name. */
	print("flag", 100, v2p_flag_name(0));
	print("flag", 101, v2p_flag_name(3));
	print("feature", 100, v2p_feature_name(0));
	print("feature", 101, v2p_feature_name(UINT32_MAX));
	return 0;
}
