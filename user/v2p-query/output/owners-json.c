// SPDX-License-Identifier: GPL-2.0
/* Owners of physical memory in JSON: the extents of each, and how many there are. */
#include <stdio.h>

#include "base/text.h"
#include "output/extents-json.h"
#include "output/json.h"
#include "output/json-row.h"

static json_object *new_found(const struct physical *physical)
{
	json_object *object = json_must(json_object_new_object());

	if (physical->device) {
		json_add_text(object, "device", physical->device);
		json_add_hex(object, "device_address", physical->address);
		json_add_text(object, "status", text_status(physical->status));
	}
	if (!physical->range.length)
		return object;
	json_add_hex(object, "physical", physical->range.start);
	json_add(object, "length", json_object_new_uint64(physical->range.length));
	json_add(object, "mappings", json_object_new_uint64(physical->mappings));
	json_add(object, "kernel_mappings", json_object_new_uint64(physical->kernel_mappings));
	if (physical->counted != PHYSICAL_NOT_COUNTED)
		json_add(object, "counted", json_object_new_uint64(physical->counted));
	return object;
}

static enum exit_status open(struct output *output)
{
	output->state = json_must(json_object_new_array());
	return EXIT_OK;
}

static void begin(struct output *output)
{
	json_begin_list(output, "extents");
}

static void keep(struct output *output, const struct physical *physical)
{
	json_append(output->state, new_found(physical));
}

static void end_all(struct output *output, const char *error)
{
	json_end_all(output, "ranges", json_object_get(output->state), error);
}

static void close(struct output *output)
{
	json_object_put(output->state);
}

static void print_found(struct output *output, const struct physical *physical)
{
	json_object *object = new_found(physical);

	(void)output;
	json_print(object, false, 0);
	putchar('\n');
	json_object_put(object);
}

const struct writer owners_json = {
	.fields = WRITER_EXTENT_FIELDS,
	.table = &owners_columns,
	.with_comm = true,
	.with_mappings = true,
	.open = open,
	.begin = begin,
	.extent = extents_json_element,
	.end = json_end_with_list,
	.found = keep,
	.end_all = end_all,
	.close = close,
};

const struct writer owners_json_lines = {
	.fields = WRITER_EXTENT_FIELDS,
	.table = &owners_columns,
	.with_comm = true,
	.with_mappings = true,
	.extent = extents_json_line,
	.found = print_found,
};
