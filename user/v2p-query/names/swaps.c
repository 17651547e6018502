// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "names/swaps.h"

void swaps_init(struct swaps *swaps)
{
	*swaps = (struct swaps){ .path = "/proc/swaps" };
}

static void forget(struct swaps *swaps)
{
	size_t i;

	for (i = 0; i < swaps->count; i++)
		free(swaps->files[i]);
	free(swaps->files);
	free(swaps->text);
	swaps->files = NULL;
	swaps->text = NULL;
	swaps->count = 0;
}

void swaps_free(struct swaps *swaps)
{
	forget(swaps);
}

static bool is_octal(const char *text)
{
	return strspn(text, "01234567") >= 3;
}

/* Blanks and backslashes stand there as \040 and so on. */
static void unescape(char *name)
{
	char *to = name;

	while (*name) {
		if (*name == '\\' && is_octal(name + 1)) {
			*to++ = (name[1] - '0') << 6 | (name[2] - '0') << 3 | (name[3] - '0');
			name += 4;
		} else {
			*to++ = *name++;
		}
	}
	*to = '\0';
}

/* Filename, type, size, used, priority. A container's made-up list has another type. */
static char *parse_line(const char *line)
{
	size_t length = strcspn(line, "\t ");
	const char *type = line + length + strspn(line + length, "\t ");
	char *file;

	if (!length || (strncmp(type, "partition", 9) && strncmp(type, "file", 4)))
		return NULL;
	file = strndup(line, length);
	if (file)
		unescape(file);
	return file;
}

static bool parse(struct swaps *swaps)
{
	const char *line = strchr(swaps->text, '\n');

	for (; line && line[1]; line = strchr(line + 1, '\n')) {
		char **larger = reallocarray(swaps->files, swaps->count + 1, sizeof(*larger));

		if (!larger)
			return false;
		swaps->files = larger;
		larger[swaps->count] = parse_line(line + 1);
		if (!larger[swaps->count])
			return false;
		swaps->count++;
	}
	return true;
}

static void load(struct swaps *swaps)
{
	size_t length;

	forget(swaps);
	swaps->text = file_read(swaps->path, &length);
	if (swaps->text && !parse(swaps))
		forget(swaps);
}

void swaps_begin(struct swaps *swaps)
{
	if (!swaps->text)
		load(swaps);
}

bool swaps_none(const struct swaps *swaps)
{
	return swaps->text && *swaps->text && !swaps->count;
}

static bool same_files(const struct swaps *a, const struct swaps *b)
{
	size_t i;

	if (!a->text || !b->text || a->count != b->count)
		return false;
	for (i = 0; i < a->count; i++)
		if (strcmp(a->files[i], b->files[i]))
			return false;
	return true;
}

void swaps_see(struct swaps *swaps, const bool seen[SWAPS_MAX])
{
	struct swaps before = *swaps;

	memcpy(swaps->seen, seen, sizeof(swaps->seen));
	swaps->files = NULL;
	swaps->text = NULL;
	swaps->count = 0;
	load(swaps);
	/* If the list changed meanwhile, an area may have been in use only in between. */
	swaps->stable = same_files(&before, swaps);
	forget(&before);
}

/* The area of an entry is in use, so it is somewhere in the list. */
const char *swaps_file(const struct swaps *swaps, uint8_t type)
{
	size_t below = 0, above = 0, first, last;
	size_t i;

	if (!swaps->stable || !swaps->count)
		return NULL;
	for (i = 0; i < SWAPS_MAX; i++) {
		below += swaps->seen[i] && i < type;
		above += swaps->seen[i] && i > type;
	}
	if (below + above >= swaps->count)
		return NULL;
	/*
	 * It stands behind the areas with lower numbers that were seen, before those with higher
	 * ones, and at most at the place of its number.
	 */
	first = below;
	last = swaps->count - 1 - above;
	if (last > type)
		last = type;
	return first == last ? swaps->files[first] : NULL;
}
