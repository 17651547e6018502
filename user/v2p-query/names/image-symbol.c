// SPDX-License-Identifier: GPL-2.0
/* Look up SYMBOL and FILE:SYMBOL of a process, and what an address of it lies in. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names/place.h"

/**
 * struct found - one that has the name
 * @image: where it is
 * @symbol: what it is
 * @address: where it is loaded
 */
struct found {
	const struct image *image;
	const struct elf_symbol *symbol;
	uint64_t address;
};

/**
 * struct search - for a symbol
 * @file: the name of its file, or NULL for any
 * @symbol: its name
 * @list: the first of those that were found
 * @count: how many there are
 * @global: they are not some compiled file's own
 * @images: how many could have it
 * @unread: how many of them cannot be read
 * @error: why one of them cannot
 * @stripped: one that lacks the names of what it does not export, the program if it does; or NULL
 */
struct search {
	const char *file;
	const char *symbol;
	struct found list[ELF_FOUND];
	size_t count;
	bool global;
	size_t images;
	size_t unread;
	int error;
	const struct image *stripped;
};

/* No symbol has what stands between parts of a range or an address, or a name of a path. */
static bool may_be_symbol(const char *text)
{
	const char *at;

	for (at = text; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("_.$@", *at) && !(*at & 0x80))
			return false;
	return at > text;
}

static enum exit_status no_library(const struct names *names, const char *what,
				   char problem[PROBLEM_SIZE])
{
	return problem_is(problem, EXIT_TROUBLE,
			  "%.100s need libdw: install libdw1 (Fedora: elfutils-libs, Arch: libelf): %.90s",
			  what, names->images.why ? names->images.why : "it is not there");
}

static bool is_known(const struct search *search, uint64_t address)
{
	size_t i;

	for (i = 0; i < search->count && i < ELF_FOUND; i++)
		if (search->list[i].address == address)
			return true;
	return false;
}

static void take(struct search *search, const struct image *image, uint64_t bias)
{
	const struct elf_symbol *found[ELF_FOUND];
	size_t i, count = elf_find(&image->file->elf, search->symbol, found);
	bool global;

	if (!count)
		return;
	global = found[0]->rank != ELF_LOCAL;
	if (search->global && !global)
		return;
	if (global && !search->global)
		search->count = 0;
	search->global = global;
	for (i = 0; i < count; i++) {
		const struct elf_symbol *symbol = found[i < ELF_FOUND ? i : ELF_FOUND - 1];
		const uint64_t address = symbol->address + bias;

		if (i < ELF_FOUND && is_known(search, address))
			continue;
		if (search->count < ELF_FOUND)
			search->list[search->count] = (struct found){ image, symbol, address };
		search->count++;
	}
}

/* False where nothing can be read at all. */
static bool look(struct names *names, struct search *search, const struct image *image)
{
	uint64_t bias;
	int error = image_load(&names->images, image, target_pid(names->target), &bias);

	if (error == -ELIBACC)
		return false;
	if (error == -ENOEXEC)
		return true;
	search->images++;
	if (error) {
		search->unread++;
		search->error = error;
		return true;
	}
	if (image->file->elf.stripped && !search->stripped && (search->file || image->program))
		search->stripped = image;
	take(search, image, bias);
	return true;
}

/* What the program has comes before what is in libraries, as it does for their linker. */
static bool look_everywhere(struct names *names, struct search *search)
{
	const struct images *images = &names->images;
	int program;
	size_t i;

	for (program = 1; program >= 0 && !search->global; program--) {
		for (i = 0; i < images->count; i++) {
			const struct image *image = &images->list[i];

			if (image->program != program ||
			    (search->file && !maps_matches(image->mapping, search->file)))
				continue;
			if (!look(names, search, image))
				return false;
		}
	}
	return true;
}

static enum exit_status not_found(const struct names *names, const char *text,
				  const struct search *search, char problem[PROBLEM_SIZE])
{
	const int pid = target_pid(names->target);
	char more[128] = "";
	const char *name;
	size_t length;

	/* It was said of the kernel's already. */
	if (!search->file && target_is_user_root(names->target))
		return EXIT_USAGE;
	if (search->unread) {
		snprintf(more, sizeof(more), "; %zu of %zu files cannot be read: %s",
			 search->unread, search->images, strerror(-search->error));
	} else if (search->stripped) {
		length = maps_file_name(search->stripped->mapping, &name);
		snprintf(more, sizeof(more), "; %.*s is stripped, and tells only what it exports",
			 length < 60 ? (int)length : 60, name);
	}
	if (!search->file)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: process %d has no such mapping, nor such a symbol%s",
				  text, pid, more);
	if (!search->images)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: %.60s is no program or library that process %d has loaded",
				  text, search->file, pid);
	return problem_is(problem, EXIT_USAGE, "%.100s: no such symbol%s", text, more);
}

#define WRITTEN 128

/* Whether their files tell them apart, in words that fit. */
static bool are_told_by_files(const struct search *search)
{
	size_t i, length = 0;
	const char *name;

	for (i = 0; i < search->count && i < ELF_FOUND; i++) {
		const struct image *image = search->list[i].image;

		if (i && image->file == search->list[i - 1].image->file)
			return false;
		length += maps_file_name(image->mapping, &name) + strlen(search->symbol) + 5;
	}
	return !search->file && length < WRITTEN;
}

/* Say how to write each of them: by its file, or by number. */
static enum exit_status several(const char *text, const struct search *search,
				char problem[PROBLEM_SIZE])
{
	const size_t count = search->count < ELF_FOUND ? search->count : ELF_FOUND;
	const bool by_file = are_told_by_files(search);
	char list[WRITTEN] = "";
	size_t i, used = 0;

	for (i = 0; i < count; i++) {
		const struct found *found = &search->list[i];
		const char *between = !i ? "" : i + 1 == search->count ? " or " : ", ";
		const char *name;
		size_t length = maps_file_name(found->image->mapping, &name);

		if (by_file)
			used += snprintf(list + used, sizeof(list) - used, "%s%.*s:%s", between,
					 (int)length, name, search->symbol);
		else
			used += snprintf(list + used, sizeof(list) - used, "%s0x%" PRIx64, between,
					 found->address);
	}
	return problem_is(problem, EXIT_USAGE, "%.60s: %zu symbols have this name: write %s%s",
			  text, search->count, list, search->count > ELF_FOUND ? ", ..." : "");
}

static enum exit_status find(struct names *names, const char *text, struct search *search,
			     struct place *place, char problem[PROBLEM_SIZE])
{
	const struct found *found = &search->list[0];
	char what[80];

	if (images_list(&names->images, target_pid(names->target), &names->maps))
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	if (!look_everywhere(names, search)) {
		snprintf(what, sizeof(what), "%.40s: no such mapping, and symbols", text);
		return no_library(names, what, problem);
	}
	if (!search->count)
		return not_found(names, text, search, problem);
	if (search->count > 1)
		return several(text, search, problem);
	if (found->symbol->of_threads)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: each thread has a variable of its own by this name: give its address",
				  text);
	*place = (struct place){
		.kind = PLACE_PLAIN,
		.address = found->address,
		.size = found->symbol->size,
		.name_length = strlen(text),
	};
	return EXIT_OK;
}

/* Names of files may have colons, too: the first part that is one. */
static char *file_part(const struct names *names, const char *text)
{
	const char *colon = text;

	while ((colon = strchr(colon + 1, ':'))) {
		char *file = strndup(text, colon - text);

		if (!file || (may_be_symbol(colon + 1) && maps_next(&names->maps, file, NULL)))
			return file;
		free(file);
	}
	return NULL;
}

enum exit_status place_find_image_symbol(struct names *names, const char *text,
					 struct place *place, char problem[PROBLEM_SIZE])
{
	struct search search = { .symbol = text };
	enum exit_status status = EXIT_USAGE;
	char *file = file_part(names, text);

	if (file) {
		search.file = file;
		search.symbol = text + strlen(file) + 1;
	}
	if (file || may_be_symbol(text))
		status = find(names, text, &search, place, problem);
	free(file);
	return status;
}

void names_near_image(struct names *names, uint64_t address, char text[NAMES_NEAR_SIZE])
{
	const pid_t pid = target_pid(names->target);
	struct images *images = &names->images;
	const struct image_file *file;
	const struct maps *maps;
	size_t i;

	if (names_maps(names, &maps) || images_list(images, pid, maps))
		return;
	file = images_file_at(images, maps, address);
	for (i = 0; file && i < images->count; i++) {
		const struct image *image = &images->list[i];
		const struct elf_symbol *symbol;
		const char *name;
		size_t length, used;
		uint64_t bias;
		int error;

		if (image->file != file)
			continue;
		error = image_load(images, image, pid, &bias);
		if (error == -ELIBACC)
			no_library(names, "--symbols: those of a process", names->near_problem);
		symbol = error ? NULL : elf_near(&image->file->elf, address - bias);
		if (!symbol)
			continue;
		length = maps_file_name(image->mapping, &name);
		used = snprintf(text, NAMES_NEAR_SIZE, "%.*s:%.700s",
				length < 255 ? (int)length : 255, name, symbol->name);
		if (address - bias > symbol->address)
			snprintf(text + used, NAMES_NEAR_SIZE - used, "+0x%" PRIx64,
				 address - bias - symbol->address);
		return;
	}
}
