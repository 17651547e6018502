/* SPDX-License-Identifier: GPL-2.0 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/**
 * file_read() - all of a file, such as those of /proc that have no size
 * @path: which
 * @length: set to its length
 *
 * Return: its content, with a NUL behind it, to be freed; NULL with errno set.
 */
char *file_read(const char *path, size_t *length);

/* The same of what is left of one that is open, or comes through a pipe. */
char *file_read_all(int fd, size_t *length);

#endif /* FILE_H */
