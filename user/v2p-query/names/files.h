/* SPDX-License-Identifier: GPL-2.0 */
/* Names of files of which only the device and the inode are known. */
#ifndef FILES_H
#define FILES_H

#include <stdint.h>

/* So many files are remembered. */
#define FILES 64

struct file_name {
	uint32_t major;
	uint32_t minor;
	uint64_t inode;
	char *name;
};

/**
 * struct files - those that were asked for
 * @names: a name is "" where none was found
 * @next: the place for the next one
 */
struct files {
	struct file_name names[FILES];
	unsigned int next;
};

void files_free(struct files *files);

/**
 * files_name() - what processes that have mapped a file call it
 * @major: the device of its file system
 * @minor: likewise
 * @inode: its inode
 *
 * Return: the name, good until the next call; "" where nobody has mapped it whom this process
 * may look at, or where device and inode do not tell one file from another.
 */
const char *files_name(struct files *files, uint32_t major, uint32_t minor, uint64_t inode);

#endif /* FILES_H */
