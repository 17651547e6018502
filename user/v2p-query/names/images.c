// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "names/images.h"

void images_forget(struct images *images)
{
	free(images->list);
	free(images->file_of);
	images->list = NULL;
	images->file_of = NULL;
	images->count = 0;
	images->listed = false;
}

void images_free(struct images *images)
{
	images_forget(images);
	while (images->files) {
		struct image_file *file = images->files;

		images->files = file->next;
		elf_free(&file->elf);
		free(file);
	}
	free(images->why);
	images->why = NULL;
}

static bool is_same(const struct mapping_file *one, const struct mapping_file *other)
{
	return one->inode == other->inode && one->major == other->major &&
	       one->minor == other->minor;
}

static struct image_file *find_file(const struct images *images, const struct mapping_file *file)
{
	struct image_file *found = images->files;

	while (found && !is_same(&found->file, file))
		found = found->next;
	return found;
}

static struct image_file *add_file(struct images *images, const struct mapping_file *file)
{
	struct image_file *added = find_file(images, file);

	if (added)
		return added;
	added = calloc(1, sizeof(*added));
	if (!added)
		return NULL;
	added->file = *file;
	added->next = images->files;
	images->files = added;
	return added;
}

/* Both are made of the same path by the kernel, with what it says where that is gone. */
static bool is_program(const char *exe, const struct mapping *mapping)
{
	return *exe && !strcmp(exe, mapping->name);
}

static bool list_code(struct images *images, const struct maps *maps, const char *exe)
{
	size_t i;

	for (i = 0; i < maps->count; i++) {
		const struct mapping *mapping = &maps->list[i];
		struct mapping_file file;
		struct image *image;

		if (!maps_file(maps, mapping, &file) || !file.executable)
			continue;
		image = &images->list[images->count];
		image->mapping = mapping;
		image->offset = file.offset;
		image->program = is_program(exe, mapping);
		image->file = add_file(images, &file);
		if (!image->file)
			return false;
		images->count++;
	}
	return true;
}

/* Variables that begin as zero are in no file, but behind those that are. */
static void list_owners(struct images *images, const struct maps *maps)
{
	const struct mapping *before = NULL;
	struct image_file *its = NULL;
	size_t i;

	for (i = 0; i < maps->count; before = &maps->list[i++]) {
		const struct mapping *mapping = &maps->list[i];
		struct mapping_file file;

		if (!maps_file(maps, mapping, &file)) {
			if (!before || before->end != mapping->start)
				its = NULL;
		} else if (!its || !is_same(&its->file, &file)) {
			its = find_file(images, &file);
		}
		images->file_of[i] = its;
	}
}

int images_list(struct images *images, pid_t pid, const struct maps *maps)
{
	char path[32], exe[PATH_MAX] = "";
	ssize_t length;

	if (images->listed)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = readlink(path, exe, sizeof(exe) - 1);
	exe[length > 0 ? length : 0] = '\0';
	images->list = calloc(maps->count + 1, sizeof(*images->list));
	images->file_of = calloc(maps->count + 1, sizeof(*images->file_of));
	if (!images->list || !images->file_of || !list_code(images, maps, exe)) {
		images_forget(images);
		return -ENOMEM;
	}
	list_owners(images, maps);
	images->listed = true;
	return 0;
}

/* The file by this path, if it still is the one. */
static int open_same(const char *path, const struct mapping_file *file)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &status) && S_ISREG(status.st_mode) && status.st_ino == file->inode &&
	    major(status.st_dev) == file->major && minor(status.st_dev) == file->minor)
		return fd;
	close(fd);
	return -ESTALE;
}

static int open_image(const struct image *image, pid_t pid)
{
	char path[PATH_MAX + 32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid,
		 image->mapping->start, image->mapping->end);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0)
		return fd;
	if (errno != EPERM && errno != EACCES)
		return -errno;
	snprintf(path, sizeof(path), "/proc/%d/root%s", pid, image->mapping->name);
	return open_same(path, &image->file->file);
}

static int read_file(struct images *images, const struct image *image, pid_t pid)
{
	int fd = open_image(image, pid), ret;

	if (fd < 0)
		return fd;
	free(images->why);
	images->why = NULL;
	ret = elf_read(&image->file->elf, fd, image->mapping->name, &images->why);
	close(fd);
	return ret;
}

int image_load(struct images *images, const struct image *image, pid_t pid, uint64_t *bias)
{
	struct image_file *file = image->file;

	if (!file->read) {
		file->error = read_file(images, image, pid);
		file->read = true;
	}
	if (file->error)
		return file->error;
	return elf_bias(&file->elf, image->mapping->start, image->offset, bias) ? 0 : -ENOEXEC;
}

const struct image_file *images_file_at(const struct images *images, const struct maps *maps,
					uint64_t address)
{
	const struct mapping *mapping = maps_at(maps, address);

	return mapping ? images->file_of[mapping - maps->list] : NULL;
}
