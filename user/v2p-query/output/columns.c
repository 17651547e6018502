// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/target.h"
#include "base/text.h"
#include "output/columns.h"
#include "output/writer.h"

/* Takes the names of all columns of a table. */
#define KNOWN 400

/* Whatever the locale: in Turkish, the capital of an i is another letter. */
static char capital(char letter)
{
	return letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter;
}

static bool is_same(const char *one, const char *other)
{
	while (*one && capital(*one) == capital(*other)) {
		one++;
		other++;
	}
	return *one == *other;
}

static const struct column *find(const struct table *table, const char *name)
{
	size_t i;

	for (i = 0; table->columns[i]; i++)
		if (is_same(table->columns[i]->name, name))
			return table->columns[i];
	return NULL;
}

static bool is_shown(const struct columns *columns, const struct column *column)
{
	size_t i;

	for (i = 0; i < columns->count; i++)
		if (columns->list[i].column == column)
			return true;
	return false;
}

static enum exit_status complain_of(const struct table *table, const char *name, const char *wrong)
{
	char known[KNOWN] = "";
	size_t used = 0, i;

	for (i = 0; table->columns[i] && used < KNOWN; i++)
		used += snprintf(known + used, KNOWN - used, "%s%s", i ? ", " : "",
				 table->columns[i]->name);
	if (!*name)
		return complain(EXIT_USAGE, "--output: an empty name; there are %s", known);
	return complain(EXIT_USAGE, "--output %.40s: %s; there are %s", name, wrong, known);
}

static enum exit_status add(struct columns *columns, const struct table *table,
			    struct v2p_target target, const char *name)
{
	const struct column *column = find(table, name);

	if (!column)
		return complain_of(table, name, "no such column");
	if (is_shown(columns, column))
		return complain_of(table, name, "it is shown already");
	columns->list[columns->count++] = (struct shown_column){
		.column = column, .write = column->write, .of = column->of,
	};
	columns->fields |= column->fields;
	columns->with_comm |= column->with_comm;
	columns->with_mappings |= target_is_kernel(target) ? column->with_regions :
							     column->with_mappings;
	columns->with_symbols |= column->with_symbols;
	return EXIT_OK;
}

static enum exit_status add_list(struct columns *columns, const struct table *table,
				 struct v2p_target target, const char *list)
{
	char *copy = strdup(list), *rest = copy, *name;
	enum exit_status status = EXIT_OK;

	if (!copy)
		return complain(EXIT_TROUBLE, "out of memory");
	while (status == EXIT_OK && (name = strsep(&rest, ",")))
		status = add(columns, table, target, name);
	free(copy);
	return status;
}

/* Most rows have in cells of a page or a length what one of those before had. */
static struct line_parts known[COLUMNS_MOST];

static void lay_out(struct columns *columns, bool kernel)
{
	struct shown_column *last = NULL;
	size_t i;

	for (i = columns->count; i-- > 0;) {
		struct shown_column *shown = &columns->list[i];
		const struct column *column = shown->column;

		shown->width = kernel && column->kernel_width ? column->kernel_width :
								column->width;
		/* Behind the last one is one of rows, without anything to write. */
		shown->run = shown->of == shown[1].of ? shown[1].run + 1 : 1;
		shown->known = &known[i];
		last = last ? last : shown;
	}
	if (!last)
		return;
	columns->fills_up = !last->column->ends_row;
	if (last->column->ends_row)
		last->width = 0;
}

enum exit_status columns_choose(struct columns *columns, const struct table *table,
				const char *usual, struct v2p_target target, const char *chosen)
{
	const bool more = chosen && *chosen == '+';
	enum exit_status status = EXIT_OK;

	*columns = (struct columns){ .no_headings = columns->no_headings };
	if (usual && (!chosen || more))
		status = add_list(columns, table, target, usual);
	if (status == EXIT_OK && chosen)
		status = add_list(columns, table, target, chosen + more);
	lay_out(columns, target_has_kernel(target));
	return status;
}

/* What fills up the last cell is not written. */
static void end_row(struct line *line, bool fills_up)
{
	while (fills_up && line->used && line->text[line->used - 1] == ' ')
		line->used--;
	line_put(line, "\n", 1);
	line_write(line);
}

static void add_heading(struct line *line, const struct column *column, unsigned int width)
{
	char heading[32];
	size_t i;

	for (i = 0; column->name[i] && i < sizeof(heading) - 1; i++)
		heading[i] = capital(column->name[i]);
	heading[i] = '\0';
	if (column->right)
		line_right(line, heading, width);
	else
		line_left(line, heading, width);
}

void columns_head(const struct columns *columns, const struct output *output)
{
	struct line line;
	size_t i;

	if (columns->no_headings)
		return;
	line.used = 0;
	for (i = 0; i < columns->count; i++) {
		const struct shown_column *shown = &columns->list[i];

		if (shown->column->head)
			shown->column->head(&line, output, shown->width);
		else
			add_heading(&line, shown->column, shown->width);
	}
	end_row(&line, true);
}

static void add_run(struct line *line, const struct shown_column *shown,
		    const struct cells *cells, uint64_t key)
{
	const size_t begin = line->used;
	unsigned int i;

	for (i = 0; i < shown->run; i++)
		shown[i].write(line, cells, shown[i].width);
	line_keep(line, shown->known, key, begin);
}

void columns_row(const struct columns *columns, const struct cells *cells)
{
	const struct shown_column *shown = columns->list;
	struct line line;

	line.used = 0;
	while (shown->write) {
		uint64_t key;

		if (shown->of == COLUMN_OF_ROW || (shown->of == COLUMN_OF_PAGE && cells->instead)) {
			shown->write(&line, cells, shown->width);
			shown++;
			continue;
		}
		key = shown->of == COLUMN_OF_PAGE ? page_key(cells->answer) : cells->answer->length;
		if (!line_known(&line, shown->known, key))
			add_run(&line, shown, cells, key);
		shown += shown->run;
	}
	end_row(&line, columns->fills_up);
}

void columns_begin(struct output *output)
{
	if (!output->turns)
		columns_head(&output->columns, output);
}

void columns_extent(struct output *output, const struct piece *piece)
{
	const struct v2p_extent *extent = &piece->extent;
	const struct cells cells = {
		.output = output,
		.answer = extent,
		.instead = extent->status == V2P_STATUS_MAPPED ? NULL : text_status(extent->status),
		.piece = piece,
	};

	columns_row(&output->columns, &cells);
}

void columns_explain(const struct table *table)
{
	size_t i;

	for (i = 0; table->columns[i]; i++)
		printf("%-16s%s\n", table->columns[i]->name, table->columns[i]->about);
	printf("\nUsually shown: %s\n", table->usual);
	if (table->of_kernel)
		printf("of the kernel: %s\n", table->of_kernel);
	if (table->of_user_root)
		printf("with --user-root: %s\n", table->of_user_root);
	if (table->of_device)
		printf("of a device: %s\n", table->of_device);
	if (table->of_many)
		printf("of several processes: %s\n", table->of_many);
}

void columns_print_names(const struct table *const *tables)
{
	const struct table *const *before;
	size_t i, k;

	for (i = 0; tables[i]; i++) {
		for (k = 0; tables[i]->columns[k]; k++) {
			const struct column *column = tables[i]->columns[k];

			for (before = tables; before < tables + i && !find(*before, column->name);)
				before++;
			if (before == tables + i)
				printf("%s\t%s\n", column->name, column->about);
		}
	}
}
