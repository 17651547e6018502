// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "input/address.h"
#include "names/kernel-names.h"

void names_init(struct names *names, struct v2p_target target)
{
	*names = (struct names){ .target = target };
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
}

void names_forget_maps(struct names *names)
{
	if (names->maps_loaded)
		maps_free(&names->maps);
	names->maps_loaded = false;
}

bool names_proc_is_ours(void)
{
	char self[16] = "", link[16] = "";

	snprintf(self, sizeof(self), "%d", getpid());
	return readlink("/proc/self", link, sizeof(link) - 1) > 0 && !strcmp(self, link);
}

/* The first thread may have exited, which took its mappings along, while others go on. */
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
		int ret = names_proc_is_ours() ? load_maps(names) : -EXDEV;

		if (ret)
			return ret;
		names->maps_loaded = true;
	}
	*maps = &names->maps;
	return 0;
}

enum exit_status names_check(const struct mapping *mapping, char problem[PROBLEM_SIZE])
{
	if (!(mapping->start >> 63))
		return EXIT_OK;
	return problem_is(problem, EXIT_USAGE, "%.100s" NAMES_BEYOND " 0x%" PRIx64,
			  mapping_name(mapping), mapping->start);
}

enum exit_status names_mapping(struct names *names, const char *name, const struct mapping **mapping,
			       char problem[PROBLEM_SIZE])
{
	const struct maps *maps;
	int ret = names_maps(names, &maps);

	if (ret == -ENOENT || ret == -ESRCH)
		return problem_is(problem, EXIT_TROUBLE, "process %d: no such process",
				  names->target.pid);
	if (ret == -EXDEV)
		return problem_is(problem, EXIT_TROUBLE,
				  "/proc is not mounted, or is of another pid namespace: give a number");
	if (ret)
		return problem_is(problem, EXIT_TROUBLE, "cannot read %s: %s%s", names->mappings,
				  strerror(-ret), ret != -EACCES && ret != -EPERM ? "" :
				  geteuid() ? ": run it as root" : ", CAP_SYS_PTRACE is missing");
	if (!maps->count)
		return problem_is(problem, EXIT_TROUBLE,
				  "process %d has no mappings: it has exited or is a kernel thread",
				  target_pid(names->target));

	*mapping = maps_next(maps, name, NULL);
	if (!*mapping)
		return problem_is(problem, EXIT_USAGE, "%.100s: process %d has no such mapping",
				  name, names->target.pid);
	return names_check(*mapping, problem);
}

void names_note_first(struct names *names, const char *name, const char *more)
{
	const struct mapping *first;
	size_t count = target_is_kernel(names->target) ? 0 : maps_count(&names->maps, name);

	if (count < 2)
		return;
	first = maps_next(&names->maps, name, NULL);
	snprintf(names->note, sizeof(names->note),
		 "%.100s: %zu mappings have this name, the first is taken: 0x%" PRIx64 "-0x%" PRIx64
		 "%s", name, count, first->start, first->end, more);
}

static enum exit_status find(struct names *names, const char *name, struct place *place,
			     char problem[PROBLEM_SIZE])
{
	const struct mapping *mapping;
	enum exit_status status;

	if (target_is_kernel(names->target))
		return kernel_place_find(names, name, place, problem);
	status = names_mapping(names, name, &mapping, problem);
	if (status != EXIT_OK)
		return status;
	place->address = mapping->start;
	/* A file's first mapping is where it begins, what else has a name is not one. */
	if (*mapping->name != '/')
		names_note_first(names, name, "");
	return status;
}

/* NAME+OFFSET, where a name such as libstdc++.so.6 may itself hold a plus. */
static enum exit_status parse_name(const char *text, struct names *names, struct place *place,
				   char problem[PROBLEM_SIZE])
{
	enum exit_status whole = find(names, text, place, problem);
	const char *plus = strrchr(text, '+');
	enum exit_status status;
	const char *wrong;
	uint64_t offset;
	char *name;

	if (whole != EXIT_USAGE || !plus || plus == text)
		return whole;
	wrong = number_parse(plus + 1, &offset);
	if (wrong && names->target.kernel && strchr(plus, '@'))
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: its offset is %s: @CPU stands before it", text, wrong);
	if (wrong)
		return number_problem(problem, text, "its offset is ", plus + 1, wrong);

	name = strndup(text, plus - text);
	if (!name)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	status = find(names, name, place, problem);
	free(name);
	if (status != EXIT_OK)
		return status;
	/* Of each CPU's own, the offset that is still to come leads to the address. */
	if (__builtin_add_overflow(place->address, offset, &place->address) &&
	    place->kind != PLACE_OF_EACH_CPU)
		return problem_is(problem, EXIT_USAGE, "%.100s: larger than 64 bits", text);
	return EXIT_OK;
}

/* A name that is not there may be an address, of the kernel's half or of 32 bits. */
static void suggest_number(const char *text, char problem[PROBLEM_SIZE])
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF"), used = strlen(problem);

	if (digits >= NUMBER_ADDRESS_DIGITS && digits <= NUMBER_ADDRESS_DIGITS_MAX &&
	    (!text[digits] || text[digits] == '+'))
		snprintf(problem + used, PROBLEM_SIZE - used,
			 " (hexadecimal starts with 0x): write 0x%.*s", (int)digits, text);
}

enum exit_status place_parse(const char *text, struct names *names, struct place *place,
			     char problem[PROBLEM_SIZE])
{
	enum exit_status status;

	*place = (struct place){ .kind = PLACE_PLAIN };
	/* What starts like a number is one, or wrong: no name is guessed into it. */
	if (!*text)
		return problem_is(problem, EXIT_USAGE, "an empty address");
	if (isdigit((unsigned char)*text) || *text == '-') {
		const char *wrong = address_number(text, &place->address);

		return wrong ? number_problem(problem, text, "", text, wrong) : EXIT_OK;
	}
	status = parse_name(text, names, place, problem);
	if (status == EXIT_USAGE)
		suggest_number(text, problem);
	return status;
}

enum exit_status address_parse(const char *text, struct names *names, uint64_t *address,
			       char problem[PROBLEM_SIZE])
{
	struct place place;
	enum exit_status status = place_parse(text, names, &place, problem);

	if (status == EXIT_OK)
		status = place_is_one(&place, text, problem);
	if (status == EXIT_OK)
		*address = place.address;
	return status;
}
