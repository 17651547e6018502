#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What v2p-query makes of symbols of a process: of a program and libraries that are built here,
and that tell themselves where all of it is."""
import contextlib
import ctypes.util
import json
import mmap
import os
import random
import shutil
import socket
import subprocess
import tempfile

from command import ENVIRONMENT, PID, main, ok, refused, run, skip

CC = os.environ.get("CC", "cc")

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern int in_both(void), of_the_other(void);
extern void *of_library(int which);
int counter[10] = { 1 }, zeroed[5000];
__thread int of_a_thread;
__attribute__((noinline)) static int twice(void) { return counter[0]; }
__attribute__((noinline)) static int helper(void) { return twice() + of_a_thread; }
extern char label[], behind_label[];
__asm__(".text\n.globl label\nlabel:\n.byte 0xc3, 0xc3, 0xc3, 0xc3\n"
	".globl behind_label\n.type behind_label, @function\nbehind_label:\n.byte 0xc3\n"
	".size behind_label, 1\n.skip 64, 0x90\n");

int main(void)
{
	char byte;

#define TELL(name, where) printf("%s %p\n", name, (void *)(where))
	TELL("main", main);
	TELL("helper", helper);
	TELL("counter", counter);
	TELL("zeroed", zeroed);
	TELL("stdout", &stdout);
	TELL("label", label);
	TELL("behind_label", behind_label);
	TELL("malloc", of_library(0));
	TELL("exported", of_library(1));
	TELL("versioned", of_library(2));
	TELL("versioned@OLD", of_library(3));
	TELL("hidden", of_library(4));
	printf("end %d\n", in_both() + of_the_other() + helper());
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}
"""
OTHER_UNIT = """
__attribute__((noinline)) static int twice(void) { return 2; }
int of_the_other(void) { return twice(); }
"""
LIBRARY = r"""
#include <stdlib.h>

static __attribute__((noinline)) int hidden(void) { return 1; }
int exported(void) { return hidden(); }
int in_both(void) { return 1; }
int old(void) { return 2; }
int new(void) { return 3; }
__asm__(".symver old, versioned@OLD");
__asm__(".symver new, versioned@@NEW");
/* Of others, a program that is not moved may take what it calls them by for their address. */
void *of_library(int which)
{
	void *const places[] = { malloc, exported, new, old, hidden };

	return places[which];
}
"""
# In the place of libdw, it says what it may do.
SPY = r"""
#include <stdio.h>
#include <stdlib.h>

void *dwfl_begin(void)
{
	char line[256];
	FILE *status = fopen("/proc/self/status", "r");

	while (status && fgets(line, sizeof(line), status))
		fputs(line, stderr);
	return NULL;
}
#define STUB(name) void name(void) { abort(); }
STUB(dwfl_standard_find_debuginfo) STUB(dwfl_report_elf) STUB(dwfl_report_end)
STUB(dwfl_module_getelf) STUB(dwfl_module_getsymtab) STUB(dwfl_module_getsym_info)
STUB(elf_nextscn) STUB(elf_getscn) STUB(elf_getdata) STUB(elf_strptr) STUB(elf_getphdrnum)
STUB(gelf_getphdr) STUB(gelf_getshdr) STUB(gelf_getsym) STUB(gelf_getversym)
STUB(gelf_getverdef) STUB(gelf_getverdaux)
"""
SECOND = "int in_both(void) { return 4; }\nint of_second(void) { return 5; }\n"
VERSIONS = """
OLD { global: versioned; };
NEW { global: versioned; exported; in_both; of_library; local: *; } OLD;
"""


def build(folder):
    """The program as it is usual, one that stays where it was linked to, and one without names."""
    for name, text in (("program.c", PROGRAM), ("other.c", OTHER_UNIT), ("library.c", LIBRARY),
                       ("second.c", SECOND), ("versions", VERSIONS)):
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def compile_(*arguments):
        subprocess.run([CC, "-O1", *arguments], cwd=folder, check=True)
    compile_("-shared", "-fPIC", "-Wl,--version-script=versions", "library.c", "-o", "libfirst.so")
    compile_("-shared", "-fPIC", "second.c", "-o", "libsecond.so.1")
    sources = ("program.c", "other.c", "libfirst.so", "-Wl,--no-as-needed", "libsecond.so.1",
               "-Wl,-rpath,$ORIGIN")
    compile_(*sources, "-fPIE", "-pie", "-o", "moved")
    compile_(*sources, "-fno-pie", "-no-pie", "-o", "fixed")
    compile_(*sources, "-fPIE", "-pie", "-s", "-o", "stripped")


@contextlib.contextmanager
def running(path):
    """Its pid, and where it has what."""
    with subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        where = {}
        for line in process.stdout:
            name, address = line.split()
            if name == "end":
                break
            where[name] = int(address, 16)
        try:
            yield process.pid, where
        finally:
            process.stdin.close()
            process.wait()


def translations(*arguments, **options):
    done = run(*arguments, "-j", **options)
    if not done.stdout:
        ok(False, " ".join(map(str, arguments)), done)
        return [{"virtual": "0x0"}] * len(arguments)
    return json.loads(done.stdout)["translations"]


def addresses(*arguments, **options):
    return [int(row["virtual"], 16) for row in translations(*arguments, **options)]


def check_names(folder, program):
    with running(f"{folder}/{program}") as (pid, where):
        names = [name for name in where if name not in ("versioned@OLD", "hidden")]
        ok(addresses("--pid", pid, *names) == [where[name] for name in names],
           f"{program}: each name is where the program has it")
        rows = translations("--pid", pid, "main+0x10", "libfirst.so:versioned@OLD",
                            "libfirst.so:hidden+1", "hidden", f"{program}:counter",
                            f"{folder}/libfirst.so:exported")
        ok([int(row["virtual"], 16) for row in rows] ==
           [where["main"] + 16, where["versioned@OLD"], where["hidden"] + 1, where["hidden"],
            where["counter"], where["exported"]], f"{program}: by file, version and offset", rows)
        ok(rows[0]["symbol"] == "main+0x10" and rows[0]["mapping"] == f"{folder}/{program}",
           f"{program}: JSON has the name that was given", rows[0])
        both = addresses("--pid", pid, "libfirst.so:in_both", "libsecond.so.1:in_both")
        refused(2, "2 symbols have this name: write lib", "--pid", pid, "in_both")
        ok(both[0] != both[1], f"{program}: each library has its own")
        own, first = addresses("--pid", pid, "stdout", "libc.so.6:stdout")
        ok(own == where["stdout"] and own != first, f"{program}: its own copy comes first")
        done = run("--pid", pid, "twice")
        numbers = [int(word.strip(",;"), 16) for word in done.stderr.split()
                   if word.startswith("0x")]
        ok(done.returncode == 2 and len(numbers) == 2 and "write 0x" in done.stderr,
           f"{program}: two of one name are told", done)
        refused(2, "each thread has a variable", "--pid", pid, "of_a_thread")


def check_near(folder, program):
    with running(f"{folder}/{program}") as (pid, where):
        def near(*wanted):
            rows = translations("--pid", pid, "--symbols", *map(hex, wanted))
            return [row.get("symbol") for row in rows]
        wanted = {
            where["main"] + 3: f"{program}:main+0x3", where["helper"]: f"{program}:helper",
            where["counter"] + 39: f"{program}:counter+0x27",
            where["zeroed"] + 19999: f"{program}:zeroed+0x4e1f",
            where["hidden"]: "libfirst.so:hidden",
            where["versioned@OLD"]: "libfirst.so:versioned@OLD",
            where["versioned"]: "libfirst.so:versioned",
            where["malloc"] + 1: "libc.so.6:malloc+0x1",
            where["label"] + 3: f"{program}:label+0x3",
            where["behind_label"]: f"{program}:behind_label",
            where["behind_label"] + 1: None,
        }
        found = near(*wanted)
        ok(found == list(wanted.values()), f"{program}: what addresses are in", found)
        given = [name for name in found if name]
        ok(addresses("--pid", pid, *given) == [at for at, name in wanted.items() if name],
           f"{program}: and that leads back")


def test_names():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        for program in ("moved", "fixed"):
            check_names(folder, program)
            check_near(folder, program)


def test_shown():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        with running(f"{folder}/moved") as (pid, where):
            at = hex(where["main"] + 3)
            done = run("--pid", pid, at)
            ok(done.stdout.split()[-1] == f"{folder}/moved", "MAPPING is the mapping", done)
            done = run("--pid", pid, "--symbols", at, "main", "[stack]")
            last = [line.split()[-1] for line in done.stdout.splitlines()]
            ok(last == ["MAPPING", "moved:main+0x3", "main", "[stack]"],
               "or the symbol, with --symbols or where it was given", done)
            done = run("--pid", pid, "--symbols", "-o", "virtual,symbol", at)
            ok(done.stdout.split()[-2:] == [at, "moved:main+0x3"], "a column of its own", done)
            done = run("walk", "--pid", pid, "--symbols", at)
            ok(f", moved:main+0x3, in {folder}/moved" in done.stdout, "a walk", done)
            done = run("--pid", pid, "--json-lines", "--symbols", "-",
                       given=f"{at}\nmain\n" * 50)
            rows = [json.loads(line)["symbol"] for line in done.stdout.splitlines()]
            ok(rows == ["moved:main+0x3", "main"] * 50, "a stream", done)
            ok("symbol" not in translations("--pid", pid, at)[0], "not where nobody asked")
            refused(2, "--symbols cannot be used with --quiet", "--pid", pid, "-q", "--symbols", at)


def test_ranges():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        with running(f"{folder}/moved") as (pid, where):
            def length(*arguments):
                done = run("contiguous", "--pid", pid, *arguments, "-j", fake="maps")
                found = json.loads(done.stdout)["ranges"][0] if done.stdout else {}
                return found.get("virtual"), found.get("length"), done
            for text, size in (("zeroed", 20000), ("counter+8", 8), ("counter-counter+24", 24),
                               ("moved:counter-moved:counter+0x28", 40)):
                start, bytes_, done = length(text)
                ok(start == hex(where[text.split("-")[0].split("+")[0].split(":")[-1]])
                   and bytes_ == size, f"a range: {text}", done)
            refused(2, "a symbol's size is not known: write label+LENGTH", "extents", "--pid", pid,
                    "label")
            refused(2, "--every is for mappings", "extents", "--pid", pid, "--range", "main",
                    "--every")


def test_meaning_stays():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        shutil.copy(f"{folder}/moved", f"{folder}/counter")
        with running(f"{folder}/counter") as (pid, where):
            with open(f"/proc/{pid}/maps", encoding="utf-8") as file:
                start = int(file.readline().split("-")[0], 16)
            ok(addresses("--pid", pid, "counter", "counter+8", "counter:counter", "4096") ==
               [start, start + 8, where["counter"], 4096],
               "the name of a mapping comes before a symbol, and a number is one")
            # Whoever has no symbols can do what could be done without them.
            os.mkdir(f"{folder}/none")
            with open(f"{folder}/none/libdw.so.1", "w", encoding="ascii"):
                pass
            extra = {"LD_LIBRARY_PATH": f"{folder}/none:" + ENVIRONMENT["LD_LIBRARY_PATH"]}
            ok(addresses("--pid", pid, "libfirst.so+8", "[stack]+8", "counter", extra=extra)[2] ==
               start, "names of mappings need no libdw")
            refused(3, "main: no such mapping, and symbols need libdw: install libdw1", "--pid",
                    pid, "main", extra=extra)
            done = run("--pid", pid, "--symbols", hex(where["main"]), hex(where["counter"]),
                       extra=extra)
            ok(done.stdout.split()[-1] == f"{folder}/counter" and done.stderr.count("\n") == 1 and
               "need libdw: install libdw1" in done.stderr, "--symbols says once what lacks", done)
        refused(2, "no such mapping, nor such a symbol;", "--pid", PID, "no_such_name")
        refused(2, "no such mapping;", "--pid", PID, "no-such-name")
        refused(2, "no program or library", "--pid", PID, "[stack]:main")
        refused(2, "no such symbol;", "--pid", PID, "libc.so.6:no_such_name")


def test_stripped():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        with running(f"{folder}/stripped") as (pid, where):
            refused(2, "; stripped is stripped, and tells only what it exports", "--pid", pid,
                    "main")
            refused(2, "; stripped is stripped", "--pid", pid, "stripped:helper")
            ok(addresses("--pid", pid, "stdout", "exported", "libfirst.so:hidden") ==
               [where["stdout"], where["exported"], where["hidden"]],
               "what it exports is there, and all of what is not")
            row, = translations("--pid", pid, "--symbols", hex(where["main"] + 1))
            ok("symbol" not in row, "nothing is guessed", row)


def test_replaced():
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        shutil.copy(f"{folder}/moved", f"{folder}/running")
        with running(f"{folder}/running") as (pid, where):
            os.rename(f"{folder}/fixed", f"{folder}/running")
            done = run("--pid", pid, "-j", "main")
            if os.geteuid():
                ok(done.returncode == 2 and "cannot be read" in done.stderr,
                   "another file by that name is not taken", done)
            else:
                ok(int(json.loads(done.stdout)["translations"][0]["virtual"], 16) == where["main"],
                   "a file that is gone is the one that is read", done)


def test_servers():
    if not ctypes.util.find_library("debuginfod"):
        skip("no server is asked", "libdw has nothing here to ask one with")
        return
    with tempfile.TemporaryDirectory() as folder, socket.socket() as server:
        build(folder)
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.setblocking(False)
        with running(f"{folder}/stripped") as (pid, _):
            run("--pid", pid, "main", extra={
                "DEBUGINFOD_URLS": f"http://127.0.0.1:{server.getsockname()[1]}",
                "DEBUGINFOD_TIMEOUT": "1"})
        asked = True
        try:
            server.accept()[0].close()
        except BlockingIOError:
            asked = False
        ok(not asked, "no server is asked for symbols")


def test_rights():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with open(f"{folder}/spy.c", "w", encoding="ascii") as file:
            file.write(SPY)
        subprocess.run([CC, "-shared", "-fPIC", "spy.c", "-o", "libdw.so.1"], cwd=folder,
                       check=True)
        done = run("--pid", PID, "main",
                   extra={"LD_LIBRARY_PATH": f"{folder}:" + ENVIRONMENT["LD_LIBRARY_PATH"]})
        said = dict(line.split(":\t") for line in done.stderr.splitlines() if ":\t" in line)
        ok(int(said.get("CapEff", "1"), 16) == int(said.get("CapPrm", "1"), 16) == 0 and
           said.get("NoNewPrivs") == "1", "who reads a file has no capabilities", done)
        if os.geteuid():
            skip("nor is it root", "this is not root")
        else:
            ok(said.get("Uid", "0").split() == ["65534"] * 4 and not said.get("Groups", "0").strip(),
               "nor is it root", done)
        ok(done.returncode == 2 and "cannot be read" in done.stderr.splitlines()[-1],
           "what it could not read is told", done)


def test_broken():
    """Files that somebody made to be read: none does more than to be refused, or to be told of."""
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        with open(f"{folder}/libfirst.so", "rb") as file:
            good = file.read()
        calm, path = 0, f"{folder}/broken"
        broken = [b"not an ELF file" * 400, good[:64], good[:1000], good[:len(good) // 2]]
        for _ in range(60):
            bad = bytearray(good)
            for _ in range(chance.randrange(1, 40)):
                # Mostly in what the others are found by.
                end = chance.choice((64, 1024, len(bad)))
                start = chance.choice((0, len(bad) - 2500))
                bad[min(start + chance.randrange(end), len(bad) - 1)] = chance.randrange(256)
            broken.append(bytes(bad))
        for content in broken:
            with open(path, "wb") as file:
                file.write(content)
            with open(path, "rb") as file, mmap.mmap(
                    file.fileno(), 0, flags=mmap.MAP_PRIVATE,
                    prot=mmap.PROT_READ | mmap.PROT_EXEC):
                done = run("--pid", PID, "broken:exported")
            os.unlink(path)
            calm += done.returncode in (0, 1, 2) and done.stderr.count("\n") <= 1
        ok(calm == len(broken), f"{len(broken)} broken files", calm)


main(test_names, test_shown, test_ranges, test_meaning_stays, test_stripped, test_replaced,
     test_servers, test_rights, test_broken)
