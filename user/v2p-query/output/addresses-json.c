// SPDX-License-Identifier: GPL-2.0
/* Translations and walks in JSON. */
#include <stdio.h>

#include "base/text.h"
#include "output/json.h"

static void begin(struct output *output)
{
	json_begin(output, "translations");
}

static void add_instead(const struct output *output, json_object *object, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;

	if (translation->status == V2P_STATUS_SWAPPED) {
		json_object *swap = json_must(json_object_new_object());

		json_add(swap, "type", json_object_new_int(translation->swap_type));
		json_add_hex(swap, "offset", translation->swap_offset);
		json_add(object, "swap", swap);
		if (row->swap_file)
			json_add_text(object, "swap_file", row->swap_file);
	} else if (translation->swap_offset) {
		json_add_hex(object, "frame_physical",
			translation->swap_offset << output->info->page_shift % 64);
	}
}

static void add_walk(json_object *object, const struct v2p_walk *walk)
{
	json_object *array = json_must(json_object_new_array());
	unsigned int i;

	json_add_hex(object, "root", walk->root);
	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_step *step = &walk->steps[i];
		json_object *element = json_must(json_object_new_object());
		const char *level = v2p_level_name(step->level);

		if (level)
			json_add(element, "level", json_object_new_string(level));
		json_add(element, "index", json_object_new_int64(step->index));
		json_add_hex(element, "entry_physical", step->entry_physical);
		json_add_hex(element, "entry", step->entry);
		json_add_bits(element, "flags", step->flags, v2p_flag_name);
		json_append(array, element);
	}
	json_add(object, "walk", array);
}

static void add_translation(const struct output *output, json_object *object,
			    const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const char *level;

	if (translation->status == V2P_STATUS_MAPPED) {
		json_add_hex(object, "physical", translation->physical);
		if (translation->page_shift < 63)
			json_add(object, "page_size",
			    json_object_new_int64(INT64_C(1) << translation->page_shift));
	} else {
		add_instead(output, object, row);
	}
	if (translation->status != V2P_STATUS_INVALID) {
		level = text_level(output->info, translation->page_shift);
		if (level)
			json_add(object, "level", json_object_new_string(level));
		json_add_hex(object, "entry", translation->entry);
	}
	json_add_bits(object, "flags", translation->flags, v2p_flag_name);
	if (row->walk)
		add_walk(object, row->walk);
}

static void print_row(struct output *output, const struct row *row)
{
	json_object *object = json_must(json_object_new_object());

	json_add_hex(object, "virtual", row->address);
	if (row->label->name)
		json_add_text(object, "symbol", row->label->name);
	if (row->label->of_a_cpu)
		json_add(object, "cpu", json_object_new_int64(row->label->cpu));
	json_add(object, "status", json_object_new_string(row_status(row)));
	if (!row->label->freed)
		add_translation(output, object, row);
	if (row->mapping)
		json_add_text(object, "mapping", row->mapping);

	json_print_element(output, object, !output->count);
}

static enum exit_status end(struct output *output, const char *error)
{
	json_end_list(output);
	json_end(output, error);
	return EXIT_OK;
}

const struct writer addresses_json = {
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
	.end = end,
};
