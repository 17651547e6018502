// SPDX-License-Identifier: GPL-2.0
/* What the module and the machine can do, in JSON. */
#include <stdio.h>

#include "output/json.h"

static void print_info(struct output *output)
{
	const struct v2p_info *info = output->info;
	json_object *object = json_must(json_object_new_object());
	json_object *levels = json_must(json_object_new_array());
	unsigned int i;

	json_add_text(object, "module_version", info->module_version);
	json_add_text(object, "arch", info->arch);
	json_add(object, "page_shift", json_object_new_int(info->page_shift));
	json_add(object, "physical_bits", json_object_new_int(info->physical_bits));
	json_add(object, "virtual_bits", json_object_new_int(info->virtual_bits));
	for (i = 0; i < info->level_count; i++) {
		json_object *element = json_must(json_object_new_object());

		json_add_level(element, info->levels[i].level);
		json_add(element, "shift", json_object_new_int(info->levels[i].shift));
		json_add(element, "bits", json_object_new_int(info->levels[i].bits));
		json_append(levels, element);
	}
	json_add(object, "levels", levels);
	json_add_bits(object, "features", info->features, v2p_feature_name);
	json_add(object, "max_batch", json_object_new_int64(info->max_batch));

	json_print(object, output->pretty, 0);
	putchar('\n');
	json_object_put(object);
}

const struct writer info_json = { .info = print_info };
