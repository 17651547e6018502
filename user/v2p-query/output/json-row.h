/* SPDX-License-Identifier: GPL-2.0 */
/*
 * JSON objects that are written straight out, as there may be millions of them; what is
 * written once is made with json-c (json.h). Both look the same, but for an empty array for
 * people, which is [] here, as newer versions of json-c have it.
 */
#ifndef JSON_ROW_H
#define JSON_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/line.h"
#include "output/writer.h"

/**
 * struct json_row - an object that is being written
 * @line: what of it was not written yet
 * @pretty: for people: each member on a line of its own
 * @indent: blanks in front of such a line
 * @empty: nothing stands yet in the object or array that is open
 */
struct json_row {
	struct line line;
	bool pretty;
	bool empty;
	unsigned int indent;
};

/*
 * An element of the list that json_begin_list() began, or an object that is a line, which tells
 * whose it is where there may be several processes.
 */
void json_row_begin_element(struct json_row *row, const struct output *output);
void json_row_end_element(struct json_row *row);
void json_row_begin_line(struct json_row *row, const struct output *output);
void json_row_end_line(struct json_row *row);

void json_row_pretty_key(struct json_row *row, const char *key);

/* The key, a literal, of the member that comes next, which may be an object or an array. */
#define json_row_key(row, key) \
	((row)->pretty ? json_row_pretty_key(row, key) : \
	 (row)->empty  ? ((row)->empty = false, \
			  line_put(&(row)->line, "\"" key "\":", sizeof("\"" key "\":") - 1)) : \
			 line_put(&(row)->line, ",\"" key "\":", sizeof(",\"" key "\":") - 1))

void json_row_open(struct json_row *row, char bracket);
void json_row_close(struct json_row *row, char bracket);

/* Before an element of an array. */
void json_row_next(struct json_row *row);

/* Values: a word has nothing to escape, a text may hold any bytes. */
void json_row_hex(struct json_row *row, uint64_t value);
void json_row_number(struct json_row *row, uint64_t value);
void json_row_word(struct json_row *row, const char *word);
void json_row_text(struct json_row *row, const char *text);

/* Members with their keys, each where there is something to tell. */
void json_row_flags(struct json_row *row, uint32_t flags);
void json_row_level(struct json_row *row, uint8_t level);
void json_row_span(struct json_row *row, unsigned int shift);
void json_row_page_size(struct json_row *row, unsigned int page_shift);

/* What something lies in; NULL for nothing. */
void json_row_mapping(struct json_row *row, const struct output *output, const char *name);

/* What an answer has beside its flags. */
void json_row_memory(struct json_row *row, const struct v2p_extent *answer);

/* Of the page that is there, where that is among the @fields. */
void json_row_page(struct json_row *row, const struct v2p_extent *answer, uint32_t fields);

/* Where the content is that has no physical page; @page_shift: of the smallest page. */
void json_row_instead(struct json_row *row, const struct v2p_extent *answer,
		      unsigned int page_shift, const char *swap_file);

#endif /* JSON_ROW_H */
