// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "output/json.h"

static void out_of_memory(void)
{
	exit(complain(EXIT_TROUBLE, "out of memory"));
}

json_object *json_must(json_object *object)
{
	if (!object)
		out_of_memory();
	return object;
}

void json_add(json_object *object, const char *key, json_object *value)
{
	if (json_object_object_add(object, key, json_must(value)))
		out_of_memory();
}

void json_append(json_object *array, json_object *value)
{
	if (json_object_array_add(array, json_must(value)))
		out_of_memory();
}

void json_add_hex(json_object *object, const char *key, uint64_t value)
{
	char text[TEXT_NUMBER];

	text_hex(text, value);
	json_add(object, key, json_object_new_string(text));
}

static json_object *new_text(const char *value)
{
	char *text = strdup(value);
	json_object *object;

	if (!text)
		out_of_memory();
	utf8_make_valid(text);
	object = json_must(json_object_new_string(text));
	free(text);
	return object;
}

void json_add_text(json_object *object, const char *key, const char *value)
{
	json_add(object, key, new_text(value));
}

void json_append_text(json_object *array, const char *value)
{
	json_append(array, new_text(value));
}

void json_add_bits(json_object *object, const char *key, uint32_t bits,
		   const char *(*name_of)(uint32_t bit))
{
	json_object *array = json_must(json_object_new_array());

	for (; bits; bits &= bits - 1) {
		const char *name = name_of(bits & -bits);

		if (name)
			json_append(array, json_object_new_string(name));
	}
	json_add(object, key, array);
}

void json_add_level(json_object *object, uint8_t level)
{
	const char *name = v2p_level_name(level);

	if (name)
		json_add(object, "level", json_object_new_string(name));
}

/* As \uXXXX, above U+FFFF as a surrogate pair. */
static void print_escaped(uint32_t character)
{
	if (character < 0x10000)
		printf("\\u%04x", (unsigned int)character);
	else
		printf("\\u%04x\\u%04x", (unsigned int)(0xd800 + ((character - 0x10000) >> 10)),
		       (unsigned int)(0xdc00 + (character & 0x3ff)));
}

/* Print another character, escaped if a terminal would act upon it, and return its length. */
static size_t print_character(const char *text, int indent)
{
	uint32_t character;
	size_t length;

	/* Newlines in strings are escaped by json-c: this one ends a line of the document. */
	if (*text == '\n') {
		printf("\n%*s", indent, "");
		return 1;
	}
	length = utf8_hidden(text, &character);
	if (length) {
		print_escaped(character);
		return length;
	}
	putchar(*text);
	return 1;
}

void json_print(json_object *object, bool pretty, int indent)
{
	int style = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED :
			      JSON_C_TO_STRING_PLAIN);
	const char *text = json_object_to_json_string_ext(object, style);

	if (!text)
		out_of_memory();
	for (text += utf8_print_plain(text); *text; text += utf8_print_plain(text))
		text += print_character(text, indent);
}

/* A new line for people, @indent blanks deep in the object of a target. */
static void new_line(const struct output *output, unsigned int indent)
{
	if (output->pretty)
		printf("\n%*s", output_indent(output) + indent, "");
}

static void print_key(const struct output *output, const char *key)
{
	new_line(output, 2);
	printf(output->pretty ? "\"%s\": " : "\"%s\":", key);
}

static void add_device(json_object *target, const struct output *output)
{
	const char *format = device_format(&output->device);

	json_add_text(target, "device", output->target.name);
	if (target_has_pasid(output->target))
		json_add(target, "pasid", json_object_new_int(output->target.id));
	else
		json_object_object_add(target, "pasid", NULL);
	json_add_text(target, "translation", device_translation(&output->device));
	if (format)
		json_add_text(target, "format", format);
}

static json_object *new_target(const struct output *output)
{
	json_object *target = json_must(json_object_new_object());

	if (target_is_kernel(output->target))
		json_add(target, "kernel", json_object_new_boolean(1));
	else if (target_is_device(output->target))
		add_device(target, output);
	else
		json_add(target, "pid", json_object_new_int(target_pid(output->target)));
	if (target_is_user_root(output->target))
		json_add(target, "user_root", json_object_new_boolean(1));
	if (*output->comm)
		json_add_text(target, "comm", output->comm);
	return target;
}

static void begin_all(const struct output *output)
{
	fputs(output->pretty ? "{\n  \"processes\": [" : "{\"processes\":[", stdout);
}

void json_begin(const struct output *output)
{
	json_object *target = new_target(output);

	if (output->many && output->turns)
		putchar(',');
	else if (output->many)
		begin_all(output);
	if (output->many)
		new_line(output, 0);
	putchar('{');
	print_key(output, "target");
	json_print(target, output->pretty, output_indent(output) + 2);
	json_object_put(target);
}

void json_begin_list(const struct output *output, const char *key)
{
	json_begin(output);
	putchar(',');
	print_key(output, key);
	putchar('[');
}

void json_begin_alone(const struct output *output, const char *key)
{
	putchar('{');
	print_key(output, key);
	putchar('[');
}

void json_print_element(const struct output *output, json_object *object, bool first)
{
	fputs(first ? "" : ",", stdout);
	new_line(output, 4);
	json_print(object, output->pretty, output_indent(output) + 4);
	json_object_put(object);
}

void json_end_list(const struct output *output)
{
	new_line(output, 2);
	putchar(']');
}

enum exit_status json_end_with_list(struct output *output, const char *error)
{
	json_end_list(output);
	json_end(output, error);
	return EXIT_OK;
}

void json_print_member(const struct output *output, const char *key, json_object *object)
{
	putchar(',');
	print_key(output, key);
	json_print(object, output->pretty, output_indent(output) + 2);
	json_object_put(object);
}

void json_end(const struct output *output, const char *error)
{
	if (error)
		json_print_member(output, "error", new_text(error));
	new_line(output, 0);
	putchar('}');
	if (!output->many)
		putchar('\n');
}

static void print_outer_member(const struct output *output, const char *key, json_object *object)
{
	printf(output->pretty ? ",\n  \"%s\": " : ",\"%s\":", key);
	json_print(object, output->pretty, 2);
	json_object_put(object);
}

void json_end_all(const struct output *output, const char *key, json_object *object,
		  const char *error)
{
	const bool any = output->turns || output->begun;

	if (!any)
		begin_all(output);
	fputs(output->pretty && any ? "\n  ]" : "]", stdout);
	if (object)
		print_outer_member(output, key, object);
	if (error)
		print_outer_member(output, "error", new_text(error));
	puts(output->pretty ? "\n}" : "}");
}
