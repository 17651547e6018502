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
 * @problem: what is wrong, where STATUS_MAPPED is not returned
 *
 * Return: STATUS_MAPPED where @place is good, STATUS_USAGE or STATUS_TROUBLE.
 */
enum status kernel_place_find(struct names *names, const char *name, struct place *place,
			      char problem[ADDRESS_PROBLEM]);

/* STATUS_USAGE where @place, written as @text, is not one place that has what it names. */
enum status place_is_one(const struct place *place, const char *text,
			 char problem[ADDRESS_PROBLEM]);

/**
 * names_cpus() - the offsets of all CPUs
 *
 * Return: STATUS_MAPPED where @cpus is good, else what names->load_cpus() does.
 */
enum status names_cpus(struct names *names, const struct cpus **cpus,
		       char problem[ADDRESS_PROBLEM]);

#endif /* KERNEL_NAMES_H */
