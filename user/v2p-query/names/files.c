// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/file.h"
#include "names/files.h"

/* A file that was not there is not looked for again before. */
#define MILLISECONDS 1000

void files_free(struct files *files)
{
	size_t i;

	for (i = 0; i < files->size; i++)
		free(files->table[i].name);
	free(files->table);
	*files = (struct files){ 0 };
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * UINT64_C(1000) + time.tv_nsec / 1000000;
}

/* The place of a file, or the free one where it would be. The table is never full. */
static struct file_name *place_of(const struct files *files, uint32_t major, uint32_t minor,
				  uint64_t inode)
{
	uint64_t hash = (inode ^ (uint64_t)major << 40 ^ (uint64_t)minor << 20) *
			UINT64_C(0x9e3779b97f4a7c15);
	size_t i = hash >> 32 & (files->size - 1);

	for (;; i = (i + 1) & (files->size - 1)) {
		struct file_name *file = &files->table[i];

		if (!file->name || (file->inode == inode && file->major == major &&
				    file->minor == minor))
			return file;
	}
}

static bool grow(struct files *files)
{
	struct files larger = { .size = files->size ? 2 * files->size : 1024 };
	size_t i;

	larger.table = calloc(larger.size, sizeof(*larger.table));
	if (!larger.table)
		return false;
	for (i = 0; i < files->size; i++) {
		const struct file_name *file = &files->table[i];

		if (file->name)
			*place_of(&larger, file->major, file->minor, file->inode) = *file;
	}
	free(files->table);
	files->table = larger.table;
	files->size = larger.size;
	return true;
}

/* "7f12ab000000-7f12ab028000 r--p 00000000 08:01 1234       /usr/lib/libc.so.6" */
static void add_line(struct files *files, const char *pid, const char *line)
{
	struct file_name file = { 0 }, *place;
	int name = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %x:%x %" SCNu64 " %n", &file.start,
		   &file.end, &file.major, &file.minor, &file.inode, &name) < 5 ||
	    !file.inode || !name || !line[name])
		return;
	if (files->count * 2 >= files->size && !grow(files))
		return;
	place = place_of(files, file.major, file.minor, file.inode);
	if (place->name)
		return;
	snprintf(file.pid, sizeof(file.pid), "%.11s", pid);
	file.name = strdup(line + name);
	if (!file.name)
		return;
	*place = file;
	files->count++;
}

static void load(struct files *files)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;

	files_free(files);
	while (folder && (entry = readdir(folder))) {
		char path[32], *text, *rest, *line;
		size_t length;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%.11s/maps", entry->d_name);
		text = file_read(path, &length);
		for (rest = text; (line = strsep(&rest, "\n"));)
			add_line(files, entry->d_name, line);
		free(text);
	}
	if (folder)
		closedir(folder);
	files->when = now();
}

/*
 * The file system has its word, too, by a link that leads to the file itself. Some (btrfs) have
 * several files of one number, and give other numbers there: which one it is cannot be told.
 */
static bool is_the_file(const struct file_name *file)
{
	char path[80];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%s/map_files/%" PRIx64 "-%" PRIx64, file->pid,
		 file->start, file->end);
	return !stat(path, &status) && status.st_ino == file->inode &&
	       major(status.st_dev) == file->major && minor(status.st_dev) == file->minor;
}

static const char *find(struct files *files, uint32_t major, uint32_t minor, uint64_t inode)
{
	struct file_name *file;

	if (!files->size)
		return "";
	file = place_of(files, major, minor, inode);
	if (!file->name)
		return "";
	if (!file->checked && !is_the_file(file))
		file->name[0] = '\0';
	file->checked = true;
	return file->name;
}

const char *files_name(struct files *files, uint32_t major, uint32_t minor, uint64_t inode)
{
	const char *name = find(files, major, minor, inode);

	if (*name || (files->when && now() - files->when < MILLISECONDS))
		return name;
	load(files);
	return find(files, major, minor, inode);
}
