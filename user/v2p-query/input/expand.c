// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/expand.h"

/* Takes over @name, which is NULL if there was no memory for it. */
static bool add_named(struct batch *batch, const struct place *place, char *name)
{
	const struct label label = {
		.name = name,
		.of_a_cpu = place->kind == PLACE_OF_A_CPU,
		.freed = place->kind == PLACE_FREED,
		.cpu = place->cpu,
	};

	if (!name)
		return false;
	batch_label(batch, &label);
	batch->addresses[batch->count++] = place->address;
	return true;
}

/* SYMBOL+OFFSET becomes SYMBOL@CPU+OFFSET. */
static char *name_of_cpu(const struct place *place, const char *text, uint32_t cpu)
{
	char *name;

	return asprintf(&name, "%.*s@%u%s", (int)place->name_length, text, cpu,
			text + place->name_length) < 0 ? NULL : name;
}

static bool add_each_cpu(struct batch *batch, const struct place *place, const char *text,
			 const struct cpus *cpus)
{
	size_t i;

	for (i = 0; i < cpus->count; i++) {
		const struct place its_own = {
			.address = place->address + cpus->list[i].offset,
			.kind = PLACE_OF_A_CPU,
			.cpu = cpus->list[i].cpu,
		};

		if (!add_named(batch, &its_own, name_of_cpu(place, text, its_own.cpu)))
			return false;
	}
	return true;
}

enum exit_status expand(struct batch *batch, const char *text, struct names *names,
			char problem[PROBLEM_SIZE])
{
	const struct cpus *cpus = NULL;
	struct place place;
	enum exit_status status = place_parse(text, names, &place, problem);
	bool added = true;

	if (status == EXIT_OK && place.kind == PLACE_OF_EACH_CPU)
		status = names_cpus(names, &cpus, problem);
	if (status != EXIT_OK)
		return status;

	if (batch_reserve(batch, cpus ? cpus->count : 1))
		added = false;
	else if (cpus)
		added = add_each_cpu(batch, &place, text, cpus);
	else if (place.name_length)
		added = add_named(batch, &place, strdup(text));
	else
		batch->addresses[batch->count++] = place.address;
	return added ? EXIT_OK : problem_is(problem, EXIT_TROUBLE, "out of memory");
}
