// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "input/filter.h"
#include "input/option-table.h"
#include "input/usage.h"

#define WIDTH 80
#define MARGIN 7
#define HELP_COLUMN 26

static const char rest[] =
"\n"
"ADDRESS is a number, hexadecimal with 0x, or NAME[+OFFSET]: with --pid the name\n"
"of a mapping ([heap], [stack], libc.so.6) or a symbol (main, libc.so.6:malloc),\n"
"with --kernel a symbol (jiffies_64, MODULE:SYMBOL). A per-CPU variable has one\n"
"for each CPU, SYMBOL@CPU names one. With --device, it is a number.\n"
"- reads addresses from standard input, one a line, and answers as they come.\n"
"\n"
"RANGE is START-END, the end exclusive; START+LENGTH, with K, M, G or T; or, with\n"
"--pid, the NAME of a mapping or a symbol. START and END are ADDRESSes. Where\n"
"there is none, it is the whole address space. PHYSICAL is a number as above,\n"
"pfn:NUMBER, or a range of numbers. FILE is an SVG picture; - draws on the\n"
"terminal.\n"
"\n"
"Exit status: 0 every address translated; 1 some address has no physical page;\n"
"2 wrong usage; 3 anything else, such as no module, right, process or device.\n";

/**
 * struct line - of the usage, as wide as a terminal
 */
struct line {
	size_t used;
};

static void put(struct line *line, const char *word)
{
	if (line->used && line->used + 1 + strlen(word) > WIDTH) {
		printf("\n%*s", MARGIN + 4, "");
		line->used = MARGIN + 4;
	}
	line->used += printf("%s%s", line->used ? " " : "", word);
}

static void put_option(struct line *line, enum option_id id)
{
	char words[OPTION_WORDS], word[OPTION_WORDS + 2];

	option_words(words, &option_table[id]);
	snprintf(word, sizeof(word), "[%s]", words);
	put(line, word);
}

/* "[-q | -j | -p | --json-lines]", which stays on one line. */
static void put_formats(struct line *line, uint64_t options)
{
	char words[64] = "[", word[32];
	unsigned int id;

	for (id = 0; id < OPTION_COUNT; id++) {
		const struct option_entry *option = &option_table[id];
		size_t used = strlen(words);
		const char *between = used > 1 ? " | " : "";

		if (!(options & OPTIONS_FORMAT & OPTION_BIT(id)))
			continue;
		if (option->letter)
			snprintf(word, sizeof(word), "-%c", option->letter);
		else
			snprintf(word, sizeof(word), "--%s", option->name);
		snprintf(words + used, sizeof(words) - used, "%s%s", between, word);
	}
	strcat(words, "]");
	if (strlen(words) > 2)
		put(line, words);
}

static void put_arguments(struct line *line, enum arguments arguments)
{
	switch (arguments) {
	case ARGUMENTS_ADDRESSES:
		put(line, "ADDRESS...");
		put(line, "| -");
		break;
	case ARGUMENTS_FIXED_ADDRESSES:
		put(line, "ADDRESS...");
		break;
	case ARGUMENTS_PHYSICAL:
		put(line, "PHYSICAL...");
		put(line, "| -");
		break;
	case ARGUMENTS_RANGE:
		put(line, "[RANGE]");
		break;
	case ARGUMENTS_ONE_RANGE:
		put(line, "RANGE");
		break;
	case ARGUMENTS_FILE:
		put(line, "[FILE | -]");
		break;
	case ARGUMENTS_NONE:
		break;
	}
}

static void put_targets(struct line *line, const struct command *command, uint64_t options)
{
	const bool target_optional = command->arguments == ARGUMENTS_PHYSICAL;

	if (!(options & OPTIONS_TARGET))
		return;
	if (!(options & OPTIONS_MANY)) {
		put(line, "--pid PID [--user-root]");
		put(line, "| --kernel");
		put(line, "| --device DEVICE [--pasid PASID]");
		return;
	}
	put(line, target_optional ? "[{--pid PID | --comm NAME}..." : "{--pid PID | --comm NAME}...");
	put(line, "| --all-processes");
	if (options & OPTION(USER_ROOT))
		put(line, "| --pid PID --user-root");
	put(line, "| --kernel");
	put(line, target_optional ? "| --device DEVICE [--pasid PASID]]" :
				    "| --device DEVICE [--pasid PASID]");
}

/* That which names the command as well: shown where it takes what may be left out. */
static uint64_t hidden_spellings(const struct command *command)
{
	uint64_t spellings = command->spellings;
	unsigned int id;

	for (id = 0; id < OPTION_COUNT; id++)
		if (option_table[id].optional)
			spellings &= ~(OPTION_BIT(id));
	return spellings;
}

/* The first command is meant where none is named. */
static void print_synopsis(const struct command *command, bool first)
{
	uint64_t options = command_options(command);
	struct line line = { 0 };
	bool any_filter;
	char name[32];
	unsigned int id;

	printf("%s", first ? "Usage: " : "       ");
	line.used = MARGIN;
	snprintf(name, sizeof(name), first ? "v2p-query [%s]" : "v2p-query %s", command->name);
	line.used += printf("%s", name);
	put_targets(&line, command, options);
	/* A range that is an argument is not shown as an option as well. */
	if (command->arguments == ARGUMENTS_RANGE || command->arguments == ARGUMENTS_ONE_RANGE)
		options &= ~OPTIONS_RANGE;
	options &= ~(hidden_spellings(command) | OPTIONS_TARGET | OPTIONS_MANY | OPTION(ALL));
	any_filter = (options & OPTIONS_FILTER) == OPTIONS_FILTER;
	for (id = 0; id < OPTION_COUNT; id++)
		if (options & ~(OPTIONS_FORMAT | (any_filter ? OPTIONS_FILTER : 0)) & OPTION_BIT(id))
			put_option(&line, id);
	if (any_filter)
		put(&line, "[FILTER]...");
	put_formats(&line, options);
	put_arguments(&line, command->arguments);
	putchar('\n');
}

static void print_command(const struct command *command)
{
	char spellings[OPTION_LIST];

	option_list(spellings, command->spellings);
	printf("  %-12s%s", command->name, command->about);
	if (*spellings)
		printf("; also %s", spellings);
	putchar('\n');
}

static void print_option(const struct option_entry *option)
{
	const char *help = option->help;
	char words[OPTION_WORDS];
	int used;

	option_words(words, option);
	used = option->letter ? printf("  -%c, %s", option->letter, words) :
				printf("      %s", words);
	while (help) {
		size_t length = strcspn(help, "\n");

		printf("%*s%.*s\n", used < HELP_COLUMN ? HELP_COLUMN - used : 2, "", (int)length,
		       help);
		used = 0;
		help = help[length] ? help + length + 1 : NULL;
	}
}

void usage_print(const struct command *const *commands)
{
	size_t i;

	for (i = 0; commands[i]; i++)
		print_synopsis(commands[i], !i);
	puts("\nTell which physical memory backs a virtual address right now.\n");
	for (i = 0; commands[i]; i++)
		print_command(commands[i]);
	putchar('\n');
	for (i = 0; i < OPTION_COUNT; i++)
		if (option_table[i].help)
			print_option(&option_table[i]);
	fputs(rest, stdout);
}

/* Shells show what it is; the lines of a help are one here. */
static void complete_option(const struct option_entry *option)
{
	const char *help = option->help;

	printf("--%s\t", option->name);
	for (; *help; help++)
		putchar(*help == '\n' ? ' ' : *help);
	putchar('\n');
}

static void complete_options(uint64_t options)
{
	unsigned int id;

	for (id = 0; id < OPTION_COUNT; id++)
		if (options & OPTION_BIT(id) && option_table[id].help)
			complete_option(&option_table[id]);
}

void usage_complete(const struct command *const *commands, const char *word)
{
	size_t i;

	if (*word == '-') {
		for (i = 0; i < OPTION_COUNT; i++)
			if (!strncmp(word, "--", 2) && !strcmp(word + 2, option_table[i].name))
				filter_print_words(i);
		return;
	}
	for (i = 0; commands[i]; i++) {
		if (strcmp(word, commands[i]->name))
			continue;
		complete_options(command_options(commands[i]) | OPTION(HELP));
		return;
	}
	for (i = 0; commands[i]; i++)
		printf("%s\t%s\n", commands[i]->name, commands[i]->about);
	complete_options(UINT64_MAX);
}
