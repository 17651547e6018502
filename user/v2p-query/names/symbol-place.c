// SPDX-License-Identifier: GPL-2.0
/* Look up SYMBOL and SYMBOL@CPU. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/number.h"
#include "names/place.h"

/* Addresses in kallsyms read as 0 where kernel.kptr_restrict, or a missing right, hides them. */
static enum exit_status symbols_are_hidden(const struct names *names, const char *name,
					   char problem[PROBLEM_SIZE])
{
	size_t length;
	char *setting = file_read(names->kptr_restrict, &length);
	bool from_all = setting && atoi(setting) >= 2;

	free(setting);
	if (from_all)
		return problem_is(problem, EXIT_TROUBLE,
				  "%.100s: the kernel hides its symbols' addresses from everybody, as kernel.kptr_restrict is 2: sudo sysctl kernel.kptr_restrict=1",
				  name);
	return problem_is(problem, EXIT_TROUBLE,
			  "%.100s: the kernel hides its symbols' addresses from those without CAP_SYSLOG in the initial user namespace: %s",
			  name, geteuid() ? "run it as root" : "this root lacks it");
}

static enum exit_status get_symbols(struct names *names, const struct symbols **symbols,
				    char problem[PROBLEM_SIZE])
{
	int error = names_symbols(names, symbols);

	if (error)
		return problem_is(problem, EXIT_TROUBLE, "cannot read %s: %s", names->kallsyms,
				  strerror(-error));
	if (!(*symbols)->count)
		return problem_is(problem, EXIT_TROUBLE, "%s is empty", names->kallsyms);
	return EXIT_OK;
}

enum exit_status place_check_symbols(struct names *names, const char *name,
				     char problem[PROBLEM_SIZE])
{
	const struct symbols *symbols;
	enum exit_status status = get_symbols(names, &symbols, problem);

	if (status == EXIT_OK && symbols->hidden)
		return symbols_are_hidden(names, name, problem);
	return status;
}

/* Look up a symbol without @CPU. */
static enum exit_status find_symbol(struct names *names, const char *name, struct place *place,
				    enum symbol_kind *kind, char problem[PROBLEM_SIZE])
{
	const struct symbols *symbols;
	enum exit_status status = get_symbols(names, &symbols, problem);
	size_t found;

	if (status != EXIT_OK)
		return status;
	found = symbols_find(symbols, name, &place->address, kind);
	place->name_length = found ? strlen(name) : 0;
	if (!found)
		return problem_is(problem, EXIT_USAGE, "%.100s: no such kernel symbol", name);
	if (symbols->hidden)
		return symbols_are_hidden(names, name, problem);
	if (found > 1)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: %zu kernel symbols have this name: write MODULE:%.60s, or its address",
				  name, found, strchr(name, ':') ? strchr(name, ':') + 1 : name);
	return EXIT_OK;
}

static enum exit_status find_cpu(struct names *names, const char *name, const char *number,
				 struct place *place, char problem[PROBLEM_SIZE])
{
	const struct v2p_cpu_offset *cpu;
	const struct cpus *cpus;
	enum exit_status status;
	const char *wrong;
	uint64_t wanted;

	wrong = number_parse(number, &wanted);
	if (wrong)
		return problem_is(problem, EXIT_USAGE, "%.100s: its CPU is %s", name, wrong);
	status = names_cpus(names, &cpus, problem);
	if (status != EXIT_OK)
		return status;
	cpu = cpus_find(cpus, wanted);
	if (!cpu)
		return problem_is(problem, EXIT_USAGE,
				  "%.100s: CPU %" PRIu64 " is not possible on this machine, the highest is %u",
				  name, wanted, cpus->list[cpus->count - 1].cpu);
	place->address += cpu->offset;
	place->kind = PLACE_OF_A_CPU;
	place->cpu = cpu->cpu;
	return EXIT_OK;
}

enum exit_status place_find_symbol(struct names *names, const char *name, struct place *place,
				   char problem[PROBLEM_SIZE])
{
	size_t length = strcspn(name, "@");
	const char *cpu = name[length] ? name + length + 1 : NULL;
	char *symbol = strndup(name, length);
	enum exit_status status;
	enum symbol_kind kind;

	if (!symbol)
		return problem_is(problem, EXIT_TROUBLE, "out of memory");
	status = find_symbol(names, symbol, place, &kind, problem);
	if (status == EXIT_OK && cpu && kind != SYMBOL_PER_CPU)
		status = problem_is(problem, EXIT_USAGE,
				    "%.100s: %.100s is not a per-CPU variable", name, symbol);
	else if (status == EXIT_OK && cpu)
		status = find_cpu(names, name, cpu, place, problem);
	else if (status == EXIT_OK)
		place->kind = kind == SYMBOL_PER_CPU ? PLACE_OF_EACH_CPU :
			      kind == SYMBOL_FREED   ? PLACE_FREED :
						       PLACE_PLAIN;
	if (status == EXIT_OK)
		place->name_length = strlen(name);
	free(symbol);
	return status;
}
