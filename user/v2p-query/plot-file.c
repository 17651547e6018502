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

/* Pipes and devices cannot be replaced by a file. */
static bool is_special(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && !S_ISREG(stat_.st_mode) && !S_ISDIR(stat_.st_mode);
}

/*
 * What is to be replaced, so that a link stays a link. One that leads nowhere is an
 * error. Returns NULL with errno set.
 */
static char *resolve(const char *path)
{
	char *real = realpath(path, NULL);
	int error = errno;
	struct stat stat_;

	if (real)
		return real;
	/* There may be no such file yet, but the rest has to be right. */
	if (lstat(path, &stat_) ? errno == ENOENT : !S_ISLNK(stat_.st_mode))
		return strdup(path);
	errno = error;
	return NULL;
}

static int check_folder(const char *path)
{
	char *folder = beside(path, ".");
	int error = 0;

	if (!folder)
		return -ENOMEM;
	if (access(folder, W_OK | X_OK))
		error = -errno;
	free(folder);
	return error;
}

static int check(const char *path)
{
	struct stat stat_;
	char *real;
	int error;

	if (is_special(path))
		return access(path, W_OK) ? -errno : 0;
	real = resolve(path);
	if (!real)
		return -errno;
	error = !stat(real, &stat_) && S_ISDIR(stat_.st_mode) ? -EISDIR : check_folder(real);
	free(real);
	return error;
}

enum status plot_file_check(const char *path)
{
	int error = check(path);

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

/* What it was when it was looked at may have been replaced by now. */
static int write_special(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct stat stat_;
	int error;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &stat_))
		error = -errno;
	else if (S_ISREG(stat_.st_mode))
		error = -ESTALE;
	else
		error = write_all(fd, text, length);
	if (close(fd) && !error)
		error = -errno;
	return error;
}

/*
 * The rights and the owner that a file has; or else the rights that new ones get. By
 * its descriptor: who owns the folder may by now have put another file's name there.
 */
static int set_rights(int fd, const char *path)
{
	struct stat old;
	mode_t mask;

	if (lstat(path, &old) || !S_ISREG(old.st_mode)) {
		mask = umask(0);
		umask(mask);
		return fchmod(fd, 0666 & ~mask) ? -errno : 0;
	}
	/* Others than root may give away little of what is theirs. */
	(void)!fchown(fd, -1, old.st_gid);
	(void)!fchown(fd, old.st_uid, -1);
	return fchmod(fd, old.st_mode & 0777) ? -errno : 0;
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
	error = write_all(fd, text, length);
	if (!error)
		error = set_rights(fd, path);
	/* Some file systems find out only now. */
	if (close(fd) && !error)
		error = -errno;
	if (!error && rename(draft, path))
		error = -errno;
	if (error)
		unlink(draft);
free_draft:
	free(draft);
	return error;
}

enum status plot_file_write(const char *path, const char *text, size_t length)
{
	char *real = NULL;
	int error;

	if (is_special(path)) {
		error = write_special(path, text, length);
	} else {
		real = resolve(path);
		error = real ? replace(real, text, length) : -errno;
	}
	free(real);
	return error ? fail(path, error) : STATUS_MAPPED;
}
