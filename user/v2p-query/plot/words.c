// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "plot/words.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

void plot_address(char text[PLOT_WORD], uint64_t address, uint64_t step)
{
	if (step % (GIB / 4))
		snprintf(text, PLOT_WORD, "%.10g MiB", (double)address / MIB);
	else
		snprintf(text, PLOT_WORD, "%.10g GiB", (double)address / GIB);
}

void plot_percent(char text[PLOT_WORD], uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * part / whole : 0;

	if (part && percent < 1)
		snprintf(text, PLOT_WORD, "<1%%");
	else if (part < whole && percent >= 99.5)
		snprintf(text, PLOT_WORD, ">99%%");
	else
		snprintf(text, PLOT_WORD, "%.0f%%", percent);
}

const char *plot_name(const struct plot_mapping *mapping)
{
	return mapping->name ? mapping->name : "all others";
}

void plot_figures(struct plot_figures *figures, const struct plot_mapping *mapping,
		  uint64_t whole)
{
	unsigned int i;

	text_size(figures->text[0], mapping->bytes, TEXT_LONG);
	plot_percent(figures->text[1], mapping->bytes, whole);
	text_size_or_dash(figures->text[2], mapping->huge, TEXT_LONG);
	snprintf(figures->text[3], PLOT_WORD, "%" PRIu64, mapping->extents);
	text_size(figures->text[4], mapping->longest, TEXT_LONG);
	for (i = 0; i < PLOT_FIGURES; i++)
		figures->words[i] = figures->text[i];
}

struct plot_mapping plot_total(const struct plot *plot)
{
	struct plot_mapping total = { 0 };
	size_t i;

	for (i = 0; i < plot->mappings.count; i++)
		plot_mapping_add(&total, &plot->mappings.list[i]);
	return total;
}

void plot_summary(char text[PLOT_SENTENCE], const struct plot *plot)
{
	struct plot_mapping total = plot_total(plot);
	char bytes[PLOT_WORD], huge[PLOT_WORD], share[PLOT_WORD], longest[PLOT_WORD];

	text_size(bytes, total.bytes, TEXT_LONG);
	text_size(huge, total.huge, TEXT_LONG);
	plot_percent(share, total.huge, total.bytes);
	text_size(longest, total.longest, TEXT_LONG);
	snprintf(text, PLOT_SENTENCE,
		 "%s mapped in %" PRIu64 " extent%s, %s (%s) on huge pages, longest run %s", bytes,
		 total.extents, total.extents == 1 ? "" : "s", huge, share, longest);
}

static void say_absent(void *sentence, const char *status, uint64_t amount)
{
	size_t used = strlen(sentence);
	char bytes[PLOT_WORD];

	text_size(bytes, amount, TEXT_LONG);
	snprintf((char *)sentence + used, PLOT_SENTENCE - used, "%s%s %s",
		 used ? ", " : "not in memory: ", bytes, status);
}

void plot_absent(char text[PLOT_SENTENCE], const struct plot *plot)
{
	text[0] = '\0';
	absent_each(plot->absent, say_absent, text);
}

/* The character at the front, which is left behind. */
static wchar_t take_character(const char **text)
{
	uint32_t character;
	size_t length = utf8_decode(*text, &character);

	*text += length ? length : 1;
	return character;
}

unsigned int plot_columns(wchar_t character)
{
	int columns = wcwidth(character);

	/* What this locale does not know has some width all the same. */
	return columns < 0 ? 1 : columns;
}

size_t plot_text_width(const char *text, size_t length, plot_width_fn *width)
{
	const char *end = text + length;
	size_t sum = 0;

	while (text < end)
		sum += width(take_character(&text));
	return sum;
}

const char *plot_tail(const char *text, size_t most, plot_width_fn *width)
{
	size_t left = plot_text_width(text, strlen(text), width);

	while (left > most)
		left -= width(take_character(&text));
	return text;
}
