// SPDX-License-Identifier: GPL-2.0
/* What users write for an address: numbers, symbols, mappings. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/number.h"
#include "input/address.h"
#include "tap.h"

static void test_numbers(void)
{
	static const struct {
		const char *text;
		uint64_t number;
	} good[] = {
		{ "0", 0 },
		{ "0x0", 0 },
		{ "10", 10 },
		{ "12345678901", 12345678901 },
		{ "0x10", 16 },
		{ "0XfF", 255 },
		{ "0x7fff5c2a3b40", 0x7fff5c2a3b40 },
		{ "0xffffffffffffffff", UINT64_MAX },
		{ "18446744073709551615", UINT64_MAX },
		{ "0x000000000000000000000001", 1 },
	};
	static const char *const bad[] = {
		"", "-1", "-0x1", "+1", " 1", "1 ", "0x", "0x ", "0x-1", "0x+1", "0x0x1", "00x1", "12x",
		"0x12g", "1.5", "1e3", "ff", "x10", "0b1", "1_000", "18446744073709551616",
		"0x10000000000000000", "99999999999999999999999999999", "٣",
		"010", "00", "0000000000001129", "00000000000000001", "555555554000", "9999999999999",
		"602000000000", "140737488355328", "1000000000000000", "7f12ab000000",
		"ffffffff81000000",
	};
	static const char *const no_address[] = {
		"00400000", "56555000", "1000000000", "555555554000", "140737488355328", "7f12ab000000",
	};
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		uint64_t number = ~good[i].number;

		ok(!number_parse(good[i].text, &number) && number == good[i].number, "'%s'",
		   good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint64_t number;
		const char *wrong = number_parse(bad[i], &number);

		ok(wrong != NULL, "'%s' is no number: %s", bad[i], wrong ? wrong : "taken");
	}
	for (i = 0; i < sizeof(no_address) / sizeof(*no_address); i++) {
		uint64_t number;
		const char *wrong = address_number(no_address[i], &number);

		ok(wrong && strstr(wrong, "0x"), "'%s' is no address: %s", no_address[i],
		   wrong ? wrong : "taken");
	}
}

static void expect(struct names *names, const char *text, enum exit_status status, uint64_t address,
		   const char *words)
{
	char problem[PROBLEM_SIZE] = "";
	uint64_t got = 0;
	enum exit_status was = address_parse(text, names, &got, problem);

	if (was != status || (status == EXIT_OK && got != address))
		printf("# status %d, address %#llx, '%s'\n", was, (unsigned long long)got, problem);
	if (status == EXIT_OK)
		ok(was == status && got == address, "'%s'", text);
	else
		ok(was == status && strstr(problem, words), "'%.40s': %s", text, problem);
}

/* The words name the setting that hides the addresses. */
static void test_hidden(const char *setting, const char *words)
{
	char path[] = "/tmp/kptr_restrict.XXXXXX";
	struct names names;
	int fd = mkstemp(path);

	ok(fd >= 0 && write(fd, setting, strlen(setting)) == (ssize_t)strlen(setting),
	   "kptr_restrict is '%.1s'", setting);
	names_init(&names, v2p_kernel());
	ok(!strcmp(names.kptr_restrict, "/proc/sys/kernel/kptr_restrict"), "it is the kernel's");
	strcpy(names.kallsyms, "fixtures/kallsyms-hidden");
	strcpy(names.kptr_restrict, path);
	expect(&names, "jiffies_64+8", EXIT_TROUBLE, 0, words);
	names_free(&names);
	close(fd);
	unlink(path);
}

static void test_symbols(void)
{
	struct names names;

	names_init(&names, v2p_kernel());
	ok(!strcmp(names.kallsyms, "/proc/kallsyms"), "symbols are the kernel's");
	strcpy(names.kallsyms, "fixtures/kallsyms");
	expect(&names, "_text", EXIT_OK, 0xffffffff81000000, NULL);
	expect(&names, "jiffies_64+8", EXIT_OK, 0xffffffff82a0b008, NULL);
	expect(&names, "jiffies_64+0x10", EXIT_OK, 0xffffffff82a0b010, NULL);
	expect(&names, "fixed_percpu_data", EXIT_OK, 0, NULL);
	expect(&names, "same", EXIT_OK, 0xffffffff81003000, NULL);
	expect(&names, "only_there", EXIT_OK, 0xffffffffc0002000, NULL);
	expect(&names, "some_module:only_there", EXIT_OK, 0xffffffffc0002000, NULL);
	expect(&names, "some_module:twice+1", EXIT_OK, 0xffffffffc0001001, NULL);
	expect(&names, "bpf:bpf_prog_6deef7357e7b4530", EXIT_OK, 0xffffffffc0003000, NULL);
	expect(&names, "vmlinux:_text", EXIT_OK, 0xffffffff81000000, NULL);
	expect(&names, "0x1234", EXIT_OK, 0x1234, NULL);
	expect(&names, "last+0", EXIT_OK, UINT64_MAX, NULL);
	expect(&names, "last+1", EXIT_USAGE, 0, "larger than 64 bits");
	expect(&names, "twice", EXIT_USAGE, 0, "3 kernel symbols");
	expect(&names, "vmlinux:twice", EXIT_USAGE, 0, "2 kernel symbols");
	expect(&names, "other:only_there", EXIT_USAGE, 0, "no such kernel symbol");
	expect(&names, "vmlinux:only_there", EXIT_USAGE, 0, "no such kernel symbol");
	expect(&names, "jiffie", EXIT_USAGE, 0, "no such kernel symbol");
	expect(&names, "jiffies_64+", EXIT_USAGE, 0, "offset");
	expect(&names, "jiffies_64+x", EXIT_USAGE, 0, "offset");
	expect(&names, "jiffies_64+-8", EXIT_USAGE, 0, "negative");
	expect(&names, "jiffies_64+8 ", EXIT_USAGE, 0, "offset");
	expect(&names, "jiffies_64 + 8", EXIT_USAGE, 0, "offset");
	expect(&names, "+8", EXIT_USAGE, 0, "no such");
	expect(&names, ":", EXIT_USAGE, 0, "no such");
	expect(&names, "", EXIT_USAGE, 0, "empty");
	expect(&names, "-8", EXIT_USAGE, 0, "negative");
	expect(&names, "12zz", EXIT_USAGE, 0, "not a number");
	expect(&names, "1234567", EXIT_OK, 1234567, NULL);
	expect(&names, "18446744071578845184", EXIT_OK, 0xffffffff81000000, NULL);
	expect(&names, "ffffffff81000000", EXIT_USAGE, 0, "write 0xffffffff81000000");
	expect(&names, "ffffffff81000000+8", EXIT_USAGE, 0, "write 0xffffffff81000000");
	expect(&names, "facade00", EXIT_OK, 0xffffffff81004000, NULL);
	expect(&names, "0000000000001129", EXIT_USAGE, 0, "write 0x0000000000001129");
	expect(&names, "jiffies_64+0000000000001129", EXIT_USAGE, 0, "offset is ambiguous");
	names_free(&names);

	names_init(&names, v2p_kernel());
	strcpy(names.kallsyms, "fixtures/kallsyms-hidden");
	expect(&names, "jiffies_64", EXIT_TROUBLE, 0, "hides");
	expect(&names, "no_such", EXIT_USAGE, 0, "no such kernel symbol");
	names_free(&names);
	test_hidden("2\n", "sudo sysctl kernel.kptr_restrict=1");
	test_hidden("3\n", "sudo sysctl kernel.kptr_restrict=1");
	test_hidden("1\n", "CAP_SYSLOG");
	test_hidden("0\n", "CAP_SYSLOG");
	test_hidden("", "CAP_SYSLOG");

	names_init(&names, v2p_kernel());
	strcpy(names.kallsyms, "/dev/null");
	expect(&names, "jiffies_64", EXIT_TROUBLE, 0, "empty");
	names_free(&names);

	names_init(&names, v2p_kernel());
	strcpy(names.kallsyms, "fixtures/maps");
	expect(&names, "jiffies_64", EXIT_TROUBLE, 0, "cannot read");
	strcpy(names.kallsyms, "fixtures/absent");
	expect(&names, "jiffies_64", EXIT_TROUBLE, 0, "cannot read");
	names_free(&names);
}

static unsigned int loads;

/* CPUs 0, 1 and 3. */
static enum exit_status load_cpus(void *data, struct cpus *cpus, char problem[PROBLEM_SIZE])
{
	uint32_t i;

	loads++;
	if (data)
		return problem_is(problem, EXIT_TROUBLE, "no module");
	cpus->count = 3;
	cpus->list = calloc(cpus->count, sizeof(*cpus->list));
	for (i = 0; i < cpus->count; i++) {
		cpus->list[i].cpu = i == 2 ? 3 : i;
		/* From Linux 6.15 on they are differences, and may be so that the sum wraps. */
		cpus->list[i].offset = 0xffff888000000000 + (i << 16);
	}
	return EXIT_OK;
}

static void expect_place(struct names *names, const char *text, enum place_kind kind,
			 uint64_t address, size_t name_length)
{
	char problem[PROBLEM_SIZE] = "";
	struct place place;
	enum exit_status status = place_parse(text, names, &place, problem);

	if (status || place.kind != kind || place.address != address ||
	    place.name_length != name_length)
		printf("# status %d, kind %d, address %#llx, name of %zu, '%s'\n", status, place.kind,
		       (unsigned long long)place.address, place.name_length, problem);
	ok(!status && place.kind == kind && place.address == address &&
	   place.name_length == name_length, "'%s'", text);
}

static void names_of(struct names *names, const char *kallsyms)
{
	names_init(names, v2p_kernel());
	snprintf(names->kallsyms, sizeof(names->kallsyms), "fixtures/%s", kallsyms);
	names->load_cpus = load_cpus;
}

static void test_per_cpu(void)
{
	struct names names;

	loads = 0;
	names_of(&names, "kallsyms-per-cpu-offsets");
	expect_place(&names, "runqueues", PLACE_OF_EACH_CPU, 0x35e80, 9);
	expect_place(&names, "runqueues+0x10", PLACE_OF_EACH_CPU, 0x35e90, 9);
	expect_place(&names, "vmlinux:runqueues+8", PLACE_OF_EACH_CPU, 0x35e88, 17);
	expect_place(&names, "fixed_percpu_data", PLACE_OF_EACH_CPU, 0, 17);
	expect_place(&names, "static_percpu", PLACE_OF_EACH_CPU, 0x39000, 13);
	expect_place(&names, "some_module:its_other", PLACE_OF_EACH_CPU, 0x3a008, 21);
	expect_place(&names, "__per_cpu_end", PLACE_PLAIN, 0x39000, 13);
	expect_place(&names, "its_text+1", PLACE_PLAIN, 0xffffffffc069d011, 8);
	expect_place(&names, "__per_cpu_offset", PLACE_PLAIN, 0xffffffff98764e20, 16);
	expect_place(&names, "0x35e80", PLACE_PLAIN, 0x35e80, 0);
	ok(!loads, "till now nobody had to know the offsets");
	expect_place(&names, "runqueues@0", PLACE_OF_A_CPU, 0xffff888000035e80, 11);
	expect_place(&names, "runqueues@3+0x10", PLACE_OF_A_CPU, 0xffff888000055e90, 11);
	expect_place(&names, "some_module:static_percpu@1", PLACE_OF_A_CPU, 0xffff888000049000, 27);
	ok(loads == 1, "the offsets are asked for once");
	expect(&names, "runqueues@1", EXIT_OK, 0xffff888000045e80, NULL);
	expect(&names, "runqueues@0x1+8", EXIT_OK, 0xffff888000045e88, NULL);
	expect(&names, "runqueues", EXIT_USAGE, 0, "write runqueues@CPU");
	expect(&names, "runqueues+8", EXIT_USAGE, 0, "write runqueues@CPU+8");
	expect(&names, "runqueues@2", EXIT_USAGE, 0, "CPU 2 is not possible on this machine, the highest is 3");
	expect(&names, "runqueues@4294967296", EXIT_USAGE, 0, "CPU 4294967296 is not possible");
	expect(&names, "runqueues@", EXIT_USAGE, 0, "its CPU is not a number");
	expect(&names, "runqueues@-1", EXIT_USAGE, 0, "its CPU is negative");
	expect(&names, "runqueues+8@1", EXIT_USAGE, 0, "@CPU stands before it");
	expect(&names, "runqueues@1@1", EXIT_USAGE, 0, "its CPU is not a number");
	expect(&names, "runqueues@@1", EXIT_USAGE, 0, "its CPU is not a number");
	expect(&names, "jiffies_64@@0", EXIT_USAGE, 0, "jiffies_64 is not a per-CPU variable");
	expect(&names, "jiffies_64@0", EXIT_USAGE, 0, "jiffies_64 is not a per-CPU variable");
	expect(&names, "no_such@0", EXIT_USAGE, 0, "no_such: no such kernel symbol");
	expect(&names, "@0", EXIT_USAGE, 0, "no such kernel symbol");
	names_free(&names);

	names_of(&names, "kallsyms-per-cpu-in-init");
	expect_place(&names, "runqueues", PLACE_OF_EACH_CPU, 0xffffffffa8ef65c0, 9);
	expect_place(&names, "runqueues@1", PLACE_OF_A_CPU,
		     0xffffffffa8ef65c0 + 0xffff888000010000, 11);
	expect_place(&names, "static_percpu", PLACE_OF_EACH_CPU, 0xffffffffa8efa000, 13);
	expect_place(&names, "its_text", PLACE_PLAIN, 0xffffffffc080a010, 8);
	expect_place(&names, "__per_cpu_start", PLACE_OF_EACH_CPU, 0xffffffffa8ec4000, 15);
	names_free(&names);

	names_of(&names, "kallsyms-per-cpu-offsets");
	names.data = &names;
	expect_place(&names, "runqueues", PLACE_OF_EACH_CPU, 0x35e80, 9);
	expect(&names, "runqueues@0", EXIT_TROUBLE, 0, "no module");
	names_free(&names);
}

static void test_init(void)
{
	struct names names;

	names_of(&names, "kallsyms-per-cpu-offsets");
	expect_place(&names, "start_kernel", PLACE_FREED, 0xffffffff99516a80, 12);
	expect_place(&names, "start_kernel+4", PLACE_FREED, 0xffffffff99516a84, 12);
	expect_place(&names, "boot_command_line", PLACE_FREED, 0xffffffff995ab630, 17);
	expect_place(&names, "__per_cpu_load", PLACE_FREED, 0xffffffff994dd000, 14);
	expect_place(&names, "last_of_init", PLACE_FREED, 0xffffffff998cafff, 12);
	expect_place(&names, "__init_end", PLACE_PLAIN, 0xffffffff998cb000, 10);
	expect_place(&names, "_end", PLACE_PLAIN, 0xffffffff99e30000, 4);
	expect_place(&names, "_text", PLACE_PLAIN, 0xffffffff97200000, 5);
	expect_place(&names, "jiffies_64", PLACE_PLAIN, 0xffffffff99016a80, 10);
	expect_place(&names, "0xffffffff99516a80", PLACE_PLAIN, 0xffffffff99516a80, 0);
	expect(&names, "start_kernel", EXIT_USAGE, 0,
	       "init, freed: to see who has that memory now, write 0xffffffff99516a80");
	expect(&names, "start_kernel@0", EXIT_USAGE, 0, "not a per-CPU variable");
	names_free(&names);

	names_of(&names, "kallsyms-per-cpu-in-init");
	expect_place(&names, "start_kernel", PLACE_FREED, 0xffffffffa8aaca70, 12);
	expect_place(&names, "boot_command_line", PLACE_FREED, 0xffffffffa8b4a900, 17);
	expect_place(&names, "__start_runtime_shift_d_hash_shift", PLACE_FREED,
		     0xffffffffa8efa000, 34);
	expect_place(&names, "orc_lookup_end", PLACE_PLAIN, 0xffffffffa8aabb28, 14);
	expect_place(&names, "in_suspend", PLACE_PLAIN, 0xffffffffa8efb000, 10);
	names_free(&names);

	/* A kernel that lists no data. */
	names_of(&names, "kallsyms-text-alone");
	expect_place(&names, "start_kernel", PLACE_FREED, 0xffff800081000a70, 12);
	expect_place(&names, "_einittext", PLACE_PLAIN, 0xffff800081044454, 10);
	names_free(&names);
}

static void test_mappings(void)
{
	const struct maps *maps;
	struct names names;

	names_init(&names, v2p_pid(1234));
	ok(!strcmp(names.mappings, "/proc/1234/maps"), "mappings are the process's");
	strcpy(names.mappings, "fixtures/maps");
	expect(&names, "[heap]", EXIT_OK, 0x55d0c2f3a000, NULL);
	expect(&names, "[stack]+0x1000", EXIT_OK, 0x7ffd5c285000, NULL);
	expect(&names, "libc.so.6", EXIT_OK, 0x7f12ab000000, NULL);
	expect(&names, "libc.so.6+4096", EXIT_OK, 0x7f12ab001000, NULL);
	expect(&names, "/usr/bin/bash", EXIT_OK, 0x55d0c1a00000, NULL);
	expect(&names, "bash+1", EXIT_OK, 0x55d0c1a00001, NULL);
	expect(&names, "libstdc++.so.6", EXIT_OK, 0x7f12aa000000, NULL);
	expect(&names, "libstdc++.so.6+2", EXIT_OK, 0x7f12aa000002, NULL);
	expect(&names, "old+new", EXIT_OK, 0x7f12ad000000, NULL);
	expect(&names, "/tmp/old+new+1", EXIT_OK, 0x7f12ad000001, NULL);
	expect(&names, "old+new (deleted)", EXIT_USAGE, 0, "offset");
	expect(&names, "/tmp/old+new (deleted)", EXIT_OK, 0x7f12ad000000, NULL);
	expect(&names, "memfd:some name", EXIT_OK, 0x7f12ac000000, NULL);
	expect(&names, "[anon:glibc: malloc arena]", EXIT_OK, 0x7f12a9000000, NULL);
	expect(&names, "[vsyscall]", EXIT_USAGE, 0, "ask with --kernel 0xffffffffff600000");
	expect(&names, "[vsyscall]+0xfff", EXIT_USAGE, 0, "[vsyscall] is in the kernel's half");
	expect(&names, "[stack]+0xffffffffffffffff", EXIT_USAGE, 0, "larger than 64 bits");
	expect(&names, "[anon]", EXIT_OK, 0x7f12a8000000, NULL);
	expect(&names, "[anon]+0x10", EXIT_OK, 0x7f12a8000010, NULL);
	ok(!names.note_count, "no note where the name is no other's");
	expect(&names, "libc.so", EXIT_USAGE, 0, "no such mapping");
	expect(&names, "ibc.so.6", EXIT_USAGE, 0, "no such mapping");
	expect(&names, "heap", EXIT_USAGE, 0, "no such mapping");
	expect(&names, "[heap]+1z", EXIT_USAGE, 0, "offset");
	expect(&names, "jiffies_64", EXIT_USAGE, 0, "no such mapping");
	expect(&names, "7f12ab000000", EXIT_USAGE, 0, "write 0x7f12ab000000");
	expect(&names, "f7d00000", EXIT_USAGE, 0, "write 0xf7d00000");
	expect(&names, "555555554000", EXIT_USAGE, 0,
	       "write 0x555555554000, or 0x8159b102d0 if it is decimal");
	expect(&names, "93824992231424", EXIT_USAGE, 0, "or 0x555555554000 if it is decimal");

	ok(!names_maps(&names, &maps) && maps->count == 12, "every line is a mapping");
	same_text(maps_name_at(maps, 0x55d0c2f3a000), "[heap]", "name at the first byte");
	same_text(maps_name_at(maps, 0x55d0c30dbfff), "[heap]", "name at the last byte");
	same_text(maps_name_at(maps, 0x55d0c30dc000), NULL, "no name behind it");
	same_text(maps_name_at(maps, 0), NULL, "no name at 0");
	same_text(maps_name_at(maps, UINT64_MAX), NULL, "no name at the end");
	same_text(maps_name_at(maps, 0x7f12a8000fff), "[anon]", "a mapping without a name");
	same_text(maps_name_at(maps, 0x7f12ac000000), "/memfd:some name (deleted)",
		  "a name with blanks");
	names_free(&names);

	names_init(&names, v2p_pid(1234));
	strcpy(names.mappings, "/dev/null");
	strcpy(names.threads, "fixtures/absent");
	expect(&names, "[heap]", EXIT_TROUBLE, 0, "kernel thread");
	names_free(&names);

	names_init(&names, v2p_pid(1234));
	strcpy(names.mappings, "fixtures/absent");
	expect(&names, "[heap]", EXIT_TROUBLE, 0, "no such process");
	strcpy(names.mappings, "fixtures/kallsyms");
	expect(&names, "[heap]", EXIT_TROUBLE, 0, "cannot read");
	names_free(&names);
}

static void *stay(void *unused)
{
	pause();
	return unused;
}

/* The letter of its first thread in /proc/PID/stat. */
static char state_of(pid_t pid)
{
	char path[64], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return state;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state;
}

static void wait_for_state(pid_t pid, char state)
{
	int i;

	for (i = 0; i < 1000 && state_of(pid) != state; i++)
		usleep(10000);
}

static uint64_t vdso_of(const char *path)
{
	const struct mapping *mapping;
	struct maps maps;
	uint64_t start = 0;

	if (maps_load(&maps, path))
		return 0;
	mapping = maps_next(&maps, "[vdso]", NULL);
	if (mapping)
		start = mapping->start;
	maps_free(&maps);
	return start;
}

/* A process whose first thread has exited, and then the others, too. */
static void test_first_thread_exited(void)
{
	uint64_t vdso = vdso_of("/proc/self/maps");
	const struct maps *maps;
	struct names names;
	pthread_t thread;
	pid_t pid = fork();

	if (!pid) {
		if (pthread_create(&thread, NULL, stay, NULL))
			_exit(1);
		pthread_exit(NULL);
	}
	wait_for_state(pid, 'Z');
	ok(state_of(pid) == 'Z' && vdso, "the first thread has exited");
	names_init(&names, v2p_pid(pid));
	expect(&names, "[vdso]", EXIT_OK, vdso, NULL);
	ok(!names_maps(&names, &maps) && maps_name_at(maps, vdso), "what lies where is known");
	names_free(&names);

	kill(pid, SIGKILL);
	waitid(P_PID, pid, NULL, WEXITED | WNOWAIT);
	names_init(&names, v2p_pid(pid));
	expect(&names, "[vdso]", EXIT_TROUBLE, 0, "has exited");
	names_free(&names);
	waitpid(pid, NULL, 0);
	names_init(&names, v2p_pid(pid));
	expect(&names, "[vdso]", EXIT_TROUBLE, 0, "no such process");
	names_free(&names);
}

int main(void)
{
	test_numbers();
	test_symbols();
	test_per_cpu();
	test_init();
	test_mappings();
	test_first_thread_exited();
	return tap_end();
}
