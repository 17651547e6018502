// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "names/files.h"

void files_free(struct files *files)
{
	unsigned int i;

	for (i = 0; i < FILES; i++)
		free(files->names[i].name);
	*files = (struct files){ 0 };
}

/*
 * What a mapping is of is told by the file system as well, by a link that leads to the file
 * itself. Some (btrfs) have several files of one number; they give other numbers there.
 */
static bool is_the_file(const char *pid, uint64_t start, uint64_t end,
			const struct file_name *wanted)
{
	char path[80];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%.16s/map_files/%" PRIx64 "-%" PRIx64, pid, start, end);
	return !stat(path, &status) && status.st_ino == wanted->inode &&
	       major(status.st_dev) == wanted->major && minor(status.st_dev) == wanted->minor;
}

/* "7f12ab000000-7f12ab028000 r--p 00000000 08:01 1234       /usr/lib/libc.so.6" */
static char *find_in_maps(const char *pid, char *text, const struct file_name *wanted)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		unsigned int major, minor;
		uint64_t start, end, inode;
		int name = 0;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %x:%x %" SCNu64 " %n", &start,
			   &end, &major, &minor, &inode, &name) < 5)
			continue;
		if (inode == wanted->inode && major == wanted->major && minor == wanted->minor &&
		    name && line[name] && is_the_file(pid, start, end, wanted))
			return strdup(line + name);
	}
	return NULL;
}

static char *find(const struct file_name *wanted)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	char *name = NULL;

	while (folder && !name && (entry = readdir(folder))) {
		char path[32];
		size_t length;
		char *text;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.16s/maps", entry->d_name);
		text = file_read(path, &length);
		if (text)
			name = find_in_maps(entry->d_name, text, wanted);
		free(text);
	}
	if (folder)
		closedir(folder);
	return name;
}

const char *files_name(struct files *files, uint32_t major, uint32_t minor, uint64_t inode)
{
	struct file_name *file = &files->names[files->next];
	unsigned int i;

	for (i = 0; i < FILES; i++) {
		const struct file_name *known = &files->names[i];

		if (known->name && known->inode == inode && known->major == major &&
		    known->minor == minor)
			return known->name;
	}
	free(file->name);
	*file = (struct file_name){ .major = major, .minor = minor, .inode = inode };
	file->name = find(file);
	if (!file->name)
		file->name = strdup("");
	files->next = (files->next + 1) % FILES;
	return file->name ? file->name : "";
}
