// SPDX-License-Identifier: GPL-2.0
/* v2p-query: which physical memory backs a virtual address. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/versions.h"
#include "input/option-table.h"
#include "input/usage.h"
#include "output/writer.h"

/*
 * What is opened next must not become a standard stream that was closed. The
 * stand-in for standard input can only be written, and so still fails to be read.
 */
static bool secure_standard_streams(void)
{
	bool out = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
	int fd;

	do {
		fd = open("/dev/null", O_WRONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	return out;
}

static const struct table *table_of(const struct command *command)
{
	return command->writers[FORMAT_TABLE]->table;
}

/* Whether the word is the option behind which names of columns stand. */
static bool names_columns(const char *word)
{
	return !strcmp(word, option_name(OPTION(OUTPUT))) ||
	       (word[0] == '-' && word[1] == option_table[OPTION_OUTPUT].letter && !word[2]);
}

/* Those of a command, or of all. */
static void complete_columns(const struct command *command)
{
#define AND_ONE(name) + 1
	const struct table *tables[1 COMMANDS(AND_ONE)] = { NULL };
#undef AND_ONE
	size_t i, count = 0;

	for (i = 0; commands[i]; i++)
		if ((!command || command == commands[i]) && table_of(commands[i]))
			tables[count++] = table_of(commands[i]);
	columns_print_names(tables);
}

static enum exit_status run(const struct options *options)
{
	if (options->command)
		return options->command->run(options);
	if (options->help)
		usage_print(commands);
	if (options->version)
		versions_print();
	if (options->complete && names_columns(options->complete))
		complete_columns(options->explain);
	else if (options->complete)
		usage_complete(commands, options->complete);
	else if (options->explain)
		columns_explain(table_of(options->explain));
	return output_flush();
}

static bool uses_standard_output(const struct options *options)
{
	return !options->command || !options->plot || !strcmp(options->plot, "-");
}

int main(int argc, char **argv)
{
	static char room[1 << 16];
	bool out = secure_standard_streams();
	struct options options;
	enum exit_status status;

	setlocale(LC_CTYPE, "");
	/* A reader that has gone is told by the status, as any other failure. */
	signal(SIGPIPE, SIG_IGN);
	/* Without room of one's own, its size would be that of the file's blocks. */
	setvbuf(stdout, room, _IOFBF, sizeof(room));

	status = options_parse(&options, commands, argc, argv);
	if (status == EXIT_OK && !out && uses_standard_output(&options))
		status = complain(EXIT_TROUBLE, "standard output is closed");
	if (status == EXIT_OK)
		status = run(&options);
	options_free(&options);
	/* Errors that appear only now, as on a network file system. */
	if (close(STDOUT_FILENO) && out && status < EXIT_USAGE)
		status = complain_of_output(errno);
	return status;
}
