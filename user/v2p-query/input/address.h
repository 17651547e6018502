/* SPDX-License-Identifier: GPL-2.0 */
/* What the user writes for an address. */
#ifndef ADDRESS_H
#define ADDRESS_H

#include <stdint.h>

#include "names/place.h"

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
