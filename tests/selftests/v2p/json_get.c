// SPDX-License-Identifier: GPL-2.0
/*
 * Reads one JSON document, strictly, and prints the value at a path of members
 * and indices; "#" is a length, and behind "*" stands a member of each element,
 * one a line, "-" where there is none. Exits with 1 where there is nothing, with
 * 2 where standard input is not one JSON document.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_object *parse(void)
{
	struct json_tokener *tokener = json_tokener_new();
	static char text[8 << 20];
	size_t length = fread(text, 1, sizeof(text) - 1, stdin);
	struct json_object *document;

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	document = json_tokener_parse_ex(tokener, text, length + 1);
	if (json_tokener_get_error(tokener) != json_tokener_success ||
	    json_tokener_get_parse_end(tokener) < length)
		return NULL;
	return document;
}

static struct json_object *descend(struct json_object *object, const char *step)
{
	if (json_object_is_type(object, json_type_array))
		return json_object_array_get_idx(object, strtoul(step, NULL, 10));
	if (json_object_is_type(object, json_type_object))
		return json_object_object_get(object, step);
	return NULL;
}

static void print(struct json_object *object)
{
	puts(json_object_is_type(object, json_type_string) ?
	     json_object_get_string(object) : json_object_to_json_string(object));
}

static void print_each(struct json_object *array, const char *member)
{
	size_t i;

	for (i = 0; i < json_object_array_length(array); i++) {
		struct json_object *value = descend(json_object_array_get_idx(array, i), member);

		if (value)
			print(value);
		else
			puts("-");
	}
}

int main(int argc, char **argv)
{
	struct json_object *object = parse();
	int i;

	if (!object)
		return 2;
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "#")) {
			printf("%zu\n", json_object_array_length(object));
			return 0;
		}
		if (!strcmp(argv[i], "*") && argc == i + 2) {
			print_each(object, argv[i + 1]);
			return 0;
		}
		object = descend(object, argv[i]);
		if (!object)
			return 1;
	}
	print(object);
	return 0;
}
