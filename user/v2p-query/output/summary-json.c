// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "output/json.h"
#include "output/summary.h"

static json_object *number(uint64_t value)
{
	return json_object_new_uint64(value);
}

static void add_absent(void *object, const char *status, uint64_t bytes)
{
	json_add(object, status, number(bytes));
}

static void add_nodes(json_object *object, const struct stats *stats)
{
	json_object *nodes = json_must(json_object_new_object());
	char node[24];
	unsigned int i;

	for (i = 0; i < stats->nodes; i++) {
		snprintf(node, sizeof(node), "%u", i);
		if (stats->by_node[i])
			json_add(nodes, node, number(stats->by_node[i]));
	}
	json_add(object, "nodes", nodes);
}

static void add_kinds(json_object *object, const struct stats *stats)
{
	json_object *kinds = json_must(json_object_new_object());
	unsigned int i;

	for (i = 0; i < __V2P_PAGE_KIND_MAX; i++)
		if (stats->by_kind[i])
			json_add(kinds, text_page_kind(i), number(stats->by_kind[i]));
	json_add(object, "page_kinds", kinds);
}

/* @fields: what was asked for */
static void add_stats(json_object *object, const struct stats *stats, uint32_t fields)
{
	json_object *sizes = json_must(json_object_new_object());
	json_object *others = json_must(json_object_new_object());
	char size[24];
	unsigned int i;

	for (i = 0; i < 64; i++) {
		snprintf(size, sizeof(size), "%" PRIu64, UINT64_C(1) << i);
		if (stats->by_shift[i])
			json_add(sizes, size, number(stats->by_shift[i]));
	}
	absent_each(stats->by_status, add_absent, others);

	json_add(object, "size", number(stats->size));
	json_add(object, "mapped", number(stats->mapped));
	json_add(object, "page_sizes", sizes);
	json_add(object, "extents", number(stats->extents));
	json_add(object, "largest", number(stats->largest));
	json_add(object, "not_mapped", others);
	if (fields & V2P_FIELD_NODE)
		add_nodes(object, stats);
	if (fields & V2P_FIELD_PAGE_KIND)
		add_kinds(object, stats);
}

static void begin(struct output *output)
{
	summary_begin(output);
	if (output->many)
		json_begin(output);
	else
		json_begin_list(output, "mappings");
}

static void print_row(const struct output *output, const struct summary *summary)
{
	json_object *object = json_must(json_object_new_object());

	json_add_hex(object, "virtual", summary->start);
	if (summary->mapping)
		json_add_text(object, target_is_kernel(output->target) ? "region" : "mapping",
			      mapping_name(summary->mapping));
	add_stats(object, &summary->row, output->fields);
	json_print_element(output, object, !summary->rows);
}

static void take(struct output *output, const struct piece *piece)
{
	summary_take(output, piece, print_row);
}

static json_object *new_stats(const struct stats *stats, uint32_t fields)
{
	json_object *object = json_must(json_object_new_object());

	add_stats(object, stats, fields);
	return object;
}

/* After an error neither the last row nor the total is complete: leave them out. */
static enum exit_status end(struct output *output, const char *error)
{
	struct summary *summary = output->state;

	if (!error)
		summary_end(output, print_row);
	if (!output->many)
		json_end_list(output);
	if (!error) {
		json_print_member(output, "total", new_stats(&summary->total, output->fields));
		summary_add(summary);
	}
	json_end(output, error);
	return EXIT_OK;
}

static void end_all(struct output *output, const char *error)
{
	const struct summary *summary = output->state;

	json_end_all(output, "total", new_stats(&summary->all, output->fields), error);
}

const struct writer summary_json = {
	.fields = V2P_FIELD_PAGE_SHIFT,
	.table = &summary_columns,
	.with_comm = true,
	.with_mappings = true,
	.open = summary_open,
	.begin = begin,
	.extent = take,
	.end = end,
	.end_all = end_all,
	.close = summary_close,
};
