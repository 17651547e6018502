// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/label.h"
#include "names/place.h"

static enum exit_status maps_problem(const struct names *names, int error,
				     char problem[PROBLEM_SIZE])
{
	const char *more = "";

	if (error == -ENOENT || error == -ESRCH)
		return problem_is(problem, EXIT_TROUBLE, "process %d: no such process",
				  target_pid(names->target));
	if (error == -EXDEV)
		return problem_is(problem, EXIT_TROUBLE,
				  "/proc is not mounted, or is of another pid namespace: give a number");
	if (error == -EACCES || error == -EPERM)
		more = geteuid() ? ": run it as root" : ", CAP_SYS_PTRACE is missing";
	return problem_is(problem, EXIT_TROUBLE, "cannot read %s: %s%s", names->mappings,
			  strerror(-error), more);
}

enum exit_status place_check_mapping(const struct names *names, const struct mapping *mapping,
				     char problem[PROBLEM_SIZE])
{
	if (!(mapping->start >> 63) || target_is_user_root(names->target))
		return EXIT_OK;
	return problem_is(problem, EXIT_USAGE, "%.100s" NAMES_BEYOND " 0x%" PRIx64,
			  mapping_name(mapping), mapping->start);
}

static enum exit_status find_mapping(struct names *names, const char *name, struct place *place,
				     char problem[PROBLEM_SIZE])
{
	const struct maps *maps;
	int error = names_maps(names, &maps);

	if (error)
		return maps_problem(names, error, problem);
	if (!maps->count)
		return problem_is(problem, EXIT_TROUBLE,
				  "process %d has no mappings: it has exited or is a kernel thread",
				  target_pid(names->target));
	place->mapping = maps_next(maps, name, NULL);
	if (!place->mapping)
		return problem_is(problem, EXIT_USAGE, "%.100s: process %d has no such mapping",
				  name, target_pid(names->target));
	place->address = place->mapping->start;
	return place_check_mapping(names, place->mapping, problem);
}

/* No mapping has the name, and the target has addresses of the kernel as well. */
static enum exit_status find_symbol_instead(struct names *names, const char *name,
					    struct place *place, char problem[PROBLEM_SIZE])
{
	enum exit_status status = place_find_symbol(names, name, place, problem);

	if (status == EXIT_USAGE && !place->name_length)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: process %d has no such mapping, nor the kernel such a symbol",
				  name, target_pid(names->target));
	return status;
}

/* Whether it is the name of a mapping and an offset, which has nothing to do with symbols. */
static bool is_mapping_and_offset(struct names *names, const char *text)
{
	const char *plus = strrchr(text, '+');
	char *name = plus ? strndup(text, plus - text) : NULL;
	const bool is = name && maps_next(&names->maps, name, NULL);

	free(name);
	return is;
}

enum exit_status place_find(struct names *names, const char *name, struct place *place,
			    char problem[PROBLEM_SIZE])
{
	enum exit_status status;

	*place = (struct place){ .kind = PLACE_PLAIN };
	if (target_is_kernel(names->target))
		return place_find_symbol(names, name, place, problem);
	if (target_is_device(names->target))
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: a device's addresses have no names: write a number", name);
	status = find_mapping(names, name, place, problem);
	if (status != EXIT_USAGE || place->mapping || is_mapping_and_offset(names, name))
		return status;
	if (target_is_user_root(names->target))
		status = find_symbol_instead(names, name, place, problem);
	if (status == EXIT_USAGE && !place->name_length)
		status = place_find_image_symbol(names, name, place, problem);
	return status;
}

enum exit_status place_address(const struct place *place, const char *text, uint64_t *address,
			       char problem[PROBLEM_SIZE])
{
	int length = place->name_length < 60 ? place->name_length : 60;

	switch (place->kind) {
	case PLACE_OF_EACH_CPU:
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: each CPU has a variable of its own by this name: write %.*s@CPU%.30s",
				  text, length, text, text + place->name_length);
	case PLACE_FREED:
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: " LABEL_FREED ": to see who has that memory now, write 0x%" PRIx64,
				  text, place->address);
	case PLACE_OF_A_CPU:
	case PLACE_PLAIN:
		break;
	}
	*address = place->address;
	return EXIT_OK;
}
