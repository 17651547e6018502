// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot-file.h"

static enum status fail(const char *path, int error)
{
	return complain(STATUS_TROUBLE, "cannot write %s: %s", path, strerror(-error));
}

/* The folder of a file, with its last slash, and @name behind it; NULL for no memory. */
static char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	char *other;

	if (asprintf(&other, "%.*s%s", slash ? (int)(slash - path + 1) : 0, path, name) < 0)
		return NULL;
	return other;
}

/* What a name stands for, so that a link stays a link; NULL for no memory. */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);

	return real || errno == ENOMEM ? real : strdup(path);
}

/* Pipes and devices cannot be replaced by a file. */
static bool is_special(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && !S_ISREG(stat_.st_mode) && !S_ISDIR(stat_.st_mode);
}

static int check(const char *path)
{
	struct stat stat_;
	char *folder;
	int error = 0;

	if (is_special(path))
		return access(path, W_OK) ? -errno : 0;
	if (!stat(path, &stat_) && S_ISDIR(stat_.st_mode))
		return -EISDIR;
	folder = beside(path, ".");
	if (!folder)
		return -ENOMEM;
	if (access(folder, W_OK | X_OK))
		error = -errno;
	free(folder);
	return error;
}

enum status plot_file_check(const char *path)
{
	char *real = resolve(path);
	int error = real ? check(real) : -ENOMEM;

	free(real);
	return error ? fail(path, error) : STATUS_MAPPED;
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(fd, text, length);

		if (written < 0 && errno != EINTR)
			return -errno;
		if (written > 0) {
			text += written;
			length -= written;
		}
	}
	return 0;
}

/* Takes the descriptor. */
static int fill(int fd, const char *text, size_t length)
{
	int error;

	if (fd < 0)
		return -errno;
	error = write_all(fd, text, length);
	/* Some file systems find out only now. */
	if (close(fd) && !error)
		error = -errno;
	return error;
}

/* The rights that a file has, or gets. */
static mode_t mode_of(const char *path)
{
	struct stat stat_;
	mode_t mask;

	if (!stat(path, &stat_))
		return stat_.st_mode & 07777;
	mask = umask(0);
	umask(mask);
	return 0666 & ~mask;
}

static int replace(const char *path, const char *text, size_t length)
{
	char *draft = beside(path, ".v2p-query-XXXXXX");
	int fd, error;

	if (!draft)
		return -ENOMEM;
	fd = mkostemp(draft, O_CLOEXEC);
	if (fd < 0) {
		error = -errno;
		goto free_draft;
	}
	error = fill(fd, text, length);
	if (!error && (chmod(draft, mode_of(path)) || rename(draft, path)))
		error = -errno;
	if (error)
		unlink(draft);
free_draft:
	free(draft);
	return error;
}

enum status plot_file_write(const char *path, const char *text, size_t length)
{
	char *real = resolve(path);
	int error;

	if (!real)
		error = -ENOMEM;
	else if (is_special(real))
		error = fill(open(real, O_WRONLY | O_CLOEXEC), text, length);
	else
		error = replace(real, text, length);
	free(real);
	return error ? fail(path, error) : STATUS_MAPPED;
}
