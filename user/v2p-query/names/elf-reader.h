/* SPDX-License-Identifier: GPL-2.0 */
/* Reading an ELF file by elfutils' libdw, in a process of its own. */
#ifndef ELF_READER_H
#define ELF_READER_H

/**
 * elf_reader_run() - write an ELF file's segments and symbols as records
 * @fd: the file
 * @path: what it is called, by which a file with its symbols may be found
 * @out: where they go
 *
 * What belongs to others is parsed: this gives up all rights of the calling process.
 *
 * Return: the exit status of that process.
 */
int elf_reader_run(int fd, const char *path, int out);

#endif /* ELF_READER_H */
