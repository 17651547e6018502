// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "commands/session.h"
#include "commands/versions.h"
#include "names/efi.h"
#include "names/regions.h"

static void leave_target(struct session *session)
{
	if (session->asked.kind == V2P_TARGET_SPACE)
		close(session->asked.id);
	names_free(&session->names);
}

void session_free(struct session *session)
{
	leave_target(session);
	maps_free(&session->regions);
	swaps_free(&session->swaps);
	v2p_close(session->v2p);
}

/* Whatever keeps the module from telling, the question that follows is more telling. */
static const struct maps *get_regions(struct session *session)
{
	if (!session->regions_asked && regions_load(&session->regions, session->v2p))
		session->regions = (struct maps){ 0 };
	session->regions_asked = true;
	return session->regions.count ? &session->regions : NULL;
}

bool session_has_regions(struct session *session)
{
	return target_is_kernel(session->target) && get_regions(session);
}

const struct maps *session_maps(struct session *session)
{
	const struct maps *maps;
	int error;

	if (target_is_kernel(session->target))
		return get_regions(session);
	if (!target_is_process(session->target))
		return NULL;
	error = names_maps(&session->names, &maps);
	/* The first error is told at the end, even if a later attempt succeeded. */
	if (!session->maps_error)
		session->maps_error = error;
	return error ? NULL : maps;
}

size_t session_whole(struct session *session, struct v2p_range parts[SESSION_PARTS])
{
	const struct mapping *shadow = NULL;

	parts[0].start = 0;
	parts[0].length = V2P_TO_THE_END;
	if (session_has_regions(session))
		shadow = regions_find(session_maps(session), V2P_REGION_KASAN);
	session->shadow = shadow;
	if (!shadow)
		return 1;
	parts[0].start = -(UINT64_C(1) << (session->info.virtual_bits - 1) % 64);
	parts[0].length = shadow->start - parts[0].start;
	parts[1].start = shadow->end;
	parts[1].length = V2P_TO_THE_END;
	return shadow->end ? 2 : 1;
}

struct splitter session_splitter(struct session *session, bool wanted)
{
	const struct maps *maps = wanted ? session_maps(session) : NULL;
	struct splitter splitter = { .page_shift = session->info.page_shift };

	if (maps) {
		splitter.list = maps->list;
		splitter.count = maps->count;
	}
	return splitter;
}

const char *session_mapping_at(struct session *session, uint64_t address)
{
	const char *name;
	int error;

	if (target_is_kernel(session->target))
		return get_regions(session) ? maps_name_at(&session->regions, address) : NULL;
	if (!target_is_process(session->target))
		return NULL;
	error = names_mapping_at(&session->names, address, &name);
	if (!session->maps_error)
		session->maps_error = error;
	return name;
}

/* The library's advice, which it gives for nothing else. */
bool session_blames_module(const char *problem)
{
	return strstr(problem, "load a newer one");
}

enum exit_status session_problem(const struct session *session, int error,
				 char problem[PROBLEM_SIZE])
{
	const char *words = v2p_error(session->v2p);

	if (target_is_process(session->target) && !session_blames_module(words) &&
	    (error == -ESRCH || error == -EINVAL))
		return problem_is(problem, EXIT_TROUBLE, "process %d: %s",
				  target_pid(session->target), words);
	if (target_is_device(session->target) && !session_blames_module(words) &&
	    (error == -ENODEV || error == -EINVAL || error == -EOPNOTSUPP))
		return problem_is(problem, EXIT_TROUBLE, "device %s: %s", session->target.name,
				  words);
	if (error == -EPERM && geteuid() && !strstr(words, "root"))
		return problem_is(problem, EXIT_TROUBLE, "%s: run it as root", words);
	return problem_is(problem, EXIT_TROUBLE, "%s", *words ? words : strerror(-error));
}

enum exit_status session_complain(const struct session *session, int error)
{
	char problem[PROBLEM_SIZE];

	return complain(session_problem(session, error, problem), "%s", problem);
}

/* Names of per-CPU variables may need the module before the first address is asked. */
static int connect_once(struct session *session)
{
	int error;

	if (session->connected)
		return 0;
	v2p_close(session->v2p);
	session->info.size = sizeof(session->info);
	error = v2p_open(&session->v2p);
	if (!error)
		error = v2p_set_retry(session->v2p, session->retry);
	if (!error)
		error = v2p_get_info(session->v2p, &session->info);
	session->connected = !error;
	if (session->connected)
		versions_compare(&session->info);
	return error;
}

void session_note_beyond(struct session *session, uint64_t address)
{
	unsigned int shift = session->info.virtual_bits - 1;

	if (session->target.kind == V2P_TARGET_PID && !session->beyond &&
	    address >= -(UINT64_C(1) << shift % 64))
		session->beyond = address;
}

void session_note_missing(struct session *session, uint64_t start, uint64_t last)
{
	if (target_is_kernel(session->target) && efi_has(&session->info, start, last))
		session->efi = true;
}

static void tell_maps_error(const struct session *session)
{
	const char *words = strerror(-session->maps_error);
	const char *more = "";

	if (session->maps_error == -EXDEV)
		words = "/proc is not mounted, or is of another pid namespace";
	if (session->maps_error == -EACCES || session->maps_error == -EPERM)
		more = ", CAP_SYS_PTRACE is missing";
	complain(EXIT_OK, "cannot read the mappings of process %d: %s%s: %s",
		 target_pid(session->target), words, more, session->without_maps);
}

void session_tell_device(const struct session *session, struct v2p_target device)
{
	char target[DEVICE_TARGET];

	device_target(target, device);
	complain(EXIT_OK, "device %s: %s", target, device_words(&session->device));
}

void session_whose(const struct session *session, char whose[SESSION_WHOSE])
{
	*whose = '\0';
	if (session->many)
		snprintf(whose, SESSION_WHOSE, "process %d: ", target_pid(session->target));
}

void session_tell_notes(const struct session *session)
{
	char whose[SESSION_WHOSE];
	size_t i;

	session_whose(session, whose);

	if (session->tells_device)
		session_tell_device(session, session->target);
	if (session->beyond)
		complain(EXIT_OK, "0x%" PRIx64 NAMES_BEYOND, session->beyond);
	if (session->maps_error)
		tell_maps_error(session);
	if (*session->names.near_problem)
		complain(EXIT_OK, "%s: no symbols are shown", session->names.near_problem);
	for (i = 0; i < session->names.note_count; i++)
		complain(EXIT_OK, "%s%s", whose, session->names.notes[i]);
	if (session->efi)
		complain(EXIT_OK, EFI_NOTE);
}

enum exit_status session_connect(struct session *session)
{
	if (connect_once(session))
		return complain(EXIT_TROUBLE, "%s", v2p_error(session->v2p));
	return EXIT_OK;
}

int session_open(struct session *session)
{
	int fd;

	if (session->asked.kind == V2P_TARGET_SPACE || target_is_device(session->asked))
		return 0;
	fd = v2p_space_open(session->v2p, session->target);
	/* An older module is asked for the target itself. */
	if (fd < 0)
		return fd == -EOPNOTSUPP ? 0 : fd;
	session->asked = v2p_space(fd);
	return 0;
}

int session_device(struct session *session, const struct options *options,
		   struct output *output)
{
	struct v2p_walk walk = { .size = sizeof(walk) };
	int error;

	if (!target_is_device(session->target) || options->format == FORMAT_QUIET)
		return 0;
	/* It is the same at any address. */
	error = v2p_get_walk(session->v2p, session->target, 0, &walk);
	session->device.translation = walk.device_translation;
	session->device.format = walk.table_format;
	session->tells_device = options->format == FORMAT_TABLE && !output->writer->tells_device;
	output->device = session->device;
	return error;
}

static enum exit_status load_cpus(void *data, struct cpus *cpus, char problem[PROBLEM_SIZE])
{
	struct session *session = data;
	int error = connect_once(session);

	if (!error)
		error = cpus_load(cpus, session->v2p);
	return error ? session_problem(session, error, problem) : EXIT_OK;
}

static void begin_target(struct session *session, struct v2p_target target)
{
	session->target = target;
	session->asked = target;
	names_init(&session->names, target);
	session->names.load_cpus = load_cpus;
	session->names.data = session;
}

void session_init(struct session *session, struct v2p_target target)
{
	*session = (struct session){
		.retry = V2P_DEFAULT_RETRY,
		.without_maps = "no names are shown",
	};
	swaps_init(&session->swaps);
	begin_target(session, target);
}

void session_turn(struct session *session, struct v2p_target target)
{
	leave_target(session);
	begin_target(session, target);
	session->many = true;
	session->beyond = 0;
	session->maps_error = 0;
	session->comm[0] = '\0';
}

void session_comm(struct session *session)
{
	if (target_is_process(session->target))
		process_comm(session->comm, target_pid(session->target));
}

bool session_is_over(struct session *session)
{
	const struct maps *maps;
	int error;

	if (!target_is_process(session->target))
		return false;
	error = names_maps(&session->names, &maps);
	return error == -ENOENT || error == -ESRCH || (!error && !maps->count);
}

/* JSON has no columns to leave out: what is chosen is told beside all that it has anyway. */
static enum exit_status choose_columns(struct columns *columns, const struct table *table,
				       const struct session *session, const struct options *options)
{
	const char *usual = table->usual;

	if (target_is_device(session->target) && table->of_device)
		usual = table->of_device;
	else if (options->many && table->of_many)
		usual = table->of_many;
	else if (target_is_kernel(session->target) && table->of_kernel)
		usual = table->of_kernel;
	else if (target_is_user_root(session->target) && table->of_user_root)
		usual = table->of_user_root;
	if (options->format != FORMAT_TABLE)
		usual = NULL;
	return columns_choose(columns, table, usual, session->target, options->columns);
}

enum exit_status session_output(struct session *session, const struct options *options,
				struct output *output)
{
	const struct writer *writer = options->command->writers[options->format];
	struct columns *columns = &output->columns;
	enum exit_status status = EXIT_OK;

	*output = (struct output){
		.writer = writer,
		.target = session->target,
		.many = options->many,
		.comm = session->comm,
		.info = &session->info,
		.columns = { .no_headings = options->no_headings },
		.pretty = options->pretty,
	};
	if (writer->table)
		status = choose_columns(columns, writer->table, session, options);
	output->fields = writer->fields | columns->fields;
	output->with_comm = writer->with_comm || columns->with_comm;
	output->with_mappings = writer->with_mappings || columns->with_mappings;
	output->with_symbols = options->symbols && (writer->with_symbols || columns->with_symbols);
	if (status == EXIT_OK && output->with_comm && !options->many)
		session_comm(session);
	return status;
}
