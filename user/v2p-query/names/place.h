/* SPDX-License-Identifier: GPL-2.0 */
/* Where something is that has a name. */
#ifndef PLACE_H
#define PLACE_H

#include <stddef.h>
#include <stdint.h>

#include "names/names.h"

/**
 * enum place_kind - what stands at a place
 * @PLACE_PLAIN: what was named: all there is with a process
 * @PLACE_OF_A_CPU: the per-CPU variable of one CPU
 * @PLACE_OF_EACH_CPU: nothing, but at an offset from it each CPU's own
 * @PLACE_FREED: what was named stood there while the kernel started
 */
enum place_kind {
	PLACE_PLAIN,
	PLACE_OF_A_CPU,
	PLACE_OF_EACH_CPU,
	PLACE_FREED,
};

/**
 * struct place - what a name, or a number, stands for
 * @address: where it is
 * @kind: what is there
 * @cpu: whose it is, where it is one CPU's
 * @name_length: bytes of the name of a symbol, which an offset may follow; else 0, as where
 *	there is no such symbol
 * @size: of what is there, 0 where that is not known
 * @mapping: the mapping that has the name, or NULL
 */
struct place {
	uint64_t address;
	enum place_kind kind;
	uint32_t cpu;
	size_t name_length;
	uint64_t size;
	const struct mapping *mapping;
};

/**
 * place_find() - look a name up
 * @names: of the target
 * @name: with a process that of a mapping, of which the first is taken, or else SYMBOL or
 *	FILE:SYMBOL; with the kernel SYMBOL or SYMBOL@CPU; with what user mode runs on, any of them,
 *	a mapping before a symbol and the kernel's before the process's
 * @place: filled in
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK; EXIT_USAGE where there is no such thing, or not one; EXIT_TROUBLE.
 */
enum exit_status place_find(struct names *names, const char *name, struct place *place,
			    char problem[PROBLEM_SIZE]);

/*
 * The same of what is in the program or a library of a process whose mappings were read. Nothing is
 * said where the text is not like a symbol.
 */
enum exit_status place_find_image_symbol(struct names *names, const char *text,
					 struct place *place, char problem[PROBLEM_SIZE]);

/* The same of a symbol of the kernel alone. */
enum exit_status place_find_symbol(struct names *names, const char *name, struct place *place,
				   char problem[PROBLEM_SIZE]);

/*
 * EXIT_OK where the kernel's symbols, which @name was to be looked up in or is to be shown by, can
 * be read and have addresses.
 */
enum exit_status place_check_symbols(struct names *names, const char *name,
				     char problem[PROBLEM_SIZE]);

/*
 * EXIT_USAGE where a mapping is of the kernel's half, which maps list as well ([vsyscall]), and
 * the target has no such addresses.
 */
enum exit_status place_check_mapping(const struct names *names, const struct mapping *mapping,
				     char problem[PROBLEM_SIZE]);

/**
 * place_address() - the address of a place, where no more than one will do
 * @place: where it is
 * @text: what the user wrote, which begins with the place's name
 * @address: set to it
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK; EXIT_USAGE where it is not one place that has what it names.
 */
enum exit_status place_address(const struct place *place, const char *text, uint64_t *address,
			       char problem[PROBLEM_SIZE]);

#endif /* PLACE_H */
