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
#include "output/writer.h"

static const char usage[] =
"Usage: v2p-query --pid PID | --kernel  [--walk] [-q | -j | -p] ADDRESS... | -\n"
"       v2p-query --pid PID | --kernel  --range RANGE [--every] | --all\n"
"                 [FILTER...] [--merge] [-q | -j | -p | --json-lines]\n"
"       v2p-query --pid PID | --kernel  --summary [--range RANGE] [FILTER...]\n"
"                 [-j | -p]\n"
"       v2p-query --pid PID | --kernel  --plot FILE [--range RANGE] [FILTER...]\n"
"       v2p-query --info [-j | -p]\n"
"\n"
"Tell which physical memory backs a virtual address right now.\n"
"\n"
"      --pid PID    addresses of this process, or of the process of this thread\n"
"      --kernel     addresses of the kernel\n"
"      --walk       show every page-table entry on the way\n"
"      --range RANGE  show what backs a range, as runs that are contiguous in\n"
"                   virtual and in physical memory\n"
"      --every      all mappings of the name that RANGE is, not only the first\n"
"      --all        show what backs the whole address space\n"
"      --status LIST, --page-size LIST, --flags LIST  each a FILTER:\n"
"                   only such pages: swapped,poisoned; 2M,1G; write,!dirty\n"
"      --merge      page sizes and flags end no run\n"
"      --summary    sums for each mapping, and for all\n"
"      --plot FILE  draw where it is in physical memory, as SVG; - on a terminal\n"
"      --info       show what the module and this machine can do\n"
"  -q, --quiet      only the physical address, one a line, - for none; of a run\n"
"                   also its length\n"
"  -j, --json       one JSON document\n"
"  -p, --pretty     the same, for people\n"
"      --json-lines  a JSON object for each run, one a line\n"
"  -h, --help       show this\n"
"  -V, --version    show the version\n"
"\n"
"ADDRESS is a number, hexadecimal with 0x, or NAME[+OFFSET]: with --pid the name\n"
"of a mapping ([heap], [stack], libc.so.6), with --kernel a symbol (jiffies_64,\n"
"MODULE:SYMBOL). A per-CPU variable has one for each CPU, SYMBOL@CPU names one.\n"
"- reads addresses from standard input, one a line, and answers as they come.\n"
"\n"
"RANGE is START-END, the end exclusive; START+LENGTH, with K, M, G or T; or, with\n"
"--pid, the NAME of a mapping. START and END are ADDRESSes.\n"
"\n"
"Exit status: 0 every address translated; 1 some address has no physical page;\n"
"2 wrong usage; 3 anything else, such as no module, right, or process.\n";

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

static enum exit_status run(const struct options *options)
{
	switch (options->mode) {
	case MODE_HELP:
		fputs(usage, stdout);
		break;
	case MODE_VERSION:
		puts("v2p-query " V2P_VERSION);
		break;
	case MODE_INFO:
		return info_run(options);
	case MODE_MAP:
		return options->plot ? plot_run(options) :
		       options->summary ? summary_run(options) : extents_run(options);
	case MODE_TRANSLATE:
		return translate_run(options);
	case MODE_WALK:
		return walk_run(options);
	}
	return output_flush();
}

static bool uses_standard_output(const struct options *options)
{
	return options->mode != MODE_MAP || !options->plot || !strcmp(options->plot, "-");
}

int main(int argc, char **argv)
{
	bool out = secure_standard_streams();
	struct options options;
	enum exit_status status;

	setlocale(LC_CTYPE, "");
	/* A reader that has gone is told by the status, as any other failure. */
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);

	status = options_parse(&options, argc, argv);
	if (status == EXIT_OK && !out && uses_standard_output(&options))
		status = complain(EXIT_TROUBLE, "standard output is closed");
	if (status == EXIT_OK)
		status = run(&options);
	/* Errors that appear only now, as on a network file system. */
	if (close(STDOUT_FILENO) && out && status < EXIT_USAGE)
		status = complain_of_output(errno);
	return status;
}
