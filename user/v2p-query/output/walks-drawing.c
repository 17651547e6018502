// SPDX-License-Identifier: GPL-2.0
/* A walk as a picture, from the root down to the page. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/line.h"
#include "base/terminal.h"
#include "base/text.h"
#include "output/writer.h"

/* Bytes of a page-table entry, on all processors that the module supports. */
#define ENTRY_SIZE 8

/**
 * struct ink - what the picture is drawn with
 */
static struct ink {
	const char *root;
	const char *down;
	const char *branch;
	const char *last;
	const char *arrow;
	const char *strong;
	const char *good;
	const char *bad;
	const char *dim;
	const char *plain;
} ink;

static const struct ink ascii = { "*", "|", "|-", "`-", "->", "", "", "", "", "" };
static const struct ink unicode = { "●", "│", "├─", "└─", "→", "", "", "", "", "" };

/**
 * struct known - what the lines of each entry begin with
 * @entry: the entry itself, with an empty line in front of it
 * @flags: its flags
 * @arrow: where it leads to
 */
static struct known {
	char entry[64];
	char flags[64];
	char arrow[64];
} known;

static void begin(struct output *output)
{
	(void)output;
	ink = terminal_has_utf8() ? unicode : ascii;
	if (terminal_has_colour()) {
		ink.strong = TERMINAL_STRONG;
		ink.good = TERMINAL_GOOD;
		ink.bad = TERMINAL_BAD;
		ink.dim = TERMINAL_DIM;
		ink.plain = TERMINAL_PLAIN;
	}
	snprintf(known.entry, sizeof(known.entry), "%s\n%s %s", ink.down, ink.branch, ink.strong);
	snprintf(known.flags, sizeof(known.flags), "%s     %s", ink.down, ink.dim);
	snprintf(known.arrow, sizeof(known.arrow), "%s     %s ", ink.down, ink.arrow);
}

/* Is it a table by which an IOMMU finds page tables? The address has no part of it. */
static bool is_of_iommu(uint8_t level)
{
	return level >= V2P_LEVEL_ROOT_TABLE && level <= V2P_LEVEL_PASID_TABLE;
}

static const char *level_name(const struct v2p_step *step)
{
	const char *name = v2p_level_name(step->level);

	return name ? name : "?";
}

/* A word that may say itself that it is a table. */
static void draw_table(struct line *line, const struct v2p_step *step)
{
	line_texts(line, level_name(step), is_of_iommu(step->level) ? "" : " table");
}

static const struct v2p_level_info *level_info(const struct v2p_info *info, uint8_t level)
{
	unsigned int i;

	for (i = 0; i < info->level_count; i++)
		if (info->levels[i].level == level)
			return &info->levels[i];
	return NULL;
}

static uint64_t offset_in_page(const struct v2p_translation *translation)
{
	return translation->physical & ((UINT64_C(1) << translation->page_shift % 64) - 1);
}

static void draw_device(struct line *line, const struct output *output)
{
	char target[DEVICE_TARGET];

	device_target(target, output->target);
	line_text(line, " of device ");
	line_name(line, target);
	line_texts(line, ": ", device_words(&output->device));
}

static void draw_title(struct line *line, const struct output *output, const struct row *row)
{
	line_texts(line, output->count ? "\n" : "", ink.strong);
	line_put_hex(line, row->address);
	line_text(line, ink.plain);
	if (target_is_device(output->target)) {
		draw_device(line, output);
	} else if (target_is_kernel(output->target)) {
		line_text(line, " of the kernel");
	} else {
		line_text(line, " of process ");
		line_put_decimal(line, target_pid(output->target));
	}
	if (*output->comm) {
		line_text(line, " (");
		line_name(line, output->comm);
		line_text(line, ")");
	}
	if (target_is_user_root(output->target))
		line_text(line, ", by user mode's page table");
	if (row_symbol(row)) {
		line_text(line, ", ");
		line_name(line, row_symbol(row));
	}
	if (row->mapping) {
		line_text(line, ", in ");
		line_name(line, row->mapping);
	}
	line_text(line, "\n");
}

/* A text on the right of its column. */
static void draw_cell(struct line *line, const char *text, size_t width)
{
	const size_t length = strlen(text);

	line_blanks(line, length < width ? width - length : 0);
	line_text(line, text);
}

static void draw_strong_cell(struct line *line, const char *text, size_t width)
{
	line_texts(line, "  ", ink.strong);
	draw_cell(line, text, width);
	line_text(line, ink.plain);
}

/* Columns of the split: one for each level, and the offset. */
enum { LEVEL = 8, OFFSET = 10 };

/* "47..39"; of a device's, in a table of a page there are 512 entries. */
static void bits_of(char text[2 * TEXT_NUMBER], const struct output *output,
		    const struct v2p_step *step)
{
	const struct v2p_level_info of_device = { .shift = step->shift, .bits = 9 };
	const struct v2p_level_info *info = step->shift ? &of_device :
					    level_info(output->info, step->level);

	if (!info) {
		strcpy(text, "?");
		return;
	}
	text = text_decimal(text, info->shift + info->bits - 1);
	text_decimal(stpcpy(text, ".."), info->shift);
}

/* The first of the page tables; as many as there are steps where there is none. */
static unsigned int first_of_split(const struct v2p_walk *walk)
{
	unsigned int i = 0;

	while (i < walk->step_count && is_of_iommu(walk->steps[i].level))
		i++;
	return i;
}

/* What the parts of the address are called, and which bits they have. */
static void draw_heads(struct line *line, const struct output *output, const struct row *row)
{
	const struct v2p_walk *walk = row->walk;
	const bool mapped = row->translation.status == V2P_STATUS_MAPPED;
	char text[2 * TEXT_NUMBER];
	unsigned int i;

	line_texts(line, "\n   ", ink.dim);
	for (i = first_of_split(walk); i < walk->step_count; i++) {
		bits_of(text, output, &walk->steps[i]);
		draw_cell(line, text, 2 + LEVEL);
	}
	if (mapped) {
		strcpy(text_decimal(text, row->translation.page_shift - 1), "..0");
		draw_cell(line, text, 2 + OFFSET);
	}
	line_texts(line, "   bits", ink.plain, "\n   ");

	for (i = first_of_split(walk); i < walk->step_count; i++)
		draw_cell(line, level_name(&walk->steps[i]), 2 + LEVEL);
	if (mapped)
		draw_cell(line, "offset", 2 + OFFSET);
	line_text(line, "\n   ");
}

/* Show how the address is split into an index for each level and an offset. */
static void draw_split(struct line *line, const struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const bool mapped = translation->status == V2P_STATUS_MAPPED;
	static struct line_parts known_heads;
	const struct v2p_walk *walk = row->walk;
	const uint64_t key = walk->step_count << 16 | translation->page_shift << 8 | mapped;
	const size_t begin = line->used;
	char text[TEXT_NUMBER];
	unsigned int i = first_of_split(walk);

	if (i == walk->step_count) {
		line_text(line, "\n");
		return;
	}
	/* The levels are those of the machine, from the top down. */
	if (!line_known(line, &known_heads, key)) {
		draw_heads(line, output, row);
		line_keep(line, &known_heads, key, begin);
	}

	for (; i < walk->step_count; i++) {
		text_decimal(text, walk->steps[i].index);
		draw_strong_cell(line, text, LEVEL);
	}
	if (mapped) {
		text_hex(text, offset_in_page(translation));
		draw_strong_cell(line, text, OFFSET);
	}
	line_text(line, "\n\n");
}

static void draw_entry(struct line *line, const struct v2p_step *step)
{
	line_texts(line, known.entry, level_name(step), "[");
	line_put_decimal(line, step->index);
	line_texts(line, "]", ink.plain, " at ");
	line_put_hex(line, step->entry_physical);
	line_text(line, " holds ");
	line_put_hex(line, step->entry);
	line_text(line, "\n");
}

/* What a device may do is read as well, unless it is told that it may not. */
static bool is_readable(const struct v2p_step *step)
{
	return step->shift && step->flags & V2P_FLAG_PRESENT &&
	       !(step->flags & V2P_FLAG_WRITE_ONLY);
}

/* The words for the flags; of the page's entry also for what only that has. */
static void draw_flags(struct line *line, const struct row *row, const struct v2p_step *step,
		       bool last)
{
	static struct line_parts known_flags;
	const struct v2p_translation *page = &row->translation;
	const uint8_t memory_type = last ? page->memory_type : V2P_MEMORY_TYPE_UNSPECIFIED;
	const uint8_t protection_key = last ? page->protection_key : 0;
	const bool readable = is_readable(step);
	const uint64_t key = (uint64_t)step->flags << 32 | readable << 16 | memory_type << 8 |
			     protection_key;
	const size_t begin = line->used;
	char words[TEXT_FLAGS];

	if (line_known(line, &known_flags, key))
		return;
	text_flags(words, step->flags & ~(readable ? V2P_FLAG_PRESENT : 0), memory_type,
		   protection_key, " ");
	if (!*words && !readable)
		return;
	line_texts(line, known.flags, readable ? "present read" : "",
		   readable && *words ? " " : "", words, ink.plain, "\n");
	line_keep(line, &known_flags, key, begin);
}

/*
 * With page-table isolation, the kernel keeps itself from executing what is the program's: in
 * the table that it uses for the process, the top-level entries of user memory lack exec.
 */
static bool is_isolated(const struct output *output, const struct row *row, unsigned int number)
{
	const uint32_t flags = row->walk->steps[number].flags;

	return !number && row->walk->step_count > 1 &&
	       output->target.kind == V2P_TARGET_PID &&
	       output->info->features & V2P_FEATURE_USER_ROOT &&
	       flags & V2P_FLAG_USER && !(flags & V2P_FLAG_EXEC);
}

/* The entry's flags, and where it leads to. */
static void draw_step(struct line *line, const struct output *output, const struct row *row,
		      unsigned int number)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_step *step = &row->walk->steps[number], *next = step + 1;
	const bool last = number + 1 == row->walk->step_count;
	char size[TEXT_SIZE];

	draw_entry(line, step);
	draw_flags(line, row, step, last);
	if (is_isolated(output, row, number))
		line_texts(line, known.flags,
			   "no exec, as this is the kernel's table; --user-root shows that of user mode",
			   ink.plain, "\n");

	if (!last) {
		line_text(line, known.arrow);
		draw_table(line, next);
		/* The entries of these are of several sizes. */
		if (!is_of_iommu(next->level)) {
			line_text(line, " at ");
			line_put_hex(line, next->entry_physical - next->index * ENTRY_SIZE);
		}
		line_text(line, "\n");
	} else if (device_is_untranslated(&output->device)) {
		line_texts(line, known.arrow, "each address is the physical one\n");
	} else if (translation->status == V2P_STATUS_MAPPED) {
		text_page_size(size, translation->page_shift, TEXT_LONG);
		line_texts(line, known.arrow, "page of ", size, " at ");
		line_put_hex(line, translation->physical - offset_in_page(translation));
		line_text(line, "\n");
	}
}

static void draw_missing(struct line *line, const struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const char *words = "a status that is newer than this program";

	switch (translation->status) {
	case V2P_STATUS_NONE:
		words = "the entry is empty, no page is here now";
		break;
	case V2P_STATUS_SWAPPED:
		words = "the page is swapped out";
		break;
	case V2P_STATUS_MIGRATING:
		words = "the kernel is moving the page right now";
		break;
	case V2P_STATUS_POISONED:
		words = "the memory failed or its content is lost, access raises SIGBUS";
		break;
	case V2P_STATUS_GUARD:
		words = "a guard region, access raises SIGSEGV";
		break;
	case V2P_STATUS_MARKER:
		words = "a marker that the kernel left, no page";
		break;
	case V2P_STATUS_DEVICE:
		words = "the page is in a device's own memory, or lent to a device";
		break;
	case V2P_STATUS_INVALID:
		words = "not canonical, or outside of this address space";
		break;
	}
	if (target_is_device(output->target))
		words = device_missing(&output->device, output->target, row->address,
				       translation->status);
	if (translation->flags & V2P_FLAG_CHANGING)
		words = "the entry is empty, but it is being changed: perhaps for a moment only";
	line_texts(line, ink.last, " ", ink.bad, text_status(translation->status), ink.plain, ": ",
		   words);
	if (translation->status == V2P_STATUS_SWAPPED) {
		line_text(line, ", page ");
		line_put_hex(line, translation->swap_offset);
		line_text(line, " of swap area ");
		line_put_decimal(line, translation->swap_type);
	} else if (translation->swap_offset) {
		line_text(line, ", frame ");
		line_put_hex(line, translation->swap_offset);
	}
	if (row->swap_file) {
		line_text(line, " (");
		line_name(line, row->swap_file);
		line_text(line, ")");
	}
	line_text(line, "\n");
}

static void draw_result(struct line *line, const struct v2p_translation *translation)
{
	line_texts(line, ink.last, " ");
	line_put_hex(line, translation->physical - offset_in_page(translation));
	line_text(line, " + ");
	line_put_hex(line, offset_in_page(translation));
	line_texts(line, " = ", ink.good);
	line_put_hex(line, translation->physical);
	line_texts(line, ink.plain, "\n");
}

/* The address of a device that is taken for the physical one. */
static void draw_same(struct line *line, const struct v2p_translation *translation)
{
	line_texts(line, ink.last, " ", ink.good);
	line_put_hex(line, translation->physical);
	line_texts(line, ink.plain, ", as it is\n");
}

static void draw_root(struct line *line, const struct v2p_walk *walk)
{
	line_texts(line, ink.root, " root: ");
	if (walk->step_count)
		draw_table(line, &walk->steps[0]);
	else
		line_text(line, "table");
	line_text(line, " at ");
	line_put_hex(line, walk->root);
	line_text(line, "\n");
}

static void draw_walk(struct line *line, const struct output *output, const struct row *row)
{
	const struct v2p_walk *walk = row->walk;
	unsigned int i;

	if (walk->step_count)
		draw_split(line, output, row);
	else
		line_text(line, "\n");

	/* Nobody has read a table where there is no IOMMU, or its driver was asked. */
	if (target_is_device(output->target) && !walk->step_count)
		line_texts(line, ink.root, " no tables were read\n");
	else
		draw_root(line, walk);
	for (i = 0; i < walk->step_count; i++)
		draw_step(line, output, row, i);

	line_texts(line, ink.down, "\n");
	if (row->translation.status != V2P_STATUS_MAPPED)
		draw_missing(line, output, row);
	else if (device_is_untranslated(&output->device))
		draw_same(line, &row->translation);
	else
		draw_result(line, &row->translation);
}

static void print_row(struct output *output, const struct row *row)
{
	struct line line;

	line.used = 0;
	draw_title(&line, output, row);
	if (row->label->freed)
		line_texts(&line, ink.last, " ", ink.bad, LABEL_FREED, ink.plain,
			   ": this memory was given back once the kernel had started, and may be anybody's now\n");
	else
		draw_walk(&line, output, row);
	line_write(&line);
}

const struct writer walks_drawing = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_comm = true,
	.with_mappings = true,
	.with_symbols = true,
	.tells_device = true,
	.begin = begin,
	.address = print_row,
};
