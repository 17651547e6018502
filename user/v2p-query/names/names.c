// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "names/names.h"
#include "names/place.h"
#include "names/process.h"

void names_init(struct names *names, struct v2p_target target)
{
	*names = (struct names){ .target = target, .mapping_at.fd = -1 };
	snprintf(names->kallsyms, sizeof(names->kallsyms), "/proc/kallsyms");
	snprintf(names->kptr_restrict, sizeof(names->kptr_restrict),
		 "/proc/sys/kernel/kptr_restrict");
	snprintf(names->mappings, sizeof(names->mappings), "/proc/%d/maps", target_pid(target));
	snprintf(names->threads, sizeof(names->threads), "/proc/%d/task", target_pid(target));
}

void names_free(struct names *names)
{
	if (names->symbols_loaded)
		symbols_free(&names->symbols);
	names->symbols_loaded = false;
	cpus_free(&names->cpus);
	names_forget_maps(names);
	images_free(&names->images);
}

void names_forget_maps(struct names *names)
{
	images_forget(&names->images);
	if (names->maps_loaded)
		maps_free(&names->maps);
	names->maps_loaded = false;
	mapping_at_close(&names->mapping_at);
}

/* If the first thread has exited, its maps are empty, but those of other threads are not. */
static int load_maps(struct names *names)
{
	int ret = maps_load(&names->maps, names->mappings);

	if (ret == -ESRCH || (!ret && !names->maps.count)) {
		if (!ret)
			maps_free(&names->maps);
		ret = maps_load_of_threads(&names->maps, names->threads);
	}
	return ret;
}

int names_maps(struct names *names, const struct maps **maps)
{
	if (!names->maps_loaded) {
		int ret = process_proc_is_ours() ? load_maps(names) : -EXDEV;

		if (ret)
			return ret;
		names->maps_loaded = true;
	}
	*maps = &names->maps;
	return 0;
}

int names_mapping_at(struct names *names, uint64_t address, const char **name)
{
	const struct maps *maps;
	int ret;

	if (!names->maps_loaded && (names->mapping_at.fd >= 0 || process_proc_is_ours()) &&
	    mapping_at_find(&names->mapping_at, names->mappings, address, name))
		return 0;
	ret = names_maps(names, &maps);
	*name = ret ? NULL : maps_name_at(maps, address);
	return ret;
}

int names_symbols(struct names *names, const struct symbols **symbols)
{
	if (!names->symbols_loaded) {
		int ret = symbols_load(&names->symbols, names->kallsyms);

		if (ret)
			return ret;
		names->symbols_loaded = true;
	}
	*symbols = &names->symbols;
	return 0;
}

static void near_kernel(struct names *names, uint64_t address, char text[NAMES_NEAR_SIZE])
{
	struct symbol_near near;
	size_t used;
	int error;

	if (place_check_symbols(names, "--symbols", names->near_problem) != EXIT_OK)
		return;
	error = symbols_near(&names->symbols, address, &near);
	if (error == -ENOMEM)
		problem_is(names->near_problem, EXIT_TROUBLE, "--symbols: out of memory");
	if (error)
		return;
	/* As an address is written, so that it can be given back. */
	used = snprintf(text, NAMES_NEAR_SIZE, "%.100s%s%.700s", near.module ? near.module : "",
			near.module ? ":" : "", near.name);
	if (near.offset)
		snprintf(text + used, NAMES_NEAR_SIZE - used, "+0x%" PRIx64, near.offset);
}

void names_near(struct names *names, uint64_t address, char text[NAMES_NEAR_SIZE])
{
	*text = '\0';
	if (*names->near_problem)
		return;
	if (target_is_kernel_at(names->target, address))
		near_kernel(names, address, text);
	else
		names_near_image(names, address, text);
}

enum exit_status names_cpus(struct names *names, const struct cpus **cpus,
			    char problem[PROBLEM_SIZE])
{
	if (!names->cpus.count) {
		enum exit_status status = names->load_cpus(names->data, &names->cpus, problem);

		if (status != EXIT_OK)
			return status;
	}
	*cpus = &names->cpus;
	return EXIT_OK;
}

/* Each note once, even if a name is given several times. */
static void add_note(struct names *names, const char *note)
{
	size_t i;

	for (i = 0; i < names->note_count; i++)
		if (!strcmp(names->notes[i], note))
			return;
	if (names->note_count < NAMES_NOTES)
		strcpy(names->notes[names->note_count++], note);
}

void names_note_first(struct names *names, const char *name, const char *more)
{
	size_t count = !target_is_process(names->target) ? 0 : maps_count(&names->maps, name);
	const struct mapping *first;
	char note[PROBLEM_SIZE];

	if (count < 2)
		return;
	first = maps_next(&names->maps, name, NULL);
	snprintf(note, sizeof(note),
		 "%.100s: %zu mappings have this name, the first is taken: 0x%" PRIx64 "-0x%" PRIx64
		 "%s", name, count, first->start, first->end, more);
	add_note(names, note);
}
