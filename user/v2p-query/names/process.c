// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "names/process.h"

bool process_proc_is_ours(void)
{
	static enum { UNKNOWN, OURS, OF_OTHERS } whose;
	char self[16] = "", link[16] = "";

	/* It is asked for each of many processes. */
	if (whose != UNKNOWN)
		return whose == OURS;
	snprintf(self, sizeof(self), "%d", getpid());
	whose = readlink("/proc/self", link, sizeof(link) - 1) > 0 && !strcmp(self, link) ?
		OURS : OF_OTHERS;
	return whose == OURS;
}

int process_each(int (*take)(pid_t pid, void *data), void *data)
{
	const struct dirent *entry;
	int ret = 0;
	DIR *proc;

	if (!process_proc_is_ours())
		return -EXDEV;
	proc = opendir("/proc");
	if (!proc)
		return -errno;
	while (!ret) {
		char *end;
		long pid;

		errno = 0;
		entry = readdir(proc);
		ret = entry ? 0 : -errno;
		if (!entry)
			break;
		pid = strtol(entry->d_name, &end, 10);
		if (pid > 0 && !*end)
			ret = take(pid, data);
	}
	closedir(proc);
	return ret;
}

pid_t process_leader(pid_t pid)
{
	static const char key[] = "\nTgid:";
	char path[64], *text, *found;
	size_t length;
	pid_t leader = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	text = process_proc_is_ours() ? file_read(path, &length) : NULL;
	found = text ? strstr(text, key) : NULL;
	if (found)
		leader = atoi(found + strlen(key));
	free(text);
	return leader > 0 ? leader : pid;
}

void process_comm(char comm[COMM_SIZE], pid_t pid)
{
	char path[64];
	size_t length;
	char *name;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	name = process_proc_is_ours() ? file_read(path, &length) : NULL;
	snprintf(comm, COMM_SIZE, "%s", name ? name : "");
	free(name);
	length = strlen(comm);
	if (length && comm[length - 1] == '\n')
		comm[length - 1] = '\0';
}
