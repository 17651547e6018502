// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions that the command v2p-query takes, all that the kernel does for it included.
 * For each address or extent they are those of a run with many, less those of one with half
 * as many.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "counter.h"

#define PAGE		UINT64_C(4096)
#define MANY		8192
#define MAPPINGS	20000
#define SHARERS		16
#define SHARED		(UINT64_C(64) << 20)
#define MOST_OPTIONS	3

/**
 * struct row - a line of the table
 * @name: its name, by which it is compared from run to run
 * @options: of the command
 * @range: extents of a range of scattered pages; else addresses of a stream
 */
struct row {
	const char *name;
	const char *options[MOST_OPTIONS];
	bool range;
};

/**
 * struct run - one run of the command
 * @arguments: all of them
 * @input: file for its standard input
 */
struct run {
	const char *arguments[MOST_OPTIONS + 8];
	const char *input;
};

static void become(const char *const *arguments, int in, int out)
{
	if (in < 0 || out < 0 || dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		_exit(100);
	execvp(arguments[0], (char **)arguments);
	_exit(101);
}

static void run_command(const void *data)
{
	const struct run *run = data;
	int status;
	pid_t pid = vfork();

	if (!pid)
		become(run->arguments, open(run->input, O_RDONLY), open("/dev/null", O_WRONLY));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("%s %s: status 0x%x", run->arguments[0], run->arguments[1], status);
}

static void write_addresses(const char *path, const uint64_t *addresses, size_t count)
{
	FILE *file = fopen(path, "w");
	size_t i;

	if (!file)
		die("cannot write %s", path);
	for (i = 0; i < count; i++)
		fprintf(file, "0x%lx\n", (unsigned long)addresses[i]);
	fclose(file);
}

static uint64_t count(const struct row *row, size_t wanted, const char *area)
{
	static char pid[16], range[64];
	struct run run = { .arguments = { "v2p-query", "--pid", pid }, .input = "/dev/null" };
	size_t used = 3, i;

	snprintf(pid, sizeof(pid), "%d", getpid());
	for (i = 0; i < MOST_OPTIONS && row->options[i]; i++)
		run.arguments[used++] = row->options[i];
	if (row->range) {
		snprintf(range, sizeof(range), "0x%lx+%lu", (unsigned long)area,
			 (unsigned long)(wanted * PAGE));
		run.arguments[used++] = "--range";
		run.arguments[used++] = range;
	} else {
		run.arguments[used++] = "-";
		run.input = wanted == MANY ? "/tmp/many" : "/tmp/half";
	}
	return counter_least(run_command, &run);
}

static void print(const char *name, double instructions)
{
	printf("{\"table\": \"instructions\", \"name\": \"%s\", \"v2p\": %.1f}\n", name,
	       instructions);
}

static void measure(const struct row *row, const char *area)
{
	const uint64_t many = count(row, MANY, area), half = count(row, MANY / 2, area);

	print(row->name, (double)(many - half) / (MANY - MANY / 2));
}

/* A name of the kernel's, of which there are so many that once has to be enough. */
static void measure_symbol(void)
{
	static const struct run run = {
		.arguments = { "v2p-query", "--kernel", "jiffies_64" }, .input = "/dev/null",
	};
	uint64_t start;

	run_command(&run);
	start = counter_read();
	run_command(&run);
	print("command: a symbol, in all", counter_read() - start);
}

/* A command that answers while its input is open. */
static struct {
	int questions;
	int answers;
	char address[32];
} conversation;

static void ask_once(const void *unused)
{
	const size_t length = strlen(conversation.address);
	char answer[4096];

	(void)unused;
	if (write(conversation.questions, conversation.address, length) != (ssize_t)length ||
	    read(conversation.answers, answer, sizeof(answer)) <= 0)
		die("no answer");
}

/* Each address of a stream by itself, in a process with so many mappings. */
static void measure_conversation(void)
{
	static char pid[16];
	const char *const arguments[] = { "v2p-query", "--pid", pid, "-", NULL };
	const char *mapped = mixed_pages(MAPPINGS * PAGE);
	int questions[2], answers[2];

	snprintf(pid, sizeof(pid), "%d", getpid());
	snprintf(conversation.address, sizeof(conversation.address), "0x%lx\n",
		 (unsigned long)mapped);
	if (pipe2(questions, O_CLOEXEC) || pipe2(answers, O_CLOEXEC))
		die("no pipes");
	if (!vfork())
		become(arguments, questions[0], answers[1]);
	conversation.questions = questions[1];
	conversation.answers = answers[0];
	print("command: one by one, 20,000 mappings", counter_least(ask_once, NULL));
	close(questions[1]);
	wait(NULL);
}

/* The physical address of memory of this process, which stays. */
static uint64_t physical_of(const void *memory)
{
	const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry;

	if (mlock(memory, 1) ||
	    pread(fd, &entry, sizeof(entry), (uintptr_t)memory / PAGE * 8) != sizeof(entry))
		die("no pagemap");
	close(fd);
	return (entry & ((UINT64_C(1) << 55) - 1)) * PAGE;
}

/* Processes that have mapped some memory, which is the same of all, and do nothing else. */
static void start_sharers(int *until, int fd)
{
	int ends[2], ready[2], i;
	char byte;

	if (pipe(ends) || pipe(ready))
		die("no pipes");
	for (i = 0; i < SHARERS; i++) {
		if (fork())
			continue;
		close(ends[1]);
		if (mmap(NULL, SHARED, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0) == MAP_FAILED)
			_exit(1);
		(void)!write(ready[1], "", 1);
		(void)!read(ends[0], &byte, 1);
		_exit(0);
	}
	for (i = 0; i < SHARERS; i++)
		if (read(ready[0], &byte, 1) != 1)
			die("a process did not start");
	close(ends[0]);
	close(ready[0]);
	close(ready[1]);
	*until = ends[1];
}

/* Who has a page of this process, among those that have many others. */
static void measure_owners(const char *area)
{
	static char page[2 * 4096], address[32];
	static const struct run run = {
		.arguments = { "v2p-query", "owners", "--all-processes", "-q", address },
		.input = "/dev/null",
	};
	const int fd = memfd_create("shared", MFD_CLOEXEC);
	uint64_t without;
	int until;

	/* The processes have nothing but what is counted. */
	if (madvise((char *)area, AREA, MADV_DONTFORK))
		die("the area cannot be kept from them");
	page[4096] = 1;
	snprintf(address, sizeof(address), "0x%lx", (unsigned long)physical_of(page + 4096));
	if (fd < 0 || ftruncate(fd, SHARED))
		die("no memory to share");
	without = counter_least(run_command, &run);
	start_sharers(&until, fd);
	print("command: owners, an entry",
	      (double)(counter_least(run_command, &run) - without) / (SHARERS * (SHARED / PAGE)));
	close(until);
	while (wait(NULL) > 0)
		;
	close(fd);
}

int main(void)
{
	static const struct row rows[] = {
		{ "command: stream, quiet", { "-q" } },
		{ "command: stream, table", { NULL } },
		{ "command: stream, JSON", { "-j" } },
		{ "command: stream, walks", { "--walk" } },
		{ "command: extents, table", { NULL }, .range = true },
		{ "command: extents, JSON lines", { "--json-lines" }, .range = true },
	};
	static uint64_t addresses[MANY];
	const char *area;
	size_t i;

	counter_check();
	area = shuffled_pages(AREA);
	scattered(addresses, MANY, area, AREA);
	write_addresses("/tmp/many", addresses, MANY);
	write_addresses("/tmp/half", addresses, MANY / 2);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		measure(&rows[i], area);
	measure_symbol();
	measure_owners(area);
	measure_conversation();
	return 0;
}
