/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What JSON documents are made of. They are written element by element, as they may
 * be of any length. Without memory these functions end the program.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <json-c/json.h>

#include "output/writer.h"

json_object *json_must(json_object *object);
void json_add(json_object *object, const char *key, json_object *value);
void json_append(json_object *array, json_object *value);
void json_add_hex(json_object *object, const char *key, uint64_t value);
void json_add_text(json_object *object, const char *key, const char *value);
void json_append_text(json_object *array, const char *value);

/* @name_of is v2p_flag_name() or v2p_feature_name(). */
void json_add_bits(json_object *object, const char *key, uint32_t bits,
		   const char *(*name_of)(uint32_t bit));

/* Where it has a name. */
void json_add_level(json_object *object, uint8_t level);

/* Print an object that stands @indent blanks deep in what was printed by hand. */
void json_print(json_object *object, bool pretty, int indent);

/*
 * A document: {"target":...,"LIST":[ELEMENT,...],"KEY":MEMBER,...}. Of several processes it is
 * {"processes":[DOCUMENT,...],"KEY":MEMBER}. Objects that are printed are released.
 */
void json_begin(const struct output *output);
void json_begin_list(const struct output *output, const char *key);
/* The same without a target. */
void json_begin_alone(const struct output *output, const char *key);
void json_print_element(const struct output *output, json_object *object, bool first);
void json_end_list(const struct output *output);
void json_print_member(const struct output *output, const char *key, json_object *object);
/* The end of the document of a target; @error is NULL, or what it ends with. */
void json_end(const struct output *output, const char *error);
/*
 * The end after the last of several processes; @object is NULL, or another member, @error NULL,
 * or the last one.
 */
void json_end_all(const struct output *output, const char *key, json_object *object,
		  const char *error);

/* A writer's end(), where the list is all that the document has. */
enum exit_status json_end_with_list(struct output *output, const char *error);

#endif /* JSON_H */
