/* SPDX-License-Identifier: GPL-2.0 */
/* The one interface through which answers are written, whatever they look like. */
#ifndef WRITER_H
#define WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include <v2p.h>

#include "base/complain.h"
#include "base/device.h"
#include "base/label.h"
#include "base/mapping.h"
#include "base/page.h"
#include "base/physical.h"
#include "base/target.h"
#include "output/columns.h"

/**
 * struct row - the answer for one address
 * @address: what was asked
 * @translation: the answer
 * @walk: the way to it, or NULL where it was not asked for
 * @mapping: the name of what the address lies in, of the kernel's its region; or NULL
 * @symbol: the symbol before it and the offset from that, where it is wanted; or NULL
 * @swap_file: of the area of a swap entry, NULL where it is not known
 * @label: how the address was named
 * @time: when it was so, by the wall clock, where that is told; or NULL
 * @before: what the answer was before that, if it is a change; or NULL
 */
struct row {
	uint64_t address;
	struct v2p_translation translation;
	const struct v2p_walk *walk;
	const char *mapping;
	const char *symbol;
	const char *swap_file;
	const struct label *label;
	const struct timespec *time;
	const struct v2p_translation *before;
};

/* Whether the row tells of physical memory: that of its address, and of what was named. */
bool row_has_page(const struct row *row);

/* The symbol that the address was named by, or that it is near to; or NULL. */
static inline const char *row_symbol(const struct row *row)
{
	return row->label->name ? row->label->name : row->symbol;
}

/* What it tells instead: the status of its address, or what became of what was named. */
const char *row_status(const struct row *row);

/* All that the columns and members of a mapped page are made of beside its addresses. */
static inline uint64_t page_key(const struct v2p_extent *page)
{
	return (uint64_t)page->flags << 32 | (uint32_t)page->page_shift << 24 |
	       (uint32_t)page->level << 16 | (uint32_t)page->memory_type << 8 |
	       page->protection_key;
}

/* What the row tells of its entry and of where its content is, as of an extent. */
struct v2p_extent row_extent(const struct row *row);

/**
 * struct piece - an extent, or the part of one that is in one mapping
 * @extent: what the library gave, or that part of it
 * @mapping: what it lies in, of the kernel's its region; or NULL
 */
struct piece {
	struct v2p_extent extent;
	const struct mapping *mapping;
};

struct writer;

/**
 * struct output - answers on their way out
 * @writer: how they are written
 * @target: whose they are
 * @device: of a device, what becomes of its addresses
 * @device_target: of owners, the device whose addresses were asked; or of no kind
 * @many: those of several processes come, one after the other
 * @turns: processes that had their turn, of those whose answers began
 * @comm: the name of that process; "" of the kernel, and where it is not known, or not
 *	wanted
 * @info: of the machine, once the module was asked
 * @asked: of owners, whose memory is looked for: @asked_count of them; or NULL
 * @columns: of a table; of JSON, those whose fields are wanted beside all others
 * @fields: enum v2p_field, what is needed of each answer
 * @with_comm: the name of the process is wanted
 * @with_mappings: the names of mappings are wanted, and extents cut where these end
 * @with_symbols: addresses that have no name get the symbol that they are in
 * @pretty: JSON for people
 * @regions: the kernel is asked, and it is known what its addresses are for
 * @path: the file to write, for those writers that write one
 * @range: what extents were asked for
 * @state: the writer's own
 * @count: rows and pieces that were written of the target
 * @begun: the writer was told to begin
 */
struct output {
	const struct writer *writer;
	struct v2p_target target;
	struct device device;
	struct v2p_target device_target;
	bool many;
	size_t turns;
	const char *comm;
	const struct v2p_info *info;
	const struct physical *asked;
	size_t asked_count;
	struct columns columns;
	uint32_t fields;
	bool with_comm;
	bool with_mappings;
	bool with_symbols;
	bool pretty;
	bool regions;
	const char *path;
	const struct v2p_range *range;
	void *state;
	size_t count;
	bool begun;
};

/* Blanks in front of all that JSON for people says of a target. */
static inline int output_indent(const struct output *output)
{
	return output->many ? 4 : 0;
}

/**
 * struct writer - one way to write one kind of answers
 * @fields: enum v2p_field, what is needed of each answer, whatever columns are shown
 * @with_comm: the name of the process is wanted, likewise
 * @with_mappings: the names of mappings are wanted, likewise, and extents cut where these end
 * @with_symbols: the symbols that addresses are in have a place, likewise
 * @table: the columns that can be chosen; or NULL
 * @tells_device: it tells what becomes of a device's addresses
 * @prints_late: nothing is printed before the end
 * @open: before the module is asked; or NULL
 * @begin: before the first answer, or before the end where there is none; or NULL
 * @address: each address's answer
 * @extent: each piece of an extent
 * @info: what the module can do
 * @page: what physical memory is
 * @end: after the last answer, or NULL
 * @found: after the owners of physical memory, how many they are; or NULL
 * @end_all: after the last process, where there may be several, told what came behind it as
 *	@end is; or NULL
 * @close: in the end, where @open was called, whatever it returned; or NULL
 *
 * Each writes one kind of answers, and has no more than that one of @address, @extent, @info
 * and @page. The error that @end is told is NULL, or what came in the middle. An error before
 * the first answer calls neither @begin nor @end.
 */
struct writer {
	uint32_t fields;
	bool with_comm;
	bool with_mappings;
	bool with_symbols;
	const struct table *table;
	bool tells_device;
	bool prints_late;
	enum exit_status (*open)(struct output *output);
	void (*begin)(struct output *output);
	void (*address)(struct output *output, const struct row *row);
	void (*extent)(struct output *output, const struct piece *piece);
	void (*info)(struct output *output);
	void (*page)(struct output *output, const struct page *page);
	enum exit_status (*end)(struct output *output, const char *error);
	void (*found)(struct output *output, const struct physical *physical);
	void (*end_all)(struct output *output, const char *error);
	void (*close)(struct output *output);
};

/* What an answer tells of the page, rather than of what maps it: of those who ask for it alone. */
#define WRITER_PAGE_FIELDS (V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND)
/* All else that it can tell. */
#define WRITER_ADDRESS_FIELDS (V2P_FIELD_MASK & ~(V2P_FIELD_IDENTITY | WRITER_PAGE_FIELDS))
#define WRITER_EXTENT_FIELDS (WRITER_ADDRESS_FIELDS & ~V2P_FIELD_ENTRY)

extern const struct table addresses_columns;
extern const struct table watch_columns;
extern const struct table extents_columns;
extern const struct table summary_columns;
extern const struct table owners_columns;

extern const struct writer addresses_table;
extern const struct writer addresses_quiet;
extern const struct writer addresses_json;
extern const struct writer addresses_json_lines;
extern const struct writer watch_table;
extern const struct writer watch_json_lines;
extern const struct writer walks_drawing;
extern const struct writer extents_table;
extern const struct writer extents_quiet;
extern const struct writer extents_json;
extern const struct writer extents_json_lines;
extern const struct writer summary_table;
extern const struct writer summary_json;
extern const struct writer contiguous_table;
extern const struct writer contiguous_json;
extern const struct writer owners_table;
extern const struct writer owners_quiet;
extern const struct writer owners_json;
extern const struct writer owners_json_lines;
extern const struct writer page_table;
extern const struct writer page_quiet;
extern const struct writer page_json;
extern const struct writer page_json_lines;
extern const struct writer info_table;
extern const struct writer info_json;

/* Each calls the writer, which begins when the first of them does. */
enum exit_status output_open(struct output *output);
void output_address(struct output *output, const struct row *row);
void output_extent(struct output *output, const struct piece *piece);
void output_info(struct output *output);
void output_page(struct output *output, const struct page *page);

/**
 * output_end() - after the last answer
 * @error: NULL, or what came behind it
 *
 * Return: EXIT_OK, or EXIT_TROUBLE after a complaint.
 */
enum exit_status output_end(struct output *output, const char *error);

/* With several processes: before each, and after the last. */
void output_turn(struct output *output, struct v2p_target target);
void output_end_all(struct output *output, const char *error);

/* After the owners of physical memory, of which there may be none. */
void output_found(struct output *output, const struct physical *physical);
void output_close(struct output *output);

/* Write out what was printed; EXIT_TROUBLE after a complaint if that fails. */
enum exit_status output_flush(void);

#endif /* WRITER_H */
