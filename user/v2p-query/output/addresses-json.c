// SPDX-License-Identifier: GPL-2.0
/* Translations and walks in JSON: one document, or a line for each. */
#include "base/text.h"
#include "output/json.h"
#include "output/json-row.h"

static void begin(struct output *output)
{
	json_begin_list(output, "translations");
}

static void add_walk(struct json_row *json, const struct v2p_walk *walk)
{
	unsigned int i;

	json_row_key(json, "root");
	json_row_hex(json, walk->root);
	json_row_key(json, "walk");
	json_row_open(json, '[');
	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_step *step = &walk->steps[i];

		json_row_next(json);
		json_row_open(json, '{');
		json_row_level(json, step->level);
		json_row_key(json, "index");
		json_row_number(json, step->index);
		json_row_key(json, "entry_physical");
		json_row_hex(json, step->entry_physical);
		json_row_key(json, "entry");
		json_row_hex(json, step->entry);
		if (step->shift)
			json_row_span(json, step->shift);
		json_row_flags(json, step->flags);
		json_row_close(json, '}');
	}
	json_row_close(json, ']');
}

static void add_entry(struct json_row *json, const struct v2p_translation *translation)
{
	json_row_level(json, translation->level);
	json_row_key(json, "entry");
	json_row_hex(json, translation->entry);
}

/* The entry stands between what most rows have in common: that is kept in two parts. */
static void add_page(struct json_row *json, const struct v2p_translation *translation,
		     const struct v2p_extent *answer)
{
	static struct line_parts known_sizes, known_flags;
	const uint64_t key = page_key(answer);
	size_t begin;

	json_row_key(json, "physical");
	json_row_hex(json, translation->physical);
	begin = json->line.used;
	if (!line_known(&json->line, &known_sizes, key)) {
		json_row_page_size(json, translation->page_shift);
		json_row_level(json, translation->level);
		json_row_key(json, "entry");
		line_keep(&json->line, &known_sizes, key, begin);
	}
	json_row_hex(json, translation->entry);
	begin = json->line.used;
	if (!line_known(&json->line, &known_flags, key)) {
		json_row_flags(json, translation->flags);
		json_row_memory(json, answer);
		line_keep(&json->line, &known_flags, key, begin);
	}
}

static void add_translation(const struct output *output, struct json_row *json,
			    const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_extent answer = row_extent(row);

	if (translation->status == V2P_STATUS_MAPPED) {
		add_page(json, translation, &answer);
	} else {
		json_row_instead(json, &answer, output->info->page_shift, row->swap_file);
		if (translation->status != V2P_STATUS_INVALID)
			add_entry(json, translation);
		json_row_flags(json, translation->flags);
		json_row_memory(json, &answer);
	}
	json_row_page(json, &answer, output->fields);
	if (row->walk)
		add_walk(json, row->walk);
}

/* What tells an answer from the one before. */
static void add_before(const struct output *output, struct json_row *json,
		       const struct v2p_translation *before)
{
	const struct row row = { .translation = *before };
	const struct v2p_extent answer = row_extent(&row);

	json_row_key(json, "from");
	json_row_open(json, '{');
	json_row_key(json, "status");
	json_row_word(json, text_status(before->status));
	if (before->status == V2P_STATUS_MAPPED) {
		json_row_key(json, "physical");
		json_row_hex(json, before->physical);
		json_row_page_size(json, before->page_shift);
	} else {
		json_row_instead(json, &answer, output->info->page_shift, NULL);
	}
	json_row_flags(json, before->flags);
	json_row_close(json, '}');
}

static void add_time(struct json_row *json, const struct timespec *time)
{
	char text[TEXT_TIME];

	text_time(text, time, TEXT_LONG);
	json_row_key(json, "time");
	json_row_word(json, text);
}

/* The members of an address's object. */
static void add_row(const struct output *output, struct json_row *json, const struct row *row)
{
	if (row->time)
		add_time(json, row->time);
	json_row_key(json, "virtual");
	json_row_hex(json, row->address);
	if (row->before)
		add_before(output, json, row->before);
	if (row_symbol(row)) {
		json_row_key(json, "symbol");
		json_row_text(json, row_symbol(row));
	}
	if (row->label->of_a_cpu) {
		json_row_key(json, "cpu");
		json_row_number(json, row->label->cpu);
	}
	json_row_key(json, "status");
	json_row_word(json, row_status(row));
	if (!row->label->freed)
		add_translation(output, json, row);
	json_row_mapping(json, output, row->mapping);
}

static void print_element(struct output *output, const struct row *row)
{
	struct json_row json;

	json_row_begin_element(&json, output);
	add_row(output, &json, row);
	json_row_end_element(&json);
}

static void print_line(struct output *output, const struct row *row)
{
	struct json_row json;

	json_row_begin_line(&json, output);
	add_row(output, &json, row);
	json_row_end_line(&json);
}

const struct writer addresses_json = {
	.fields = WRITER_ADDRESS_FIELDS,
	.table = &addresses_columns,
	.with_comm = true,
	.with_mappings = true,
	.with_symbols = true,
	.begin = begin,
	.address = print_element,
	.end = json_end_with_list,
};

const struct writer addresses_json_lines = {
	.fields = WRITER_ADDRESS_FIELDS,
	.table = &addresses_columns,
	.with_mappings = true,
	.with_symbols = true,
	.address = print_line,
};

const struct writer watch_json_lines = {
	.fields = WRITER_ADDRESS_FIELDS,
	.table = &watch_columns,
	.with_mappings = true,
	.with_symbols = true,
	.address = print_line,
};
