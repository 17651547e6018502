/* SPDX-License-Identifier: GPL-2.0 */
/* Names of files of which only the device and the inode are known. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct file_name - a file that a process has mapped
 * @major: the device of its file system
 * @minor: likewise
 * @inode: its inode
 * @pid: who has mapped it, the name of a folder of /proc
 * @start: where
 * @end: up to where
 * @checked: it was asked for, and the name is true, or "" where it is not
 * @name: or NULL, where there is no file
 */
struct file_name {
	uint32_t major;
	uint32_t minor;
	uint64_t inode;
	char pid[12];
	uint64_t start;
	uint64_t end;
	bool checked;
	char *name;
};

/**
 * struct files - the files that processes have mapped, each once
 * @table: a hash table with open addressing
 * @size: of it, a power of two; 0 before the first look
 * @count: files in it
 * @when: it was made, in milliseconds
 */
struct files {
	struct file_name *table;
	size_t size;
	size_t count;
	uint64_t when;
};

void files_free(struct files *files);

/**
 * files_name() - what a process that has mapped a file calls it
 * @major: the device of its file system
 * @minor: likewise
 * @inode: its inode
 *
 * All mappings of all processes are read for it, but not more than once a second.
 *
 * Return: the name, good until the next call; "" where nobody has mapped it whom this process
 * may look at, or where device and inode do not tell one file from another.
 */
const char *files_name(struct files *files, uint32_t major, uint32_t minor, uint64_t inode);

#endif /* FILES_H */
