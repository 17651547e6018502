// SPDX-License-Identifier: GPL-2.0
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "names/elf-reader.h"
#include "names/elf-record.h"
#include "names/elf.h"

/* So many symbols before an address are asked whether they reach to it. */
#define MOST_BEFORE 256

void elf_free(struct elf *elf)
{
	free(elf->segments);
	free(elf->symbols);
	free(elf->text);
	*elf = (struct elf){ 0 };
}

/* The record at @*at, and behind it its name; NULL where it is cut off. */
static const char *next_record(const char *text, size_t length, size_t *at,
			       struct elf_record *record)
{
	const char *name;

	if (length - *at < sizeof(*record))
		return NULL;
	memcpy(record, text + *at, sizeof(*record));
	*at += sizeof(*record);
	name = text + *at;
	if (!record->name_size || length - *at < record->name_size ||
	    name[record->name_size - 1])
		return NULL;
	*at += record->name_size;
	return name;
}

/* Make room for all of the records, which are not more than @length allows. */
static bool make_room(struct elf *elf, size_t length)
{
	size_t at = 0, symbols = 0, segments = 0;
	struct elf_record record;

	while (next_record(elf->text, length, &at, &record)) {
		symbols += record.kind == ELF_RECORD_SYMBOL;
		segments += record.kind == ELF_RECORD_SEGMENT;
	}
	elf->segments = calloc(segments + 1, sizeof(*elf->segments));
	elf->symbols = calloc(symbols + 1, sizeof(*elf->symbols));
	return elf->segments && elf->symbols;
}

static void take_segment(struct elf *elf, const struct elf_record *record)
{
	elf->segments[elf->segment_count++] = (struct elf_segment){
		.address = record->address,
		.size = record->size,
		.offset = record->offset,
		.file_size = record->file_size,
		.executable = record->executable,
	};
}

static void take_symbol(struct elf *elf, const struct elf_record *record, const char *name)
{
	elf->symbols[elf->count++] = (struct elf_symbol){
		.address = record->address,
		.size = record->size,
		.reach = record->offset,
		.name = name,
		.rank = record->rank,
		.of_threads = record->of_threads,
	};
	if (record->rank == ELF_LOCAL)
		elf->stripped = false;
}

static int parse(struct elf *elf, size_t length, char **why)
{
	struct elf_record record;
	const char *name;
	size_t at = 0;

	if (!make_room(elf, length))
		return -ENOMEM;
	elf->stripped = true;
	while ((name = next_record(elf->text, length, &at, &record))) {
		switch (record.kind) {
		case ELF_RECORD_SEGMENT:
			take_segment(elf, &record);
			break;
		case ELF_RECORD_SYMBOL:
			take_symbol(elf, &record, name);
			break;
		case ELF_RECORD_NO_LIBRARY:
			*why = strdup(name);
			return -ELIBACC;
		case ELF_RECORD_END:
			return elf->segment_count ? 0 : -EIO;
		}
	}
	return -EIO;
}

/* No other format that libdw can unpack is loaded by the kernel. */
static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, sizeof(magic), 0) == sizeof(magic) &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}

int elf_read(struct elf *elf, int fd, const char *path, char **why)
{
	int ends[2], ret;
	size_t length;
	pid_t reader;

	*elf = (struct elf){ 0 };
	if (!is_elf(fd))
		return -ENOEXEC;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	reader = fork();
	if (!reader) {
		close(ends[0]);
		_exit(elf_reader_run(fd, path, ends[1]));
	}
	ret = reader < 0 ? -errno : 0;
	close(ends[1]);
	if (!ret)
		elf->text = file_read_all(ends[0], &length);
	if (!ret && !elf->text)
		ret = -errno;
	close(ends[0]);
	while (reader > 0 && waitpid(reader, NULL, 0) < 0 && errno == EINTR)
		;
	if (!ret)
		ret = parse(elf, length, why);
	if (ret)
		elf_free(elf);
	return ret;
}

bool elf_bias(const struct elf *elf, uint64_t start, uint64_t offset, uint64_t *bias)
{
	size_t i;

	for (i = 0; i < elf->segment_count; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		const uint64_t page = -(uint64_t)getpagesize();

		if (!segment->executable || offset < (segment->offset & page) ||
		    offset >= segment->offset + segment->file_size)
			continue;
		*bias = start - offset + segment->offset - segment->address;
		return true;
	}
	return false;
}

size_t elf_find(const struct elf *elf, const char *name,
		const struct elf_symbol *found[ELF_FOUND])
{
	enum elf_rank rank = ELF_LOCAL;
	size_t i, k, count = 0;

	for (i = 0; i < elf->count; i++) {
		const struct elf_symbol *symbol = &elf->symbols[i];

		if (symbol->rank < rank || strcmp(symbol->name, name))
			continue;
		if (symbol->rank > rank)
			count = 0;
		rank = symbol->rank;
		for (k = 0; k < count && k < ELF_FOUND; k++)
			if (found[k]->address == symbol->address)
				break;
		if (k < count && k < ELF_FOUND)
			continue;
		if (count < ELF_FOUND)
			found[count] = symbol;
		count++;
	}
	return count;
}

/* Of several by one address, that comes first which people would rather write. */
static int by_address(const void *one, const void *other)
{
	const struct elf_symbol *a = one, *b = other;
	const size_t a_length = strlen(a->name), b_length = strlen(b->name);

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank > b->rank ? -1 : 1;
	if ((*a->name == '_') != (*b->name == '_'))
		return *a->name == '_' ? 1 : -1;
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* How many symbols have no address behind this one. */
static size_t count_before(const struct elf *elf, uint64_t address)
{
	size_t low = 0, high = elf->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (elf->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct elf_segment *segment_of(const struct elf *elf, uint64_t address)
{
	size_t i;

	for (i = 0; i < elf->segment_count; i++)
		if (address >= elf->segments[i].address &&
		    address - elf->segments[i].address < elf->segments[i].size)
			return &elf->segments[i];
	return NULL;
}

const struct elf_symbol *elf_near(struct elf *elf, uint64_t address)
{
	const struct elf_segment *segment = segment_of(elf, address);
	const struct elf_symbol *last = NULL, *best = NULL;
	size_t i, steps = MOST_BEFORE;

	if (!segment)
		return NULL;
	if (!elf->sorted)
		qsort(elf->symbols, elf->count, sizeof(*elf->symbols), by_address);
	elf->sorted = true;
	for (i = count_before(elf, address); i-- > 0 && steps-- > 0;) {
		const struct elf_symbol *symbol = &elf->symbols[i];
		const uint64_t offset = address - symbol->address;

		if (symbol->of_threads || symbol->address < segment->address)
			continue;
		/* What begins before the one that was found is not nearer. */
		if (best && best->size && symbol->address != best->address)
			break;
		if (!last)
			last = symbol;
		if (offset < symbol->size)
			best = symbol;
		else if (!symbol->size && symbol->address == last->address &&
			 (offset < symbol->reach || !offset) && (!best || !best->size))
			best = symbol;
	}
	return best;
}
