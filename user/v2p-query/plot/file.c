// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot/file.h"

bool plot_file_is_other(const char *path)
{
	static const char *const others[] = {
		"apng", "avif", "bmp", "eps", "gif", "heic", "ico", "jfif", "jp2", "jpe", "jpeg",
		"jpg", "jxl", "pbm", "pdf", "pgm", "png", "pnm", "ppm", "ps", "svgz", "tga",
		"tif", "tiff", "webp", "xbm", "xpm",
	};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	size_t i;

	for (i = 0; dot && i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcasecmp(dot + 1, others[i]))
			return true;
	return false;
}

static enum exit_status fail(const char *path, int error)
{
	return complain(EXIT_TROUBLE, "cannot write %s: %s", path, strerror(-error));
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

/* Where an open file is. Returns NULL with errno set. */
static char *path_of(int fd)
{
	char link[32], path[PATH_MAX];
	struct stat file, named;
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path));
	if (length < 0)
		return NULL;
	if (length == sizeof(path)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	path[length] = '\0';
	/* It may have been removed, of which its name would tell in words. */
	if (!fstat(fd, &file) && S_ISREG(file.st_mode) &&
	    (lstat(path, &named) || named.st_dev != file.st_dev || named.st_ino != file.st_ino)) {
		errno = ESTALE;
		return NULL;
	}
	return strdup(path);
}

/*
 * What is to be replaced, so that a link stays a link. One that leads nowhere is an
 * error. The kernel follows it, which refuses what others have put into a folder for all
 * (fs.protected_symlinks); realpath() would not. Returns NULL with errno set.
 */
static char *resolve(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat stat_;
	char *real;

	if (fd < 0) {
		int error = errno;

		/* There may be no such file yet. */
		if (error == ENOENT && lstat(path, &stat_) && errno == ENOENT)
			return strdup(path);
		errno = error;
		return NULL;
	}
	real = path_of(fd);
	close(fd);
	return real;
}

/*
 * What somebody else put into a folder for all is not taken for the caller's own, nor is
 * a link followed that stands there: as the kernel does where it is told to protect
 * (fs.protected_regular and others). Its owner could read what comes to be in it.
 */
static int check_owner(const char *path, const struct stat *file)
{
	char *folder = beside(path, ".");
	struct stat above;
	int error = 0;

	if (!folder)
		return -ENOMEM;
	if (stat(folder, &above))
		error = -errno;
	else if (above.st_mode & S_ISVTX && above.st_mode & (S_IWGRP | S_IWOTH) &&
		 !S_ISDIR(file->st_mode) && file->st_uid != geteuid() &&
		 file->st_uid != above.st_uid)
		error = -EACCES;
	free(folder);
	return error;
}

static int check_name(const char *path)
{
	struct stat file;

	return lstat(path, &file) ? 0 : check_owner(path, &file);
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

/* What is to be written, and whether there is hope; a path that has to be freed, or NULL. */
static int check(const char *path, char **real)
{
	struct stat stat_;
	int error;

	*real = NULL;
	error = check_name(path);
	if (error)
		return error;
	*real = resolve(path);
	if (!*real)
		return -errno;
	error = check_name(*real);
	if (error)
		return error;
	if (is_special(path))
		return access(path, W_OK) ? -errno : 0;
	if (!lstat(*real, &stat_) && S_ISDIR(stat_.st_mode))
		return -EISDIR;
	return check_folder(*real);
}

enum exit_status plot_file_check(const char *path)
{
	char *real;
	int error = check(path, &real);

	free(real);
	return error ? fail(path, error) : EXIT_OK;
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
		error = check_owner(path, &stat_);
	if (!error)
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
	int error;

	if (lstat(path, &old) || !S_ISREG(old.st_mode)) {
		mask = umask(0);
		umask(mask);
		return fchmod(fd, 0666 & ~mask) ? -errno : 0;
	}
	error = check_owner(path, &old);
	if (error)
		return error;
	/* Others than root may give away little of what is theirs. */
	mask = fchown(fd, -1, old.st_gid) ? S_IRWXG : 0;
	(void)!fchown(fd, old.st_uid, -1);
	return fchmod(fd, old.st_mode & 0777 & ~mask) ? -errno : 0;
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

enum exit_status plot_file_write(const char *path, const char *text, size_t length)
{
	char *real;
	int error = check(path, &real);

	if (!error)
		error = is_special(path) ? write_special(path, text, length) :
					   replace(real, text, length);
	free(real);
	return error ? fail(path, error) : EXIT_OK;
}
