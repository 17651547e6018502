/* SPDX-License-Identifier: GPL-2.0 */
/* What the process that reads an ELF file tells the one that asked for it. */
#ifndef ELF_RECORD_H
#define ELF_RECORD_H

#include <stdint.h>

/**
 * enum elf_record_kind - what a record tells
 * @ELF_RECORD_SEGMENT: a part of the file that is loaded
 * @ELF_RECORD_SYMBOL: a symbol
 * @ELF_RECORD_NO_LIBRARY: there is nothing to read the file with; its name is why
 * @ELF_RECORD_END: that was all
 */
enum elf_record_kind {
	ELF_RECORD_SEGMENT,
	ELF_RECORD_SYMBOL,
	ELF_RECORD_NO_LIBRARY,
	ELF_RECORD_END,
};

/**
 * struct elf_record - what is told, before the name that belongs to it
 * @address: of a segment or a symbol, as the file has it
 * @size: likewise
 * @offset: of a segment, in the file; of a symbol without a size, how far its code may go on
 * @file_size: of it there
 * @name_size: bytes of the name, with its NUL
 * @kind: enum elf_record_kind
 * @rank: of a symbol, enum elf_rank
 * @executable: of a segment
 * @of_threads: of a symbol: each thread has its own
 */
struct elf_record {
	uint64_t address;
	uint64_t size;
	uint64_t offset;
	uint64_t file_size;
	uint32_t name_size;
	uint8_t kind;
	uint8_t rank;
	uint8_t executable;
	uint8_t of_threads;
};

#endif /* ELF_RECORD_H */
