// SPDX-License-Identifier: GPL-2.0
/* A walk as a picture, from the root down to the page. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/terminal.h"
#include "base/text.h"
#include "base/utf8.h"
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

static void begin(struct output *output)
{
	(void)output;
	ink = terminal_has_utf8() ? unicode : ascii;
	if (!terminal_has_colour())
		return;
	ink.strong = TERMINAL_STRONG;
	ink.good = TERMINAL_GOOD;
	ink.bad = TERMINAL_BAD;
	ink.dim = TERMINAL_DIM;
	ink.plain = TERMINAL_PLAIN;
}

static const char *level_name(const struct v2p_step *step)
{
	const char *name = v2p_level_name(step->level);

	return name ? name : "?";
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

static void draw_title(const struct output *output, const struct row *row)
{
	printf("%s%s0x%" PRIx64 "%s", output->count ? "\n" : "", ink.strong, row->address,
	       ink.plain);
	if (target_is_kernel(output->target)) {
		printf(" of the kernel");
		if (row->label->name) {
			printf(", ");
			utf8_print(row->label->name);
		}
		putchar('\n');
		return;
	}
	printf(" of process %d", target_pid(output->target));
	if (*output->comm) {
		fputs(" (", stdout);
		utf8_print(output->comm);
		putchar(')');
	}
	if (row->mapping) {
		fputs(", in ", stdout);
		utf8_print(row->mapping);
	}
	putchar('\n');
}

/* Show how the address is split into an index for each level and an offset. */
static void draw_split(const struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_walk *walk = row->walk;
	int mapped = translation->status == V2P_STATUS_MAPPED;
	char text[32];
	unsigned int i;

	printf("\n   %s", ink.dim);
	for (i = 0; i < walk->step_count; i++) {
		const struct v2p_level_info *info = level_info(output->info,
							       walk->steps[i].level);

		snprintf(text, sizeof(text), "%u..%u", info ? info->shift + info->bits - 1 : 0,
			 info ? info->shift : 0);
		printf("  %8s", info ? text : "?");
	}
	if (mapped) {
		snprintf(text, sizeof(text), "%u..0", translation->page_shift - 1);
		printf("  %10s", text);
	}
	printf("   bits%s\n   ", ink.plain);

	for (i = 0; i < walk->step_count; i++)
		printf("  %8s", level_name(&walk->steps[i]));
	printf(mapped ? "  %10s\n   " : "\n   ", "offset");

	for (i = 0; i < walk->step_count; i++)
		printf("  %s%8u%s", ink.strong, walk->steps[i].index, ink.plain);
	if (mapped) {
		snprintf(text, sizeof(text), "0x%" PRIx64, offset_in_page(translation));
		printf("  %s%10s%s", ink.strong, text, ink.plain);
	}
	puts("\n");
}

static void draw_step(const struct row *row, unsigned int number)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_walk *walk = row->walk;
	const struct v2p_step *step = &walk->steps[number];
	char flags[TEXT_FLAGS], size[TEXT_SIZE];

	printf("%s\n%s %s%s[%u]%s at 0x%" PRIx64 " holds 0x%" PRIx64 "\n", ink.down, ink.branch,
	       ink.strong, level_name(step), step->index, ink.plain, step->entry_physical,
	       step->entry);
	/* Memory type and protection key are those of the page: only the last entry shows them. */
	if (number + 1 < walk->step_count)
		text_flags(flags, step->flags, 0, 0, " ");
	else
		text_flags(flags, step->flags, translation->memory_type,
			   translation->protection_key, " ");
	if (*flags)
		printf("%s     %s%s%s\n", ink.down, ink.dim, flags, ink.plain);

	if (number + 1 < walk->step_count) {
		const struct v2p_step *next = step + 1;

		printf("%s     %s %s table at 0x%" PRIx64 "\n", ink.down, ink.arrow,
		       level_name(next), next->entry_physical - next->index * ENTRY_SIZE);
	} else if (translation->status == V2P_STATUS_MAPPED) {
		text_page_size(size, translation->page_shift, TEXT_LONG);
		printf("%s     %s page of %s at 0x%" PRIx64 "\n", ink.down, ink.arrow, size,
		       translation->physical - offset_in_page(translation));
	}
}

static void draw_missing(const struct row *row)
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
	if (translation->flags & V2P_FLAG_CHANGING)
		words = "the entry is empty, but it is being changed: perhaps for a moment only";
	printf("%s %s%s%s: %s", ink.last, ink.bad, text_status(translation->status), ink.plain,
	       words);
	if (translation->status == V2P_STATUS_SWAPPED)
		printf(", page 0x%" PRIx64 " of swap area %u", translation->swap_offset,
		       translation->swap_type);
	else if (translation->swap_offset)
		printf(", frame 0x%" PRIx64, translation->swap_offset);
	if (row->swap_file) {
		fputs(" (", stdout);
		utf8_print(row->swap_file);
		putchar(')');
	}
	putchar('\n');
}

static void print_row(struct output *output, const struct row *row)
{
	const struct v2p_translation *translation = &row->translation;
	const struct v2p_walk *walk = row->walk;
	unsigned int i;

	draw_title(output, row);
	if (row->label->freed) {
		printf("%s %s" LABEL_FREED "%s: this memory was given back once the kernel had started, and may be anybody's now\n",
		       ink.last, ink.bad, ink.plain);
		return;
	}
	if (walk->step_count)
		draw_split(output, row);
	else
		putchar('\n');

	printf("%s root: ", ink.root);
	if (walk->step_count)
		printf("%s ", level_name(&walk->steps[0]));
	printf("table at 0x%" PRIx64 "\n", walk->root);
	for (i = 0; i < walk->step_count; i++)
		draw_step(row, i);

	puts(ink.down);
	if (translation->status == V2P_STATUS_MAPPED)
		printf("%s 0x%" PRIx64 " + 0x%" PRIx64 " = %s0x%" PRIx64 "%s\n", ink.last,
		       translation->physical - offset_in_page(translation),
		       offset_in_page(translation), ink.good, translation->physical, ink.plain);
	else
		draw_missing(row);
}

const struct writer walks_drawing = {
	.fields = WRITER_ADDRESS_FIELDS,
	.with_comm = true,
	.with_mappings = true,
	.begin = begin,
	.address = print_row,
};
