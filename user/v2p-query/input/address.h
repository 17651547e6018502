/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for an address. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include <v2p.h>

#include "base/complain.h"
#include "base/target.h"
#include "names/cpus.h"
#include "names/maps.h"
#include "names/symbols.h"

/* What is wrong where an address in the kernel's half is asked of a process. */
#define NAMES_BEYOND " is in the kernel's half of the address space: ask with --kernel"

/**
 * enum place_kind - what stands at a place
 * @PLACE_PLAIN: what was written: all there is with a process
 * @PLACE_OF_A_CPU: the per-CPU variable of one CPU
 * @PLACE_OF_EACH_CPU: nothing, but at an offset from it each CPU's own
 * @PLACE_FREED: what was written stood there while the kernel started
 */
enum place_kind {
	PLACE_PLAIN,
	PLACE_OF_A_CPU,
	PLACE_OF_EACH_CPU,
	PLACE_FREED,
};

/* How the last one is told. */
#define PLACE_FREED_WORDS "init, freed"

/**
 * struct place - what the user wrote for an address
 * @address: where it is
 * @kind: what is there
 * @cpu: whose it is, where it is one CPU's
 * @name_length: bytes of the name of a symbol, which an offset may follow; else 0
 */
struct place {
	uint64_t address;
	enum place_kind kind;
	uint32_t cpu;
	size_t name_length;
};

/**
 * struct names - what names are looked up in, read when the first one is
 * @target: whose addresses
 * @kallsyms: where the kernel's symbols are, /proc/kallsyms
 * @kptr_restrict: where the kernel says from whom it hides their addresses
 * @mappings: where the process's mappings are, /proc/PID/maps
 * @threads: where those of its threads are, /proc/PID/task
 * @note: what is to be said of a name that was found, with an answer
 * @load_cpus: loads @cpus, or says what is wrong; told @data
 */
struct names {
	struct v2p_target target;
	char kallsyms[64];
	char kptr_restrict[64];
	char mappings[64];
	char threads[64];
	char note[PROBLEM_SIZE];
	struct symbols symbols;
	struct maps maps;
	struct cpus cpus;
	bool symbols_loaded;
	bool maps_loaded;
	enum exit_status (*load_cpus)(void *data, struct cpus *cpus, char problem[PROBLEM_SIZE]);
	void *data;
};

void names_init(struct names *names, struct v2p_target target);
void names_free(struct names *names);

/**
 * names_proc_is_ours() - does /proc know processes by the ids that this one does
 *
 * It does not in a pid namespace that was entered without one of its own: there it
 * would tell of other processes than the module.
 */
bool names_proc_is_ours(void);

/* The process's mappings change: read them again when needed next. */
void names_forget_maps(struct names *names);

/**
 * names_maps() - the process's mappings
 *
 * Return: 0 or a negative errno, -EXDEV where /proc is not ours.
 */
int names_maps(struct names *names, const struct maps **maps);

/* Refuse a mapping of the kernel's half, which maps list as well ([vsyscall]). */
enum exit_status names_check(const struct mapping *mapping, char problem[PROBLEM_SIZE]);

/**
 * names_symbol() - the address of a kernel symbol, or of SYMBOL@CPU
 * names_mapping() - the first mapping of a name
 *
 * Return: EXIT_OK where it is found; EXIT_USAGE where there is none, or not
 * one; EXIT_TROUBLE.
 */
enum exit_status names_symbol(struct names *names, const char *name, uint64_t *address,
			      char problem[PROBLEM_SIZE]);
enum exit_status names_mapping(struct names *names, const char *name, const struct mapping **mapping,
			       char problem[PROBLEM_SIZE]);

/* Where several mappings have the name, note which one was taken, and @more. */
void names_note_first(struct names *names, const char *name, const char *more);

/**
 * place_parse() - a number, or NAME, or NAME+OFFSET
 * @text: what the user wrote
 * @names: for names
 * @place: filled in
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK where @place is good, EXIT_USAGE or EXIT_TROUBLE.
 */
enum exit_status place_parse(const char *text, struct names *names, struct place *place,
			     char problem[PROBLEM_SIZE]);

/* The same where no more than one address will do, with what was named there. */
enum exit_status address_parse(const char *text, struct names *names, uint64_t *address,
			       char problem[PROBLEM_SIZE]);

#endif /* ADDRESS_H */
