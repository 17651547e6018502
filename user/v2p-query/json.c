// SPDX-License-Identifier: GPL-2.0
/* One JSON document, written element by element: it may be of any length. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "json.h"
#include "printer.h"
#include "text.h"

static void out_of_memory(void)
{
	exit(complain(STATUS_TROUBLE, "out of memory"));
}

static json_object *must(json_object *object)
{
	if (!object)
		out_of_memory();
	return object;
}

static void add(json_object *object, const char *key, json_object *value)
{
	if (json_object_object_add(object, key, must(value)))
		out_of_memory();
}

static void append(json_object *array, json_object *value)
{
	if (json_object_array_add(array, must(value)))
		out_of_memory();
}

static void add_hex(json_object *object, const char *key, uint64_t value)
{
	char text[20];

	snprintf(text, sizeof(text), "0x%" PRIx64, value);
	add(object, key, json_object_new_string(text));
}

static void add_text(json_object *object, const char *key, const char *value)
{
	char *text = strdup(value);

	if (!text)
		out_of_memory();
	text_make_utf8(text);
	add(object, key, json_object_new_string(text));
	free(text);
}

/* @name_of is v2p_flag_name() or v2p_feature_name(). */
static void add_bits(json_object *object, const char *key, uint32_t bits,
		     const char *(*name_of)(uint32_t bit))
{
	json_object *array = must(json_object_new_array());
	unsigned int bit;

	for (bit = 0; bit < 32; bit++) {
		const char *name = name_of(bits & 1U << bit);

		if (name)
			append(array, json_object_new_string(name));
	}
	add(object, key, array);
}

/* Print an object that stands @indent blanks deep in what was printed by hand. */
static void print_object(json_object *object, bool pretty, int indent)
{
	int style = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED :
			      JSON_C_TO_STRING_PLAIN);
	const char *text = json_object_to_json_string_ext(object, style);

	if (!text)
		out_of_memory();
	/* A newline in a string is escaped: each that is left ends a line. */
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("%*s", indent, "");
	}
}

static void begin(const struct session *session)
{
	bool pretty = session->options->pretty;
	json_object *target = must(json_object_new_object());
	char comm[COMM_SIZE];

	if (session->options->target.kernel) {
		add(target, "kernel", json_object_new_boolean(1));
	} else {
		add(target, "pid", json_object_new_int(session->options->target.pid));
		printer_comm(comm, session->options->target.pid);
		if (*comm)
			add(target, "comm", json_object_new_string(comm));
	}

	fputs(pretty ? "{\n  \"target\": " : "{\"target\":", stdout);
	print_object(target, pretty, 2);
	fputs(pretty ? ",\n  \"translations\": [" : ",\"translations\":[", stdout);
	json_object_put(target);
}

static void add_instead(const struct session *session, json_object *object,
			const struct v2p_translation *translation)
{
	if (translation->status == V2P_STATUS_SWAPPED) {
		json_object *swap = must(json_object_new_object());

		add(swap, "type", json_object_new_int(translation->swap_type));
		add_hex(swap, "offset", translation->swap_offset);
		add(object, "swap", swap);
	} else if (translation->swap_offset) {
		add_hex(object, "frame_physical",
			translation->swap_offset << session->info.page_shift % 64);
	}
}

static void add_walk(json_object *object, const struct v2p_walk *walk)
{
	json_object *array = must(json_object_new_array());
	unsigned int i;

	add_hex(object, "root", walk->root);
	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_step *step = &walk->steps[i];
		json_object *element = must(json_object_new_object());
		const char *level = v2p_level_name(step->level);

		if (level)
			add(element, "level", json_object_new_string(level));
		add(element, "index", json_object_new_int64(step->index));
		add_hex(element, "entry_physical", step->entry_physical);
		add_hex(element, "entry", step->entry);
		add_bits(element, "flags", step->flags, v2p_flag_name);
		append(array, element);
	}
	add(object, "walk", array);
}

static void print_row(const struct session *session, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	bool pretty = session->options->pretty;
	json_object *object = must(json_object_new_object());
	const char *level;

	add_hex(object, "virtual", row->address);
	add(object, "status", json_object_new_string(text_status(translation->status)));
	if (translation->status == V2P_STATUS_MAPPED) {
		add_hex(object, "physical", translation->physical);
		if (translation->page_shift < 63)
			add(object, "page_size",
			    json_object_new_int64(INT64_C(1) << translation->page_shift));
	} else {
		add_instead(session, object, translation);
	}
	if (translation->status != V2P_STATUS_INVALID) {
		level = text_level(&session->info, translation->page_shift);
		if (level)
			add(object, "level", json_object_new_string(level));
		add_hex(object, "entry", translation->entry);
	}
	add_bits(object, "flags", translation->flags, v2p_flag_name);
	if (row->mapping)
		add_text(object, "mapping", row->mapping);
	if (row->walk)
		add_walk(object, row->walk);

	fputs(row->number ? "," : "", stdout);
	fputs(pretty ? "\n    " : "", stdout);
	print_object(object, pretty, 4);
	json_object_put(object);
}

static void end(const struct session *session)
{
	puts(session->options->pretty ? "\n  ]\n}" : "]}");
}

const struct printer json_printer = { .begin = begin, .row = print_row, .end = end };

void json_print_info(const struct session *session)
{
	const struct v2p_info *info = &session->info;
	json_object *object = must(json_object_new_object());
	json_object *levels = must(json_object_new_array());
	unsigned int i;

	add_text(object, "module_version", info->module_version);
	add_text(object, "arch", info->arch);
	add(object, "page_shift", json_object_new_int(info->page_shift));
	add(object, "physical_bits", json_object_new_int(info->physical_bits));
	add(object, "virtual_bits", json_object_new_int(info->virtual_bits));
	for (i = 0; i < info->level_count; i++) {
		json_object *element = must(json_object_new_object());
		const char *name = v2p_level_name(info->levels[i].level);

		if (name)
			add(element, "level", json_object_new_string(name));
		add(element, "shift", json_object_new_int(info->levels[i].shift));
		add(element, "bits", json_object_new_int(info->levels[i].bits));
		append(levels, element);
	}
	add(object, "levels", levels);
	add_bits(object, "features", info->features, v2p_feature_name);
	add(object, "max_batch", json_object_new_int64(info->max_batch));

	print_object(object, session->options->pretty, 0);
	putchar('\n');
	json_object_put(object);
}
