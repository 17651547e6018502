// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands/processes.h"
#include "names/process.h"

/* What the kernel keeps of a name that is longer. */
#define COMM_LENGTH 15

/**
 * struct search - for processes by their names
 * @options: with these
 * @named: how many of @processes were named by their ids
 * @found: for each of @options->processes, whether there is one
 */
struct search {
	const struct options *options;
	struct processes *processes;
	size_t named;
	bool *found;
};

static bool has(const struct processes *processes, size_t count, pid_t leader)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (processes->list[i].leader == leader)
			return true;
	return false;
}

static int add(struct processes *processes, struct process process)
{
	if (processes->count == processes->room) {
		size_t room = processes->room ? 2 * processes->room : 64;
		struct process *list = realloc(processes->list, room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		processes->list = list;
		processes->room = room;
	}
	processes->list[processes->count++] = process;
	return 0;
}

static bool is_wanted(const struct search *search, pid_t pid)
{
	const struct options *options = search->options;
	bool wanted = options->all_processes;
	char comm[COMM_SIZE];
	size_t i;

	if (wanted)
		return true;
	process_comm(comm, pid);
	for (i = 0; i < options->process_count; i++) {
		const char *name = options->processes[i].comm;

		if (!name || strncmp(name, comm, COMM_LENGTH))
			continue;
		search->found[i] = true;
		wanted = true;
	}
	return wanted;
}

static int take(pid_t pid, void *data)
{
	struct search *search = data;

	if (!is_wanted(search, pid) || has(search->processes, search->named, pid))
		return 0;
	return add(search->processes, (struct process){
		.target = v2p_pid(pid), .leader = pid, .found = true,
	});
}

static int compare(const void *one, const void *other)
{
	const struct process *a = one, *b = other;

	return a->leader < b->leader ? -1 : a->leader > b->leader;
}

static enum exit_status complain_of_names(const struct search *search)
{
	const struct options *options = search->options;
	enum exit_status status = EXIT_OK;
	size_t i;

	for (i = 0; i < options->process_count; i++)
		if (options->processes[i].comm && !search->found[i])
			status = complain(EXIT_TROUBLE, "no process is called '%.100s'",
					  options->processes[i].comm);
	return status;
}

/* The others than those of @search->named. */
static enum exit_status find(struct search *search)
{
	int error;

	search->found = calloc(search->options->process_count + 1, sizeof(*search->found));
	error = search->found ? process_each(take, search) : -ENOMEM;
	if (error == -EXDEV)
		return complain(EXIT_TROUBLE,
				"/proc is not mounted, or is of another pid namespace: give the ids of processes");
	if (error)
		return complain(EXIT_TROUBLE, "cannot read /proc: %s", strerror(-error));
	if (search->processes->count)
		qsort(search->processes->list + search->named,
		      search->processes->count - search->named,
		      sizeof(*search->processes->list), compare);
	return complain_of_names(search);
}

enum exit_status processes_choose(struct processes *processes, const struct options *options)
{
	struct search search = { .options = options, .processes = processes };
	bool by_name = options->all_processes;
	enum exit_status status = EXIT_OK;
	size_t i;

	*processes = (struct processes){ 0 };
	for (i = 0; i < options->process_count; i++) {
		pid_t pid = options->processes[i].pid, leader;

		by_name |= !pid;
		leader = pid ? process_leader(pid) : 0;
		if (!pid || has(processes, processes->count, leader))
			continue;
		if (add(processes, (struct process){ .target = v2p_pid(pid), .leader = leader }))
			return complain(EXIT_TROUBLE, "out of memory");
	}
	search.named = processes->count;
	if (by_name)
		status = find(&search);
	free(search.found);
	if (target_is_kernel(options->target) &&
	    add(processes, (struct process){ .target = v2p_kernel() }))
		return complain(EXIT_TROUBLE, "out of memory");
	return status;
}

void processes_free(struct processes *processes)
{
	free(processes->list);
}
