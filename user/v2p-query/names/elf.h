/* SPDX-License-Identifier: GPL-2.0 */
/* What an ELF file says of where it is loaded to, and its symbols. */
#ifndef ELF_FILE_H
#define ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum elf_rank - which symbol of several by one name is meant: the highest
 * @ELF_LOCAL: a file that was compiled has it for itself (static)
 * @ELF_GLOBAL: all of them have it
 * @ELF_EXPORTED: other programs and libraries have it, too
 */
enum elf_rank {
	ELF_LOCAL,
	ELF_GLOBAL,
	ELF_EXPORTED,
};

/**
 * struct elf_symbol - a function, a variable or a label
 * @address: as the file has it
 * @size: 0 where it is not known
 * @reach: then, how far it may go on where nothing else begins: to the end of a section of code
 * @name: its name, with "@VERSION" where another version is meant without one
 * @rank: what it is beside others of that name
 * @of_threads: each thread has its own, and @address says nothing
 */
struct elf_symbol {
	uint64_t address;
	uint64_t size;
	uint64_t reach;
	const char *name;
	enum elf_rank rank;
	bool of_threads;
};

/**
 * struct elf_segment - a part that is loaded
 * @address: as the file has it
 * @size: in memory
 * @offset: in the file
 * @file_size: there
 * @executable: it is code
 */
struct elf_segment {
	uint64_t address;
	uint64_t size;
	uint64_t offset;
	uint64_t file_size;
	bool executable;
};

/**
 * struct elf - a file that was read
 * @stripped: no symbol is there but those that it exports
 * @sorted: @symbols are in the order of addresses
 * @text: what names are in
 */
struct elf {
	struct elf_segment *segments;
	size_t segment_count;
	struct elf_symbol *symbols;
	size_t count;
	bool stripped;
	bool sorted;
	char *text;
};

/**
 * elf_read() - read a file that may be anybody's
 * @elf: filled in; to be freed with elf_free() where 0 is returned
 * @fd: the file
 * @path: what it is called
 * @why: set to why where -ELIBACC is returned, for the caller to free; or NULL
 *
 * A process of its own does it, without rights: neither what a file was made to do to a reader,
 * nor that it is cut off meanwhile, does anything to this one.
 *
 * Return: 0; -ENOEXEC where it is no ELF file; -ELIBACC where libdw is missing; -EIO where it
 * cannot be read; another negative errno.
 */
int elf_read(struct elf *elf, int fd, const char *path, char **why);
void elf_free(struct elf *elf);

/**
 * elf_bias() - how far a file is moved from the addresses that it has
 * @start: of a mapping of it that can be executed
 * @offset: of that in the file
 * @bias: set to it
 *
 * Return: false where the file is not loaded like that.
 */
bool elf_bias(const struct elf *elf, uint64_t start, uint64_t offset, uint64_t *bias);

/* As many as are told of those by one name. */
#define ELF_FOUND 4

/**
 * elf_find() - the symbols by a name, of the highest rank that there is
 * @found: filled in with the first ELF_FOUND
 *
 * Return: how many there are of different addresses.
 */
size_t elf_find(const struct elf *elf, const char *name,
		const struct elf_symbol *found[ELF_FOUND]);

/**
 * elf_near() - the symbol that an address of the file lies in
 *
 * One without a size goes on to the next one if it is code, and is its first byte if it is not.
 *
 * Return: the symbol, or NULL.
 */
const struct elf_symbol *elf_near(struct elf *elf, uint64_t address);

#endif /* ELF_FILE_H */
