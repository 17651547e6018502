// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "names/maps.h"

#define DELETED " (deleted)"

/* start-end rights offset device inode   name */
static int parse_line(const char *line, struct mapping *mapping)
{
	int name = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %n", &mapping->start,
		   &mapping->end, &name) != 2 || !name || mapping->start >= mapping->end)
		return -EBADMSG;
	mapping->name = line + name;
	return 0;
}

static int parse(struct maps *maps)
{
	char *line = maps->text;
	size_t size = 0;

	while (*line) {
		char *end = line + strcspn(line, "\n");
		char *next = *end ? end + 1 : end;

		*end = '\0';
		if (maps->count == size) {
			struct mapping *larger;

			size = size ? 2 * size : 64;
			larger = reallocarray(maps->list, size, sizeof(*larger));
			if (!larger)
				return -ENOMEM;
			maps->list = larger;
		}
		if (parse_line(line, &maps->list[maps->count]))
			return -EBADMSG;
		maps->count++;
		line = next;
	}
	return 0;
}

int maps_load(struct maps *maps, const char *path)
{
	size_t length;
	int ret;

	*maps = (struct maps){ 0 };
	maps->text = file_read(path, &length);
	if (!maps->text)
		return -errno;
	ret = parse(maps);
	if (ret)
		maps_free(maps);
	return ret;
}

int maps_load_of_threads(struct maps *maps, const char *folder)
{
	DIR *threads = opendir(folder);
	struct dirent *thread;
	char path[128];
	int ret = 0;

	*maps = (struct maps){ 0 };
	if (!threads)
		return errno == ENOENT ? 0 : -errno;
	while (!maps->count && (thread = readdir(threads))) {
		if (thread->d_name[0] == '.')
			continue;
		maps_free(maps);
		snprintf(path, sizeof(path), "%.64s/%.32s/maps", folder, thread->d_name);
		ret = maps_load(maps, path);
		/* A thread that has exited has no mappings, or no folder any more. */
		if (ret && ret != -ESRCH && ret != -ENOENT)
			break;
		ret = 0;
	}
	closedir(threads);
	return ret;
}

void maps_free(struct maps *maps)
{
	free(maps->list);
	free(maps->text);
	*maps = (struct maps){ 0 };
}

const struct mapping *maps_at(const struct maps *maps, uint64_t address)
{
	size_t low = 0, high = maps->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mapping *mapping = &maps->list[middle];

		if (address < mapping->start)
			high = middle;
		else if (address > mapping->end - 1)
			low = middle + 1;
		else
			return mapping;
	}
	return NULL;
}

const char *maps_name_at(const struct maps *maps, uint64_t address)
{
	const struct mapping *mapping = maps_at(maps, address);

	return mapping ? mapping_name(mapping) : NULL;
}

bool maps_file(const struct maps *maps, const struct mapping *mapping, struct mapping_file *file)
{
	const char *line = mapping->name;
	char executable;

	if (*mapping->name != '/')
		return false;
	while (line > maps->text && line[-1])
		line--;
	if (sscanf(line, "%*s %*2s%c%*c %" SCNx64 " %x:%x %" SCNu64, &executable, &file->offset,
		   &file->major, &file->minor, &file->inode) != 5)
		return false;
	file->executable = executable == 'x';
	return file->inode;
}

size_t maps_file_name(const struct mapping *mapping, const char **name)
{
	const char *mapped = mapping->name;
	size_t length = strlen(mapped);
	const size_t deleted = strlen(DELETED);
	const char *slash;

	if (length > deleted && !strcmp(mapped + length - deleted, DELETED))
		length -= deleted;
	slash = memrchr(mapped, '/', length);
	*name = slash ? slash + 1 : mapped;
	return length - (*name - mapped);
}

bool maps_matches(const struct mapping *mapping, const char *name)
{
	const char *mapped = mapping->name, *last;
	size_t length;

	if (!strcmp(mapping_name(mapping), name))
		return true;
	if (*mapped != '/')
		return false;
	length = maps_file_name(mapping, &last);
	if (*name == '/') {
		length += last - mapped;
		last = mapped;
	}
	return strlen(name) == length && !memcmp(last, name, length);
}

const struct mapping *maps_next(const struct maps *maps, const char *name,
				const struct mapping *before)
{
	size_t i = before ? before + 1 - maps->list : 0;

	for (; *name && i < maps->count; i++)
		if (maps_matches(&maps->list[i], name))
			return &maps->list[i];
	return NULL;
}

const struct mapping *maps_exactly(const struct maps *maps, uint64_t start, uint64_t end)
{
	size_t i;

	for (i = 0; i < maps->count; i++)
		if (maps->list[i].start == start && maps->list[i].end == end)
			return &maps->list[i];
	return NULL;
}

size_t maps_count(const struct maps *maps, const char *name)
{
	const struct mapping *mapping = NULL;
	size_t count = 0;

	while ((mapping = maps_next(maps, name, mapping)))
		count++;
	return count;
}

static int is_shared_memory(const struct mapping *mapping)
{
	static const char *const begins[] = {
		"/memfd:", "/dev/shm/", "/SYSV", "/dev/zero (deleted)", "[anon_shmem:",
	};
	size_t i;

	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (!strncmp(mapping->name, begins[i], strlen(begins[i])))
			return 1;
	return 0;
}

size_t maps_shared_memory(const struct maps *maps, uint64_t start, uint64_t last,
			  const struct mapping **first)
{
	size_t i, count = 0;

	for (i = 0; i < maps->count; i++) {
		const struct mapping *mapping = &maps->list[i];

		if (mapping->end > start && mapping->start <= last && is_shared_memory(mapping) &&
		    !count++)
			*first = mapping;
	}
	return count;
}
