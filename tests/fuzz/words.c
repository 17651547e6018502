// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's target: what the command makes of its arguments, of its input, and of
 * the kernel's lists of mappings and symbols. An input is a byte that says what it
 * is, the words up to a NUL, and what stands in the file that they are looked up in.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/number.h"
#include "input/address.h"
#include "input/expand.h"
#include "input/filter.h"
#include "input/options.h"
#include "input/range.h"
#include "input/physical.h"
#include "input/source.h"
#include "names/elf-reader.h"
#include "output/writer.h"

#define MOST_ARGUMENTS 32

enum kind { NUMBER, ADDRESS, RANGE, FILTER, OPTIONS, STREAM, MAPS, KINDS };

static unsigned long successes[KINDS];
static int file = -1;
static char path[32];

static void must(bool true_it_is)
{
	if (!true_it_is)
		abort();
}

/* No process has what the mappings name, so that no file of one is read. */
int elf_reader_run(int fd, const char *name, int out)
{
	(void)fd;
	(void)name;
	(void)out;
	return 1;
}

static void fill_file(const uint8_t *data, size_t size)
{
	if (file < 0) {
		file = memfd_create("fuzz", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	}
	must(file >= 0 && !ftruncate(file, 0) &&
	     pwrite(file, data, size, 0) == (ssize_t)size && !lseek(file, 0, SEEK_SET));
}

static void check_problem(enum exit_status status, const char *problem)
{
	must(status == EXIT_OK || status == EXIT_USAGE || status == EXIT_TROUBLE);
	if (status != EXIT_OK)
		must(*problem && memchr(problem, 0, PROBLEM_SIZE));
}

static bool try_physical(const char *text)
{
	char problem[PROBLEM_SIZE] = "";
	struct v2p_physical_range range;
	enum exit_status status = physical_parse(text, &range, problem);

	check_problem(status, problem);
	must(status != EXIT_OK || (range.length && range.length - 1 <= UINT64_MAX - range.start));
	return status == EXIT_OK;
}

/* Of what is good, the same is written in another way. */
static bool try_number(const char *text)
{
	char again[32];
	uint64_t number = 0, same = 1;
	const bool physical = try_physical(text);

	if (number_parse(text, &number))
		return physical;
	snprintf(again, sizeof(again), "0x%" PRIx64, number);
	must(!number_parse(again, &same) && same == number);
	snprintf(again, sizeof(again), "%" PRIu64, number);
	/* Of many digits it may be taken for hexadecimal, and then is refused. */
	must(number_parse(again, &same) ? strlen(again) >= 12 : same == number);
	must(!size_parse(text, &same) && same == number);
	return true;
}

/* Nobody asks the module. */
int v2p_per_cpu_offsets(struct v2p *handle, struct v2p_cpu_offset *offsets, size_t size)
{
	(void)handle;
	(void)offsets;
	(void)size;
	abort();
}

int v2p_regions(struct v2p *handle, struct v2p_region_range *ranges, size_t size)
{
	(void)handle;
	(void)ranges;
	(void)size;
	abort();
}

int v2p_page(struct v2p *handle, const uint64_t *physical, size_t count,
	     struct v2p_page_info *pages)
{
	(void)handle;
	(void)physical;
	(void)count;
	(void)pages;
	abort();
}

/* CPUs 0, 1 and 3. */
static enum exit_status load_cpus(void *data, struct cpus *cpus, char problem[PROBLEM_SIZE])
{
	uint32_t i;

	(void)data;
	(void)problem;
	cpus->list = calloc(3, sizeof(*cpus->list));
	must(cpus->list);
	cpus->count = 3;
	for (i = 0; i < cpus->count; i++)
		cpus->list[i] = (struct v2p_cpu_offset){ i << 16, i + i / 2 };
	return EXIT_OK;
}

static void use_names(struct names *names, bool kernel)
{
	names_init(names, kernel ? v2p_kernel() : v2p_pid(1));
	names->load_cpus = load_cpus;
	strcpy(names->kallsyms, path);
	strcpy(names->mappings, path);
	strcpy(names->threads, "/nowhere");
}

/* What stands for one address adds one, what each CPU has adds all. */
static void check_expanded(const char *text, bool kernel, enum exit_status alone)
{
	char problem[PROBLEM_SIZE] = "";
	struct batch batch;
	struct names names;
	enum exit_status status;
	size_t i;

	use_names(&names, kernel);
	must(!batch_init(&batch, 1, 0));
	status = expand(&batch, text, &names, problem);
	check_problem(status, problem);
	must(status == EXIT_OK ? batch.count == 1 || batch.count == 3 : !batch.count);
	must(alone != EXIT_OK || status != EXIT_OK || batch.count == 1);
	for (i = 0; i < batch.labelled; i++)
		must(!batch.labels[i].name || *batch.labels[i].name);
	batch_free(&batch);
	names_free(&names);
}

static bool try_address(const char *text, bool kernel)
{
	char problem[PROBLEM_SIZE] = "";
	struct names names;
	enum exit_status status;
	uint64_t address;

	use_names(&names, kernel);
	status = address_parse(text, &names, &address, problem);
	check_problem(status, problem);
	names_free(&names);
	check_expanded(text, kernel, status);
	return status == EXIT_OK;
}

static bool try_range(const char *text, bool kernel)
{
	char problem[PROBLEM_SIZE] = "";
	struct v2p_range range = { .size = sizeof(range) };
	struct names names;
	enum exit_status status;

	use_names(&names, kernel);
	status = range_parse(text, &names, &range, problem);
	check_problem(status, problem);
	names_free(&names);
	if (status != EXIT_OK)
		return false;
	must(range.length && range.length != V2P_TO_THE_END &&
	     range.length - 1 <= UINT64_MAX - range.start);
	return true;
}

static bool try_every(const char *name)
{
	char problem[PROBLEM_SIZE] = "";
	struct v2p_range *ranges;
	struct names names;
	enum exit_status status;
	size_t count, i;

	use_names(&names, false);
	status = range_parse_every(name, &names, &ranges, &count, problem);
	check_problem(status, problem);
	names_free(&names);
	if (status != EXIT_OK)
		return false;
	must(count);
	for (i = 0; i < count; i++)
		must(ranges[i].length);
	free(ranges);
	return true;
}

/* No column twice, and each is in a run that ends within the list. */
static bool try_columns(const struct table *table, const char *usual, const char *text)
{
	struct columns columns = { .no_headings = true };
	size_t i, k;

	if (columns_choose(&columns, table, usual, v2p_pid(1), text) != EXIT_OK)
		return false;
	must(columns.count && columns.count <= COLUMNS_MOST && columns.no_headings);
	for (i = 0; i < columns.count; i++) {
		const struct shown_column *shown = &columns.list[i];

		must(shown->write && shown->run && i + shown->run <= columns.count);
		must(shown->width || (i + 1 == columns.count && shown->column->ends_row));
		for (k = 0; k < i; k++)
			must(columns.list[k].column != shown->column);
	}
	must(!columns.list[i].write);
	return true;
}

static bool try_filter(const char *text)
{
	struct v2p_range range = { .size = sizeof(range) };
	bool good = filter_use(&range, OPTION_STATUS, text) == EXIT_OK;

	must(!(range.states >> __V2P_STATUS_MAX) && !(range.states & 1U << V2P_STATUS_INVALID));
	good |= filter_use(&range, OPTION_PAGE_SIZE, text) == EXIT_OK;
	if (filter_use(&range, OPTION_FLAGS, text) == EXIT_OK) {
		must(!(range.with_flags & range.without_flags));
		good = true;
	}
	must(!range.start && !range.length && !range.merge);
	good |= try_columns(&extents_columns, extents_columns.usual, text);
	good |= try_columns(&summary_columns, NULL, text);
	return good;
}

static const struct command one = {
	.name = "one",
	.allows = OPTIONS_TARGET | OPTION(WALK) | OPTIONS_COLUMNS,
	.arguments = ARGUMENTS_ADDRESSES,
};
static const struct command two = {
	.name = "two",
	.spellings = OPTIONS_RANGE,
	.allows = OPTIONS_TARGET | OPTIONS_MANY | OPTIONS_FILTER | OPTION(EVERY) | OPTION(MERGE),
	.arguments = ARGUMENTS_RANGE,
};
static const struct command three = {
	.name = "three",
	.spellings = OPTION(PLOT),
	.allows = OPTIONS_TARGET | OPTIONS_RANGE | OPTIONS_FILTER,
	.arguments = ARGUMENTS_FILE,
};
static const struct command four = { .name = "four", .spellings = OPTION(INFO) };
static const struct command *const commands[] = { &one, &two, &three, &four, NULL };

/* A line for each argument. */
static bool try_options(char *text)
{
	static char name[] = "v2p-query";
	char *arguments[MOST_ARGUMENTS + 2] = { name }, *none[] = { name, NULL };
	struct options options;
	enum exit_status status;
	int count = 1;

	while (text && count <= MOST_ARGUMENTS)
		arguments[count++] = strsep(&text, "\n");
	status = options_parse(&options, commands, count, arguments);
	must(status == EXIT_OK || status == EXIT_USAGE);
	if (status == EXIT_OK)
		must(options.count < (size_t)count &&
		     options.process_count < (size_t)count &&
		     (options.help || options.version || options.complete || options.explain ||
		      options.many ||
		      options.command == &four || target_is_kernel(options.target) ||
		      (target_is_device(options.target) && options.target.name) ||
		      target_pid(options.target) > 0));
	options_free(&options);
	/* It may remember a word that it did not come to the end of. */
	optind = 0;
	getopt(1, none, "");
	return status == EXIT_OK;
}

static unsigned int chunk;

/* What lines.c reads with. */
ssize_t fuzz_read(int fd, void *to, size_t size)
{
	return read(fd, to, chunk && chunk < size ? chunk : size);
}

/* However it is cut, a stream is the same. */
static bool read_stream(unsigned int size, uint64_t *sum)
{
	static struct source source;
	struct batch batch;
	struct names names;
	enum exit_status status;
	size_t i;

	chunk = size;
	lseek(file, 0, SEEK_SET);
	use_names(&names, true);
	strcpy(names.kallsyms, "/dev/null");
	source_init(&source, file, &names);
	must(!batch_init(&batch, 5, 0));
	*sum = 0;
	do {
		status = source_next(&source, &batch);
		must(batch.count <= batch.capacity && batch.count <= 5);
		for (i = 0; i < batch.count; i++)
			*sum = *sum * 31 + batch.addresses[i] + 1;
	} while (status == EXIT_OK && batch.count);
	batch_free(&batch);
	names_free(&names);
	*sum = *sum * 31 + source.lines.line;
	return status == EXIT_OK;
}

static bool try_stream(unsigned int size)
{
	uint64_t whole, cut;
	bool good = read_stream(0, &whole);

	must(read_stream(1 + size, &cut) == good && cut == whole);
	return good;
}

/* Of what cannot be a list of mappings, or of symbols, nothing is taken. */
static bool try_maps(const char *name)
{
	const struct mapping *first;
	struct maps maps;
	size_t i;

	if (maps_load(&maps, path))
		return false;
	for (i = 0; i < maps.count; i++) {
		const struct mapping *mapping = &maps.list[i];

		must(mapping->start < mapping->end && *mapping_name(mapping));
	}
	must(!maps_next(&maps, name, NULL) == !maps_count(&maps, name));
	maps_name_at(&maps, 0x1000);
	must(!maps_shared_memory(&maps, 0, UINT64_MAX, &first) || *first->name);
	maps_free(&maps);
	return true;
}

static bool try_kind(unsigned int kind, unsigned int variant, char *text)
{
	switch (kind) {
	case NUMBER:
		return try_number(text);
	case ADDRESS:
		return try_address(text, variant & 1);
	case RANGE:
		return variant & 2 ? try_every(text) : try_range(text, variant & 1);
	case FILTER:
		return try_filter(text);
	case OPTIONS:
		return try_options(text);
	case STREAM:
		return try_stream(variant);
	default:
		return try_maps(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int kind;
	size_t length;
	char *text;

	if (!size)
		return 0;
	kind = data[0] % KINDS;
	length = strnlen((const char *)data + 1, size - 1);
	/* A block of its own, so that ASan sees what lies behind it. */
	text = strndup((const char *)data + 1, length);
	must(text != NULL);
	length = length < size - 1 ? length + 2 : length + 1;
	fill_file(data + length, size - length);
	successes[kind] += try_kind(kind, data[0] / KINDS, text);
	free(text);
	return 0;
}

__attribute__((destructor)) static void tell(void)
{
	unsigned int kind;

	printf("good:");
	for (kind = 0; kind < KINDS; kind++)
		printf(" %lu", successes[kind]);
	printf("\n");
}
