// SPDX-License-Identifier: GPL-2.0
#include <dlfcn.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <elfutils/libdwfl.h>
#include <linux/capability.h>

#include "names/elf-record.h"
#include "names/elf-reader.h"
#include "names/elf.h"

/* Who has no files and no processes. */
#define NOBODY 65534

/* In seconds: a file may be made to keep its reader busy. */
#define MOST_TIME 60

/* What libdw gives for a section that only tells linkers something. */
#define NOT_LOADED ((GElf_Word)-1)

/* To be linked with it would cost every start of the command more than all else does. */
#define LIBRARY "libdw.so.1"
#define FUNCTIONS(use)									\
	use(dwfl_begin) use(dwfl_standard_find_debuginfo) use(dwfl_report_elf)		\
	use(dwfl_report_end) use(dwfl_module_getelf) use(dwfl_module_getsymtab)		\
	use(dwfl_module_getsym_info) use(elf_nextscn) use(elf_getscn) use(elf_getdata)	\
	use(elf_strptr) use(elf_getphdrnum) use(gelf_getphdr) use(gelf_getshdr)		\
	use(gelf_getsym) use(gelf_getversym) use(gelf_getverdef) use(gelf_getverdaux)

static struct {
#define MEMBER(name) __typeof__(name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
} dw;

/* libdw asks servers for symbols where this variable names some, from the time it is loaded. */
static bool load_library(void)
{
	void *library;

	unsetenv("DEBUGINFOD_URLS");
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return false;
#define FIND(name)					\
	dw.name = dlsym(library, #name);		\
	if (!dw.name)					\
		return false;
	FUNCTIONS(FIND)
#undef FIND
	return true;
}

/* Somebody who may not become another is left with what everybody may do as that user. */
static bool give_up_rights(void)
{
	const struct rlimit limit = { .rlim_cur = MOST_TIME, .rlim_max = MOST_TIME };
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

	if (!setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	    setresuid(NOBODY, NOBODY, NOBODY))
		return false;
	/* A change of the user would have undone the first. */
	return !prctl(PR_SET_PDEATHSIG, SIGKILL) && !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !setrlimit(RLIMIT_CPU, &limit) && !syscall(SYS_capset, &header, none);
}

static void write_record(FILE *out, struct elf_record record, const char *name, size_t length)
{
	record.name_size = length + 1;
	fwrite_unlocked(&record, sizeof(record), 1, out);
	fwrite_unlocked(name, 1, length, out);
	putc_unlocked('\0', out);
}

static void write_segments(FILE *out, Elf *elf)
{
	size_t i, count;

	if (dw.elf_getphdrnum(elf, &count))
		return;
	for (i = 0; i < count; i++) {
		GElf_Phdr header;

		if (!dw.gelf_getphdr(elf, i, &header) || header.p_type != PT_LOAD)
			continue;
		write_record(out, (struct elf_record){
			.kind = ELF_RECORD_SEGMENT,
			.address = header.p_vaddr,
			.size = header.p_memsz,
			.offset = header.p_offset,
			.file_size = header.p_filesz,
			.executable = !!(header.p_flags & PF_X),
		}, "", 0);
	}
}

/* Of a thing that is in memory, and no mark for disassemblers such as arm64's $x. */
static bool is_wanted(const GElf_Sym *symbol, GElf_Word section, const char *name)
{
	if (!name || !*name || section == SHN_UNDEF || section == SHN_ABS ||
	    section == NOT_LOADED)
		return false;
	switch (GELF_ST_TYPE(symbol->st_info)) {
	case STT_NOTYPE:
		return *name != '$' || GELF_ST_BIND(symbol->st_info) != STB_LOCAL;
	case STT_OBJECT:
	case STT_FUNC:
	case STT_COMMON:
	case STT_TLS:
	case STT_GNU_IFUNC:
		return true;
	}
	return false;
}

/* To the end of its section, if that is code. */
static uint64_t reach_of(Elf *elf, const GElf_Sym *symbol, GElf_Word section)
{
	GElf_Shdr header;

	if (symbol->st_size || !dw.gelf_getshdr(dw.elf_getscn(elf, section), &header) ||
	    !(header.sh_flags & SHF_EXECINSTR) || symbol->st_value < header.sh_addr ||
	    symbol->st_value - header.sh_addr > header.sh_size)
		return 0;
	return header.sh_addr + header.sh_size - symbol->st_value;
}

static struct elf_record record_of(Elf *elf, const GElf_Sym *symbol, GElf_Word section,
				   uint64_t address, enum elf_rank rank)
{
	return (struct elf_record){
		.kind = ELF_RECORD_SYMBOL,
		.address = address,
		.size = symbol->st_size,
		.offset = reach_of(elf, symbol, section),
		.rank = rank,
		.of_threads = GELF_ST_TYPE(symbol->st_info) == STT_TLS,
	};
}

/* Those of .symtab, wherever that is, or else of .dynsym. */
static void write_symbols(FILE *out, Dwfl_Module *module)
{
	const int count = dw.dwfl_module_getsymtab(module);
	int i;

	for (i = 1; i < count; i++) {
		GElf_Sym symbol;
		GElf_Addr address;
		GElf_Word section;
		Elf *elf;
		const char *name = dw.dwfl_module_getsym_info(module, i, &symbol, &address,
							      &section, &elf, NULL);
		const char *version;
		enum elf_rank rank;

		if (!is_wanted(&symbol, section, name))
			continue;
		rank = GELF_ST_BIND(symbol.st_info) == STB_LOCAL ? ELF_LOCAL : ELF_GLOBAL;
		/* The version that is meant where none is named. */
		version = strstr(name, "@@");
		write_record(out, record_of(elf, &symbol, section, address, rank), name,
			     version ? (size_t)(version - name) : strlen(name));
	}
}

/**
 * struct dynamic - the sections that tell what a file exports
 * @symbols: .dynsym
 * @strings: the section that has the names of those
 * @versions: of each of them, the number of its version
 * @definitions: of versions
 * @names: the section that has the names of these
 */
struct dynamic {
	Elf_Data *symbols;
	size_t strings;
	Elf_Data *versions;
	Elf_Data *definitions;
	size_t names;
};

static struct dynamic find_dynamic(Elf *elf)
{
	struct dynamic dynamic = { NULL };
	Elf_Scn *section = NULL;

	while ((section = dw.elf_nextscn(elf, section))) {
		GElf_Shdr header;

		if (!dw.gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_DYNSYM) {
			dynamic.symbols = dw.elf_getdata(section, NULL);
			dynamic.strings = header.sh_link;
		} else if (header.sh_type == SHT_GNU_versym) {
			dynamic.versions = dw.elf_getdata(section, NULL);
		} else if (header.sh_type == SHT_GNU_verdef) {
			dynamic.definitions = dw.elf_getdata(section, NULL);
			dynamic.names = header.sh_link;
		}
	}
	return dynamic;
}

static const char *version_name(Elf *elf, const struct dynamic *dynamic, unsigned int number)
{
	GElf_Verdef definition;
	GElf_Verdaux name;
	int offset = 0;

	if (!dynamic->definitions)
		return NULL;
	while (dw.gelf_getverdef(dynamic->definitions, offset, &definition)) {
		if (definition.vd_ndx == number)
			return dw.gelf_getverdaux(dynamic->definitions, offset + definition.vd_aux,
						  &name) ?
			       dw.elf_strptr(elf, dynamic->names, name.vda_name) : NULL;
		if (!definition.vd_next)
			break;
		offset += definition.vd_next;
	}
	return NULL;
}

/* What other files are linked with. Of several versions, all but one have to be named. */
static void write_exported(FILE *out, Elf *elf, GElf_Addr bias)
{
	const struct dynamic dynamic = find_dynamic(elf);
	GElf_Sym symbol;
	int i;

	for (i = 1; dynamic.symbols && dw.gelf_getsym(dynamic.symbols, i, &symbol); i++) {
		const char *name = dw.elf_strptr(elf, dynamic.strings, symbol.st_name);
		const char *version = NULL;
		GElf_Versym number;
		char with[1024];

		if (!is_wanted(&symbol, symbol.st_shndx, name))
			continue;
		if (dynamic.versions && dw.gelf_getversym(dynamic.versions, i, &number) &&
		    number & 0x8000)
			version = version_name(elf, &dynamic, number & 0x7fff);
		if (version) {
			snprintf(with, sizeof(with), "%s@%s", name, version);
			name = with;
		}
		write_record(out, record_of(elf, &symbol, symbol.st_shndx, symbol.st_value + bias,
					    ELF_EXPORTED), name, strlen(name));
	}
}

static int no_such_file(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
			char **path, Elf **elf)
{
	(void)module, (void)data, (void)name, (void)base, (void)path, (void)elf;
	return -1;
}

/* Symbols that were stripped off are looked for only where packages put them. */
static char debug_path[] = "/usr/lib/debug", *debug_paths = debug_path;

/* Where the file is loaded does not matter here: addresses are told as it has them. */
static void read_file(FILE *out, int fd, const char *path)
{
	const Dwfl_Callbacks callbacks = {
		.find_elf = no_such_file,
		.find_debuginfo = dw.dwfl_standard_find_debuginfo,
		.debuginfo_path = &debug_paths,
	};
	Dwfl *dwfl = dw.dwfl_begin(&callbacks);
	Dwfl_Module *module;
	GElf_Addr bias;
	Elf *elf;

	if (!dwfl)
		return;
	module = dw.dwfl_report_elf(dwfl, path, path, fd, 0, true);
	if (!module || dw.dwfl_report_end(dwfl, NULL, NULL))
		return;
	elf = dw.dwfl_module_getelf(module, &bias);
	if (!elf)
		return;
	write_segments(out, elf);
	write_exported(out, elf, bias);
	write_symbols(out, module);
}

int elf_reader_run(int fd, const char *path, int out)
{
	FILE *file = fdopen(out, "w");
	struct elf_record end = { .kind = ELF_RECORD_END };

	if (!file)
		return 1;
	if (!load_library()) {
		const char *why = dlerror();

		end.kind = ELF_RECORD_NO_LIBRARY;
		write_record(file, end, why ? why : LIBRARY, strlen(why ? why : LIBRARY));
		return fflush(file) ? 1 : 0;
	}
	if (!give_up_rights())
		return 1;
	read_file(file, fd, path);
	write_record(file, end, "", 0);
	return fflush(file) ? 1 : 0;
}
