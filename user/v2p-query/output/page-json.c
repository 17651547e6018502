// SPDX-License-Identifier: GPL-2.0
/* What is at physical addresses, in JSON. */
#include <stdio.h>

#include "output/json.h"

static void add_number(json_object *object, const char *key, uint64_t number)
{
	json_add(object, key, json_object_new_uint64(number));
}

static json_object *new_texts(const char *const *texts, size_t count)
{
	json_object *array = json_must(json_object_new_array());
	size_t i;

	for (i = 0; i < count; i++)
		json_append_text(array, texts[i]);
	return array;
}

static void add_device(json_object *object, const struct page *page)
{
	json_object *device;

	if (!*page->device)
		return;
	device = json_must(json_object_new_object());
	json_add_text(device, "pci", page->device);
	if (page->bar == PAGE_ROM)
		json_add(device, "rom", json_object_new_boolean(1));
	else
		json_add(device, "bar", json_object_new_int(page->bar));
	if (*page->driver)
		json_add_text(device, "driver", page->driver);
	json_add(object, "device", device);
}

static void add_flags(json_object *object, const struct page *page)
{
	json_object *flags = json_must(json_object_new_array());
	unsigned int bit;

	for (bit = 0; bit < 64; bit++) {
		const char *name = page_flag_name(page, bit);

		if (page->flags & UINT64_C(1) << bit && name)
			json_append(flags, json_object_new_string(name));
	}
	json_add(object, "flags", flags);
}

static void add_file(json_object *object, const struct page *page)
{
	json_object *file = json_must(json_object_new_object());
	char device[24];

	snprintf(device, sizeof(device), "%u:%u", page->file_major, page->file_minor);
	json_add(file, "device", json_object_new_string(device));
	add_number(file, "inode", page->file_inode);
	json_add_hex(file, "offset", page->file_offset);
	if (*page->file_name)
		json_add_text(file, "name", page->file_name);
	json_add(object, "file", file);
}

static json_object *new_page(const struct page *page)
{
	json_object *object = json_must(json_object_new_object());

	json_add_hex(object, "physical", page->physical);
	add_number(object, "length", page->length);
	json_add(object, "kind", json_object_new_string(page_use_word(page->kind)));
	if (page->flags & PAGE_BIT(HWPOISON))
		json_add(object, "poisoned", json_object_new_boolean(1));
	json_add(object, "resources", new_texts(page->resources, page->resource_count));
	add_device(object, page);
	if (page->node >= 0)
		json_add(object, "node", json_object_new_int(page->node));
	if (*page->zone)
		json_add_text(object, "zone", page->zone);
	if (page->known & PAGE_HAS_ORDER) {
		json_add(object, "order", json_object_new_int(page->order));
		json_add_hex(object, "folio", page->head);
	}
	if (page->known & PAGE_HAS_FLAGS)
		add_flags(object, page);
	if (page->known & PAGE_HAS_MAPPINGS)
		add_number(object, "mappings", page->mappings);
	if (page->known & PAGE_HAS_REFERENCES)
		add_number(object, "references", page->references);
	if (page->known & PAGE_HAS_CGROUP && page->cgroup) {
		add_number(object, "cgroup_inode", page->cgroup);
		if (*page->cgroup_path)
			json_add_text(object, "cgroup", page->cgroup_path);
	}
	if (page->known & PAGE_HAS_FILE)
		add_file(object, page);
	if (page->dimm_count) {
		json_add(object, "dimms", new_texts(page->dimms, page->dimm_count));
		json_add_text(object, "dimms_by", page->dimms_by);
	}
	return object;
}

static void begin(struct output *output)
{
	json_begin_alone(output, "pages");
}

static void print_element(struct output *output, const struct page *page)
{
	json_print_element(output, new_page(page), !output->count);
}

static void print_line(struct output *output, const struct page *page)
{
	json_object *object = new_page(page);

	(void)output;
	json_print(object, false, 0);
	putchar('\n');
	json_object_put(object);
}

const struct writer page_json = {
	.begin = begin,
	.page = print_element,
	.end = json_end_with_list,
};

const struct writer page_json_lines = { .page = print_line };
