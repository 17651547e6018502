/* SPDX-License-Identifier: GPL-2.0 */
/* The program and the libraries that a process has loaded, of which symbols are read. */
#ifndef IMAGES_H
#define IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "names/elf.h"
#include "names/maps.h"

/**
 * struct image_file - a file that code of the process comes from; it may have replaced another one
 *	of its name, or have been replaced
 * @next: another one
 * @file: which it is
 * @error: why it could not be read, a negative errno; 0 where it was, or was not tried
 * @read: it was tried
 * @elf: what it says
 */
struct image_file {
	struct image_file *next;
	struct mapping_file file;
	int error;
	bool read;
	struct elf elf;
};

/**
 * struct image - a mapping with code of it
 * @mapping: which
 * @offset: where it begins in the file
 * @file: of it
 * @program: that is what the process executes; all others are libraries
 */
struct image {
	const struct mapping *mapping;
	uint64_t offset;
	struct image_file *file;
	bool program;
};

/**
 * struct images - of one process
 * @list: in the order of addresses
 * @count: how many
 * @file_of: of each mapping, the file that it belongs to, as does memory without a name that
 *	follows one; or NULL
 * @listed: the three are those of the mappings that were read last
 * @files: all that were listed at any time
 * @why: there is no libdw to read any with, in words; or NULL
 */
struct images {
	struct image *list;
	size_t count;
	struct image_file **file_of;
	bool listed;
	struct image_file *files;
	char *why;
};

/**
 * images_list() - find out which there are, where that is not known
 * @pid: the process
 * @maps: its mappings, which have to stay until images_forget()
 *
 * Return: 0 or -ENOMEM.
 */
int images_list(struct images *images, pid_t pid, const struct maps *maps);

/* The mappings change. Files that were read stay. */
void images_forget(struct images *images);
void images_free(struct images *images);

/**
 * image_load() - read the file of an image, where it was not read, and find where it is loaded
 * @pid: the process
 * @bias: set to what is to be added to the addresses that it has
 *
 * It is opened by the mapping itself where the caller may do so, whatever is by its name now, or
 * in which mount namespace; else by its name, if that still leads there.
 *
 * Return: 0; -ENOEXEC where it is no program or library; -ELIBACC where there is no libdw; another
 * negative errno where it cannot be read.
 */
int image_load(struct images *images, const struct image *image, pid_t pid, uint64_t *bias);

/* The file that an address belongs to, which is in one of @maps; or NULL. */
const struct image_file *images_file_at(const struct images *images, const struct maps *maps,
					uint64_t address);

#endif /* IMAGES_H */
