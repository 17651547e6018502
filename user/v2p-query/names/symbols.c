// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "names/symbols.h"

#define KERNEL_ITSELF "vmlinux"

/*
 * The kernel keeps a few KiB for modules' per-CPU variables behind its own (where
 * memory is accounted by call site, 64). So far behind them no module has anything else.
 */
#define MODULES_PER_CPU (UINT64_C(1) << 20)

/* "0 t x" and a newline, of which memory that is not used costs nothing; and most lines. */
#define SHORTEST_LINE 6
#define USUAL_LINE 32

/**
 * struct symbol - a line
 * @module: its module, or KERNEL_ITSELF
 * @next: the next one in its bucket, counted from 1; 0 at the end
 */
struct symbol {
	uint64_t address;
	const char *name;
	const char *module;
	uint32_t next;
};

/* Modules are there by pages, and between two of their areas at least one is not mapped. */
#define MODULE_PAGE UINT64_C(4096)

#define HASH_START 2166136261u

/* FNV-1a */
static uint32_t hash_on(uint32_t value, char character)
{
	return (value ^ (unsigned char)character) * 16777619u;
}

static uint32_t hash(const char *name)
{
	uint32_t value = HASH_START;

	for (; *name; name++)
		value = hash_on(value, *name);
	return value;
}

/* The module in brackets, in what is left of a line. Returns the line's end. */
static char *parse_module(char *rest, struct symbol *symbol)
{
	char *end = rest + strcspn(rest, "\n");
	char *module = memchr(rest, '[', end - rest), *bracket;

	if (module) {
		symbol->module = module + 1;
		bracket = memchr(module, ']', end - module);
		if (bracket)
			*bracket = '\0';
	}
	return end;
}

/*
 * address type name [module], each ended by a blank; cuts the line into strings. There are
 * hundreds of thousands, so that each character is looked at once. Returns the next line, or
 * NULL where it is none.
 */
static char *parse_line(char *line, struct symbol *symbol, uint32_t *value)
{
	const char *type = line;
	char *end;

	if (!number_digits(&type, 16, &symbol->address) || type == line || type[0] != ' ' ||
	    (unsigned char)type[1] <= ' ' || type[2] != ' ')
		return NULL;
	symbol->name = type + 3;
	symbol->module = KERNEL_ITSELF;
	*value = HASH_START;
	for (end = line + (type + 3 - line); (unsigned char)*end > ' '; end++)
		*value = hash_on(*value, *end);
	if (end == symbol->name)
		return NULL;
	if (*end != '\n' && *end) {
		char *name_end = end++;

		end = parse_module(end, symbol);
		*name_end = '\0';
	}
	if (!*end)
		return end;
	*end = '\0';
	return end + 1;
}

static int parse(struct symbols *symbols)
{
	char *line = symbols->text;

	while (*line) {
		struct symbol *symbol = &symbols->list[symbols->count];
		uint32_t *bucket, value;

		line = parse_line(line, symbol, &value);
		if (!line)
			return -EBADMSG;
		if (symbol->address)
			symbols->hidden = false;
		bucket = &symbols->buckets[value & symbols->mask];
		symbol->next = *bucket;
		*bucket = ++symbols->count;
	}
	return 0;
}

static struct section find_section(const struct symbols *symbols, const char *start,
				   const char *end)
{
	struct section section = { 0 };
	enum symbol_kind kind;

	/* Not every kernel lists them. */
	if (symbols_find(symbols, start, &section.start, &kind) != 1 ||
	    symbols_find(symbols, end, &section.end, &kind) != 1)
		section = (struct section){ 0 };
	return section;
}

static void find_sections(struct symbols *symbols)
{
	symbols->per_cpu = find_section(symbols, KERNEL_ITSELF ":__per_cpu_start",
					KERNEL_ITSELF ":__per_cpu_end");
	symbols->init = find_section(symbols, KERNEL_ITSELF ":__init_begin",
				     KERNEL_ITSELF ":__init_end");
	symbols->init_text = find_section(symbols, KERNEL_ITSELF ":_sinittext",
					  KERNEL_ITSELF ":_einittext");
}

int symbols_load(struct symbols *symbols, const char *path)
{
	size_t length, buckets = 1;
	int ret = -ENOMEM;

	*symbols = (struct symbols){ .hidden = true };
	symbols->text = file_read(path, &length);
	if (!symbols->text)
		return -errno;

	while (buckets < length / USUAL_LINE)
		buckets *= 2;
	symbols->mask = buckets - 1;
	symbols->list = calloc(length / SHORTEST_LINE + 1, sizeof(*symbols->list));
	symbols->buckets = calloc(buckets, sizeof(*symbols->buckets));
	if (symbols->list && symbols->buckets)
		ret = parse(symbols);
	if (ret)
		symbols_free(symbols);
	else
		find_sections(symbols);
	return ret;
}

void symbols_free(struct symbols *symbols)
{
	free(symbols->list);
	free(symbols->buckets);
	free(symbols->by_address);
	free(symbols->text);
	*symbols = (struct symbols){ 0 };
}

static bool in_module(const struct symbol *symbol, const char *module, size_t length)
{
	return !module || (strlen(symbol->module) == length &&
			   !memcmp(symbol->module, module, length));
}

static bool is_in(const struct section *section, uint64_t address)
{
	return address >= section->start && address < section->end;
}

/*
 * What is freed is asked last: from Linux 6.15 on, x86 links per-CPU variables to where
 * the kernel has their first values at its start.
 */
static enum symbol_kind kind_of(const struct symbols *symbols, const struct symbol *symbol)
{
	const struct section *per_cpu = &symbols->per_cpu;
	uint64_t address = symbol->address;

	if (strcmp(symbol->module, KERNEL_ITSELF)) {
		bool its_own = per_cpu->end > per_cpu->start && address >= per_cpu->end &&
			       address - per_cpu->end < MODULES_PER_CPU;

		return its_own ? SYMBOL_PER_CPU : SYMBOL_PLAIN;
	}
	if (is_in(per_cpu, address))
		return SYMBOL_PER_CPU;
	if (is_in(&symbols->init, address) || is_in(&symbols->init_text, address))
		return SYMBOL_FREED;
	return SYMBOL_PLAIN;
}

size_t symbols_find(const struct symbols *symbols, const char *name, uint64_t *address,
		    enum symbol_kind *kind)
{
	const char *colon = strchr(name, ':');
	const char *module = colon ? name : NULL;
	size_t length = colon ? colon - name : 0;
	size_t found = 0;
	uint32_t at, before;

	if (!symbols->count)
		return 0;
	if (colon)
		name = colon + 1;

	for (at = symbols->buckets[hash(name) & symbols->mask]; at;
	     at = symbols->list[at - 1].next) {
		const struct symbol *symbol = &symbols->list[at - 1];

		if (strcmp(symbol->name, name) || !in_module(symbol, module, length))
			continue;
		/* Count each address once. */
		for (before = symbols->buckets[hash(name) & symbols->mask]; before != at;
		     before = symbols->list[before - 1].next) {
			const struct symbol *other = &symbols->list[before - 1];

			if (other->address == symbol->address && !strcmp(other->name, name) &&
			    in_module(other, module, length))
				break;
		}
		if (before != at)
			continue;
		*address = symbol->address;
		*kind = kind_of(symbols, symbol);
		found++;
	}
	return found;
}

/* What comes first in the list comes first of one address, too. */
static int by_address(const void *one, const void *other, void *data)
{
	const struct symbol *list = data;
	const uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	if (list[a].address != list[b].address)
		return list[a].address < list[b].address ? -1 : 1;
	return a < b ? -1 : a > b;
}

/*
 * A label, or a mark for disassemblers, which modules list on some processors: riscv's .L1,
 * arm64's $x. The kernel names no address by them either (is_mapping_symbol()).
 */
static bool is_mark(const char *name)
{
	return *name == '$' || !strncmp(name, ".L", 2) || !strncmp(name, "L0", 2);
}

static int sort(struct symbols *symbols)
{
	uint32_t i;

	if (symbols->by_address)
		return 0;
	symbols->by_address = calloc(symbols->count, sizeof(*symbols->by_address));
	if (!symbols->by_address)
		return -ENOMEM;
	for (i = 0; i < symbols->count; i++)
		if (!is_mark(symbols->list[i].name))
			symbols->by_address[symbols->sorted++] = i;
	qsort_r(symbols->by_address, symbols->sorted, sizeof(*symbols->by_address), by_address,
		symbols->list);
	return 0;
}

/* How many symbols have an address below this one, or this one as well. */
static uint32_t count_below(const struct symbols *symbols, uint64_t address, bool with)
{
	uint32_t low = 0, high = symbols->sorted;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const uint64_t its = symbols->list[symbols->by_address[middle]].address;

		if (its < address || (with && its == address))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first address behind all that a symbol may be; not of the kernel's half, none. */
static uint64_t end_of(const struct symbols *symbols, const struct symbol *symbol)
{
	enum symbol_kind kind;
	uint64_t end;

	if (!(symbol->address >> 63) || kind_of(symbols, symbol) != SYMBOL_PLAIN)
		return 0;
	if (!strcmp(symbol->module, KERNEL_ITSELF) &&
	    symbols_find(symbols, KERNEL_ITSELF ":_end", &end, &kind) == 1)
		return end;
	return (symbol->address & -MODULE_PAGE) + 2 * MODULE_PAGE;
}

int symbols_near(struct symbols *symbols, uint64_t address, struct symbol_near *near)
{
	const struct symbol *symbol;
	uint32_t count;

	if (!symbols->count)
		return -ENOENT;
	if (sort(symbols))
		return -ENOMEM;
	count = count_below(symbols, address, true);
	if (!count)
		return -ENOENT;
	symbol = &symbols->list[symbols->by_address[count - 1]];
	symbol = &symbols->list[symbols->by_address[count_below(symbols, symbol->address, false)]];
	if (address >= end_of(symbols, symbol))
		return -ENOENT;
	*near = (struct symbol_near){
		.name = symbol->name,
		.module = strcmp(symbol->module, KERNEL_ITSELF) ? symbol->module : NULL,
		.offset = address - symbol->address,
	};
	return 0;
}
