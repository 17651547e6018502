/* SPDX-License-Identifier: GPL-2.0 */
/* What names are looked up in: a process's mappings and symbols, or the kernel's symbols. */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>

#include <v2p.h>

#include "base/complain.h"
#include "base/target.h"
#include "names/cpus.h"
#include "names/images.h"
#include "names/mapping-at.h"
#include "names/maps.h"
#include "names/symbols.h"

/* What is wrong where an address in the kernel's half is asked of a process. */
#define NAMES_BEYOND " is in the kernel's half of the address space: ask with --kernel"

/* Of a long stream, not all can be kept. */
#define NAMES_NOTES 16

/**
 * struct names - what names are looked up in, each part read when it is first needed
 * @target: whose addresses
 * @kallsyms: where the kernel's symbols are, /proc/kallsyms
 * @kptr_restrict: where the kernel says from whom it hides their addresses
 * @mappings: where the process's mappings are, /proc/PID/maps
 * @threads: where those of its threads are, /proc/PID/task
 * @notes: what is to be said of names that were found, with an answer
 * @note_count: how many
 * @near_problem: why there are no symbols before addresses; or ""
 * @images: what the process has loaded, where its symbols are needed
 * @mapping_at: the process, where few addresses are asked
 * @load_cpus: loads @cpus, or says what is wrong; told @data
 */
struct names {
	struct v2p_target target;
	char kallsyms[64];
	char kptr_restrict[64];
	char mappings[64];
	char threads[64];
	char notes[NAMES_NOTES][PROBLEM_SIZE];
	size_t note_count;
	char near_problem[PROBLEM_SIZE];
	struct symbols symbols;
	struct maps maps;
	struct images images;
	struct mapping_at mapping_at;
	struct cpus cpus;
	bool symbols_loaded;
	bool maps_loaded;
	enum exit_status (*load_cpus)(void *data, struct cpus *cpus, char problem[PROBLEM_SIZE]);
	void *data;
};

void names_init(struct names *names, struct v2p_target target);
void names_free(struct names *names);

/* The process's mappings change: read them again when needed next. */
void names_forget_maps(struct names *names);

/**
 * names_maps() - the process's mappings
 *
 * Return: 0 or a negative errno, -EXDEV where /proc is not ours.
 */
int names_maps(struct names *names, const struct maps **maps);

/**
 * names_mapping_at() - what one of few addresses of the process lies in
 * @name: as by maps_name_at(), good until the next call
 *
 * Return: 0 or a negative errno, as names_maps().
 */
int names_mapping_at(struct names *names, uint64_t address, const char **name);

/**
 * names_symbols() - the kernel's symbols
 *
 * Return: 0 or a negative errno.
 */
int names_symbols(struct names *names, const struct symbols **symbols);

/* A module, a symbol, and an offset. */
#define NAMES_NEAR_SIZE 1024

/**
 * names_near() - the symbol that an address lies in, which is a courtesy
 * @text: "jiffies_64+0x8", of a module or of a process "file:name+0x8"; "" where there is none,
 *	and where the symbols cannot be had, which is noted
 */
void names_near(struct names *names, uint64_t address, char text[NAMES_NEAR_SIZE]);

/* The same of what a process has loaded, where @text is "" before. */
void names_near_image(struct names *names, uint64_t address, char text[NAMES_NEAR_SIZE]);

/**
 * names_cpus() - the per-CPU offsets of all CPUs
 *
 * Return: EXIT_OK where @cpus is good, else what names->load_cpus() does.
 */
enum exit_status names_cpus(struct names *names, const struct cpus **cpus,
			    char problem[PROBLEM_SIZE]);

/* Where several mappings have the name, note which one is taken, and @more. */
void names_note_first(struct names *names, const char *name, const char *more);

#endif /* NAMES_H */
