// SPDX-License-Identifier: GPL-2.0
/* The stream of addresses: what is complete is handed out, what is not is waited for. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/source.h"
#include "tap.h"

static struct source source;
static struct names names;
static struct batch batch;
static int pipe_end;

static void start(size_t capacity)
{
	int ends[2];

	if (pipe(ends) || batch_init(&batch, capacity, 0)) {
		printf("Bail out! no pipe\n");
		exit(1);
	}
	names_init(&names, v2p_kernel());
	source_init(&source, ends[0], &names);
	pipe_end = ends[1];
}

static void give_bytes(const char *bytes, size_t length)
{
	if (write(pipe_end, bytes, length) != (ssize_t)length)
		exit(1);
}

static void give(const char *text)
{
	give_bytes(text, strlen(text));
}

static void give_later(const char *text)
{
	if (fork())
		return;
	usleep(200000);
	give(text);
	_exit(0);
}

static void stop(void)
{
	close(source.lines.fd);
	if (pipe_end >= 0)
		close(pipe_end);
	batch_free(&batch);
	names_free(&names);
}

static void finish_input(void)
{
	close(pipe_end);
	pipe_end = -1;
}

/* What source_next() gives is @count addresses, the first of them @address. */
static void expect(size_t count, uint64_t first, const char *name)
{
	enum exit_status status = source_next(&source, &batch);

	if (status || batch.count != count)
		printf("# status %d, %zu addresses\n", status, batch.count);
	ok(status == EXIT_OK && batch.count == count &&
	   (!count || batch.addresses[0] == first), "%s", name);
}

static void expect_bad(const char *words, const char *name)
{
	batch.count = 99;
	ok(source_next(&source, &batch) == EXIT_USAGE && strstr(source.lines.problem, words) &&
	   !batch.count, "%s: %s", name, source.lines.problem);
}

int main(void)
{
	static char long_line[LINES_BUFFER + 100];
	unsigned int i, sum;

	/* Complaints are expected, and not of interest here. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;

	start(100);
	give("1\n");
	expect(1, 1, "a line alone is handed out at once");
	give("2\n3\n4");
	expect(2, 2, "complete lines are, one that is not waits");
	give("5\n");
	expect(1, 45, "until its end comes");
	give("\n  \n\r\n\t\n 6 \r\n");
	expect(1, 6, "blank lines, blanks around and CR are passed over");
	give("7");
	finish_input();
	expect(1, 7, "a last line needs no newline");
	expect(0, 0, "then comes the end");
	expect(0, 0, "and it stays");
	stop();

	start(3);
	give("1\n2\n3\n4\n5\n");
	expect(3, 1, "a batch holds what it holds");
	expect(2, 4, "the rest comes next, without a new read");
	stop();

	start(100);
	strcpy(names.kallsyms, "fixtures/kallsyms");
	give("1\n2\nbad3\n4\n");
	expect(2, 1, "what is good before a bad line comes first");
	stop();

	start(100);
	strcpy(names.kallsyms, "fixtures/kallsyms");
	give("1\n\njiffies_64+8\nnonsense\n4\n");
	expect(2, 1, "symbols in a stream");
	ok(batch.addresses[1] == 0xffffffff82a0b008, "are looked up");
	expect_bad("line 4: nonsense", "the bad line is named by its number");
	expect_bad("line 4: nonsense", "and nothing behind it is taken");
	stop();

	start(100);
	give("1x\n");
	expect_bad("line 1", "a bad first line");
	stop();

	start(100);
	give_bytes("1\0002\n", 4);
	expect_bad("NUL", "a NUL byte");
	stop();

	start(100);
	give_bytes("1\0\n", 3);
	expect_bad("NUL", "a NUL byte at the end of a line");
	stop();

	start(100);
	give_bytes("\0\n1\n", 4);
	expect_bad("NUL", "a line of one");
	stop();

	start(100);
	fcntl(source.lines.fd, F_SETFL, O_NONBLOCK);
	give_later("1\n");
	expect(1, 1, "a stream that does not wait is waited for");
	stop();

	start(100);
	finish_input();
	expect(0, 0, "an empty stream");
	stop();

	/* A pipe does not hold a line that is too long: a file does. */
	start(100);
	memset(long_line, '1', sizeof(long_line));
	close(source.lines.fd);
	{
		FILE *file = tmpfile();

		if (!file)
			return 1;
		fwrite("1\n", 1, 2, file);
		fwrite(long_line, 1, sizeof(long_line), file);
		fflush(file);
		rewind(file);
		source.lines.fd = dup(fileno(file));
		lseek(source.lines.fd, 0, SEEK_SET);
		fclose(file);
	}
	expect(1, 1, "before a long line");
	expect_bad("line 2: too long", "a line that is too long");
	stop();

	/* Lines that are cut at every possible place. */
	start(100);
	for (i = 0, sum = 0; i < 300; i++) {
		char text[32];
		size_t at, length = snprintf(text, sizeof(text), "0x%x\n", i);

		for (at = 0; at < length; at++)
			if (write(pipe_end, text + at, 1) != 1)
				return 1;
	}
	finish_input();
	for (i = 0; !source_next(&source, &batch) && batch.count;) {
		size_t j;

		for (j = 0; j < batch.count; j++)
			sum += batch.addresses[j] == i++;
	}
	same_number(sum, 300, "300 lines, in their order");
	stop();

	start(100);
	close(source.lines.fd);
	source.lines.fd = -1;
	same_number(source_next(&source, &batch), EXIT_TROUBLE, "an input that cannot be read");
	source.lines.fd = dup(0);
	stop();

	return tap_end();
}
