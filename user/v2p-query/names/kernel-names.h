/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for an address of the kernel. */
#ifndef KERNEL_NAMES_H
#define KERNEL_NAMES_H

#include "input/address.h"

/**
 * kernel_place_find() - SYMBOL or SYMBOL@CPU
 * @names: for names
 * @name: what the user wrote, without an offset
 * @place: filled in
 * @problem: what is wrong, where EXIT_OK is not returned
 *
 * Return: EXIT_OK where @place is good, EXIT_USAGE or EXIT_TROUBLE.
 */
enum exit_status kernel_place_find(struct names *names, const char *name, struct place *place,
				   char problem[PROBLEM_SIZE]);

/* EXIT_USAGE where @place, written as @text, is not one place that has what it names. */
enum exit_status place_is_one(const struct place *place, const char *text,
			      char problem[PROBLEM_SIZE]);

/**
 * names_cpus() - the offsets of all CPUs
 *
 * Return: EXIT_OK where @cpus is good, else what names->load_cpus() does.
 */
enum exit_status names_cpus(struct names *names, const struct cpus **cpus,
			    char problem[PROBLEM_SIZE]);

#endif /* KERNEL_NAMES_H */
