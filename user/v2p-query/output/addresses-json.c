// SPDX-License-Identifier: GPL-2.0
/* Translations and walks in JSON. */
#include <stdio.h>

#include "base/text.h"
#include "output/json.h"

static void begin(struct output *output)
{
	json_begin(output, "translations");
}

static void add_walk(json_object *object, const struct v2p_walk *walk)
{
	json_object *array = json_must(json_object_new_array());
	unsigned int i;

	json_add_hex(object, "root", walk->root);
	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_step *step = &walk->steps[i];
		json_object *element = json_must(json_object_new_object());

		json_add_level(element, step->level);
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
	const struct v2p_extent answer = row_extent(row);

	if (translation->status == V2P_STATUS_MAPPED) {
		json_add_hex(object, "physical", translation->physical);
		json_add_page_size(object, translation->page_shift);
	} else {
		json_add_instead(object, &answer, output->info->page_shift, row->swap_file);
	}
	if (translation->status != V2P_STATUS_INVALID) {
		json_add_level(object, translation->level);
		json_add_hex(object, "entry", translation->entry);
	}
	json_add_bits(object, "flags", translation->flags, v2p_flag_name);
	json_add_memory(object, &answer);
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
	.fields = WRITER_ADDRESS_FIELDS,
	.with_comm = true,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
	.end = end,
};
