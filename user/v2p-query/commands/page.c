// SPDX-License-Identifier: GPL-2.0
/* What physical memory is, and what it is used for. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "commands/versions.h"
#include "input/lines.h"
#include "input/physical.h"
#include "names/pages.h"
#include "output/writer.h"

/* So many lines of a stream that are there at once are answered together. */
#define ENOUGH 64

/**
 * struct asking - what is asked, and what answers
 * @asked: what was not answered yet, @count of it
 * @module_error: why the module cannot tell, a negative errno; or 0
 * @bits: of a physical address of this machine, or 0
 * @no_memory: some of what was asked so far is no memory
 */
struct asking {
	const struct options *options;
	struct v2p *v2p;
	struct v2p_info info;
	struct output output;
	struct pages pages;
	struct v2p_physical_range asked[ENOUGH];
	size_t count;
	int module_error;
	unsigned int bits;
	bool no_memory;
};

static const size_t enough = ENOUGH;

static enum exit_status add(void *data, const char *text, char problem[PROBLEM_SIZE])
{
	struct asking *asking = data;
	struct v2p_physical_range *range = &asking->asked[asking->count];
	enum exit_status status = physical_parse(text, range, problem);

	if (status != EXIT_OK)
		return status;
	if (asking->bits && asking->bits < 64 &&
	    (range->start + (range->length - 1)) >> asking->bits)
		return problem_is(problem, EXIT_TROUBLE,
				  "%.100s: this machine's physical addresses have %u bits", text,
				  asking->bits);
	asking->count++;
	return EXIT_OK;
}

static int take(void *data, const struct page *page)
{
	struct asking *asking = data;

	/* That of the write is to be told. */
	errno = 0;
	output_page(&asking->output, page);
	if (!page_is_memory(page))
		asking->no_memory = true;
	if (ferror_unlocked(stdout))
		return errno ? errno : EIO;
	return 0;
}

static enum exit_status complain_of_iomem(int error)
{
	if (error == -EPERM)
		return complain(EXIT_TROUBLE,
				"/proc/iomem shows no addresses: CAP_SYS_ADMIN is missing: run it as root");
	return complain(EXIT_TROUBLE, "cannot read /proc/iomem: %s", strerror(-error));
}

static enum exit_status answer(struct asking *asking)
{
	size_t i;

	for (i = 0; i < asking->count; i++) {
		const struct v2p_physical_range *range = &asking->asked[i];
		const int error = pages_tell(&asking->pages, range->start, range->length, take,
					     asking);

		if (error > 0)
			return complain_of_output(error);
		if (error)
			return complain(EXIT_TROUBLE, "cannot read /proc/kpageflags: %s",
					strerror(-error));
	}
	asking->count = 0;
	return output_flush();
}

/* @problem: what came behind the last answer, NULL for nothing */
static enum exit_status answer_stream(struct asking *asking, const char **problem)
{
	static struct lines lines;
	enum exit_status status = EXIT_OK;

	lines.fd = STDIN_FILENO;
	lines.take = add;
	lines.data = asking;
	lines.count = &asking->count;
	lines.enough = &enough;
	while (status == EXIT_OK) {
		int error;

		status = lines_next(&lines);
		if (status != EXIT_OK || !asking->count)
			break;
		error = pages_refresh(&asking->pages);
		status = error ? complain_of_iomem(error) : answer(asking);
	}
	*problem = lines.status == EXIT_OK ? NULL : lines.problem;
	return status;
}

static enum exit_status answer_arguments(struct asking *asking)
{
	const struct options *options = asking->options;
	enum exit_status status = EXIT_OK;
	char problem[PROBLEM_SIZE];
	size_t i;

	for (i = 0; i < options->count && status == EXIT_OK; i++) {
		add(asking, options->addresses[i], problem);
		status = answer(asking);
	}
	return status;
}

/* Without the module: "address sizes	: 46 bits physical, 48 bits virtual". */
static unsigned int bits_of_processor(void)
{
	static const char before[] = "address sizes\t: ";
	char *text, *found;
	unsigned int bits = 0;
	size_t length;

	text = file_read("/proc/cpuinfo", &length);
	found = text ? strstr(text, before) : NULL;
	if (found)
		bits = strtoul(found + strlen(before), NULL, 10);
	free(text);
	return bits;
}

static void connect_module(struct asking *asking)
{
	asking->info.size = sizeof(asking->info);
	asking->module_error = v2p_open(&asking->v2p);
	if (!asking->module_error)
		asking->module_error = v2p_get_info(asking->v2p, &asking->info);
	if (asking->module_error)
		asking->info = (struct v2p_info){
			.page_shift = __builtin_ctzl(sysconf(_SC_PAGESIZE)),
		};
	else
		versions_compare(&asking->info);
	asking->bits = asking->info.physical_bits;
	if (!asking->bits)
		asking->bits = bits_of_processor();
}

/* What is known without the module has been told. */
static void tell_module(const struct asking *asking)
{
	int error = asking->module_error ? asking->module_error : asking->pages.module_error;
	const char *words = v2p_error(asking->v2p);

	/* It shows neither anyway. */
	if (asking->options->format == FORMAT_QUIET)
		return;
	if (error == -EOPNOTSUPP)
		words = "the loaded module is older than this program";
	if (error)
		complain(EXIT_OK, "%s: no references and no files are shown",
			 *words ? words : strerror(-error));
}

static enum exit_status answer_all(struct asking *asking, bool stream, int no_flags)
{
	const char *problem = NULL;
	enum exit_status status;

	if (no_flags == -EACCES || no_flags == -EPERM)
		return complain(EXIT_TROUBLE, "cannot read /proc/kpageflags: %s: run it as root",
				strerror(-no_flags));
	if (no_flags)
		complain(EXIT_OK,
			 "cannot read /proc/kpageflags: %s: what pages are used for is %s",
			 strerror(-no_flags),
			 asking->pages.v2p ? "shown as far as the module tells" : "not shown");
	status = stream ? answer_stream(asking, &problem) : answer_arguments(asking);
	if ((asking->output.begun || status == EXIT_OK) && !ferror_unlocked(stdout)) {
		output_end(&asking->output, problem);
		if (output_flush() != EXIT_OK)
			status = EXIT_TROUBLE;
		else if (status == EXIT_OK)
			tell_module(asking);
	}
	return status == EXIT_OK && asking->no_memory ? EXIT_NOT_MAPPED : status;
}

static enum exit_status open_and_answer(struct asking *asking, bool stream)
{
	enum exit_status status;
	int no_flags, error;

	error = pages_open(&asking->pages, asking->module_error ? NULL : asking->v2p, &no_flags);
	status = error ? complain_of_iomem(error) : answer_all(asking, stream, no_flags);
	pages_close(&asking->pages);
	return status;
}

static enum exit_status run(const struct options *options)
{
	const bool stream = options->count == 1 && !strcmp(options->addresses[0], "-");
	static struct asking asking;
	enum exit_status status = EXIT_OK;

	asking.options = options;
	connect_module(&asking);
	asking.output = (struct output){
		.writer = options->command->writers[options->format],
		.comm = "",
		.info = &asking.info,
		.pretty = options->pretty,
	};
	if (!stream)
		status = physical_check(options, add, &asking, &asking.count);
	if (status == EXIT_OK)
		status = open_and_answer(&asking, stream);
	v2p_close(asking.v2p);
	return status;
}

const struct command command_page = {
	.name = "page",
	.about = "what physical memory is, and is used for",
	.arguments = ARGUMENTS_PHYSICAL,
	.writers = {
		[FORMAT_TABLE] = &page_table,
		[FORMAT_QUIET] = &page_quiet,
		[FORMAT_JSON] = &page_json,
		[FORMAT_JSON_LINES] = &page_json_lines,
	},
	.run = run,
};
