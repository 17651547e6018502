#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query as users meet it, against the fake kernel: words, statuses, streams."""
import json
import os
import re
import select
import subprocess
import sys
import time

from command import (BUILD, COMMAND, LIMIT, PEAK, PID, Sleeper, environment, main, ok, peak,
                     refused, run, skip)

# The fake kernel's pages, by bits 40 to 43 of an address.
MAPPED, NONE, SWAPPED, MIGRATING = 0x1234, 1 << 40 | 0x5678, 2 << 40 | 0x9000, 3 << 40 | 0xa000
POISONED, GUARD, HUGE, INVALID = 4 << 40 | 0xb000, 5 << 40 | 0xc000, 1 << 39 | 0x123456, 1 << 62


def hexes(*addresses):
    return [hex(address) for address in addresses]


def physical(address):
    """What the fake kernel answers; said again here, so that the two are compared."""
    inside = (1 << (21 if address >> 39 & 1 else 12)) - 1
    return (((address >> 12) * 0x9e3779b1 & 0xffffffe00) << 12) | (address & inside)


def test_foreign_proc():
    """A pid namespace that was entered with the /proc of another."""
    name = "a mapping of process 1, whose /proc is another's"
    inside = ["unshare", "--pid", "--fork"]
    if os.geteuid():
        skip(name, "only root can enter a pid namespace")
        skip("the number alone", "only root can enter a pid namespace")
        return
    done = run("--pid", 1, "[stack]", before=inside)
    ok(done.returncode == 3 and not done.stdout and "another pid namespace" in done.stderr,
       name, done)
    done = run("--pid", 1, "-j", f"{MAPPED:#x}", before=inside)
    document = json.loads(done.stdout)
    ok(done.returncode == 0 and "comm" not in document["target"] and
       "mapping" not in document["translations"][0], "the number alone", done)
    ok(done.stderr.count("\n") == 1 and "pid namespace: no names are shown" in done.stderr,
       "and why it is alone", done)
    done = run("--pid", 1, "-q", f"{MAPPED:#x}", before=inside)
    ok(done.returncode == 0 and not done.stderr, "not where no name is wanted", done)


def test_unreadable_maps():
    """Who may ask the module need not be one who may read maps."""
    if os.geteuid():
        skip("maps that cannot be read", "only root can become somebody else")
        return
    # On newer kernels CAP_PERFMON or CAP_SYS_ADMIN will do.
    few = "-sys_ptrace,-sys_admin,-perfmon"
    asker = ["setpriv", "--bounding-set", few, "--inh-caps", few]
    with subprocess.Popen(["setpriv", "--reuid", "65534", "--clear-groups", "cat"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as other:
        other.stdin.write(b"?")
        other.stdout.read(1)
        for arguments, words in (
                ((hex(MAPPED),), "no names are shown"), (("-j", hex(MAPPED)), "no names are shown"),
                (("--walk", hex(MAPPED)), "no names are shown"), (("--all",), "no names are shown"),
                (("--all", "--json-lines"), "no names are shown"),
                (("--summary",), "sizes are those of extents alone"),
                (("--summary", "-j"), "sizes are those of extents alone"),
                (("--all", "-q"), None), (("-q", hex(MAPPED)), None)):
            done = run("--pid", other.pid, *arguments, before=asker, fake="few")
            said = (f"v2p-query: cannot read the mappings of process {other.pid}: Permission "
                    f"denied, CAP_SYS_PTRACE is missing: ")
            ok(done.returncode == 0 and done.stdout and
               (done.stderr.startswith(said) and done.stderr.endswith(f"{words}\n") and
                done.stderr.count("\n") == 1 if words else not done.stderr),
               f"maps that cannot be read: {' '.join(arguments)}", done)
        done = run("--pid", other.pid, "-", before=asker, given=f"{MAPPED:#x}\n" * 3)
        ok(done.returncode == 0 and done.stderr.count("\n") == 1, "once for a stream", done)
        done = run("--pid", other.pid, "-j", hex(MAPPED), before=asker, fake="gone")
        ok(done.returncode == 3 and done.stderr.count("\n") == 1 and "no such" in done.stderr,
           "not behind an error", done)
        other.stdin.close()


def test_trouble():
    refused(3, "not loaded: sudo modprobe v2p, or sudo insmod v2p.ko", "--kernel", "1",
            fake="absent")
    refused(3, "not loaded", "--info", fake="absent")
    refused(3, "not loaded", "--kernel", "-", fake="absent", given="1\n")
    refused(3, "CAP_SYS_ADMIN", "--kernel", "1", fake="denied")
    refused(3, "CAP_SYS_ADMIN", "--walk", "--kernel", "1", fake="denied")
    refused(3, "CAP_SYS_ADMIN", "-j", "--kernel", "-", fake="denied", given="1\n")
    refused(3, "process 4711: no such process", "--pid", "4711", "1", fake="gone")
    refused(3, f"process {PID}: a kernel thread", "--pid", PID, "1", fake="thread")
    refused(3, "load a newer one", "--walk", "--kernel", "1", fake="old")
    refused(3, "no answer", "--kernel", "1", fake="silent")
    refused(3, "no such process", "--pid", "2147483647", "[heap]")
    # Not one of many walks is shown where another one fails.
    refused(3, "has ended", "--walk", "--pid", PID, "1", "2", "3", fake="dies")

    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    refused(3, "exited", "--pid", child.pid, "[heap]", name="a mapping of a zombie")
    child.wait()

    done = run("--info", fake=None)
    if done.returncode == 0:
        skip("without the module", "it is loaded here")
    else:
        ok(done.returncode == 3 and "insmod v2p.ko" in done.stderr
           and done.stderr.count("\n") == 1, "without the module, for real", done)


def test_output_errors():
    with open("/dev/full", "w", encoding="ascii") as full:
        for arguments in (("--help",), ("--version",), ("--info",), ("--info", "-j"),
                          ("--kernel", "1"), ("--kernel", "-q", "1"), ("--kernel", "-j", "1"),
                          ("--kernel", "--walk", "1")):
            done = run(*arguments, stdout=full)
            ok(done.returncode == 3 and "No space left" in done.stderr
               and done.stderr.count("\n") == 1, f"{' '.join(arguments)} on a full disk", done)
        done = run("--kernel", "-", given="1\n" * 1000000, stdout=full)
        ok(done.returncode == 3 and "No space left" in done.stderr
           and done.stderr.count("\n") == 1, "a stream on a full disk", done)
    for arguments in (("--help",), ("--info",), ("--kernel", "1")):
        done = run(*arguments, preexec_fn=lambda: os.close(1))
        ok(done.returncode == 3 and "closed" in done.stderr and done.stderr.count("\n") == 1,
           f"{' '.join(arguments)} with standard output closed", done)
    done = run("--kernel", "-q", 1, preexec_fn=lambda: (os.close(0), os.close(2)))
    ok(done.returncode == 0 and done.stdout == f"{physical(1):#x}\n",
       "standard input and error closed", done)
    done = run("--kernel", "-", preexec_fn=lambda: os.close(0))
    ok(done.returncode == 3 and "cannot read" in done.stderr, "a stream from a closed input", done)
    reader, writer = os.pipe()
    os.close(reader)
    done = run("--kernel", "1", stdout=writer)
    os.close(writer)
    ok(done.returncode == 3 and not done.stderr, "a reader that has gone", done)


def test_plain():
    done = run("--help")
    ok(done.returncode == 0 and done.stdout.startswith("Usage:") and not done.stderr and
       all(len(line) <= 80 for line in done.stdout.splitlines()), "--help", done)
    done = run("--kernel", "-q", MAPPED, hex(HUGE), "0xffff800000000000")
    ok(done.returncode == 0 and done.stdout.split() ==
       [hex(physical(a)) for a in (MAPPED, HUGE, 0xffff800000000000)], "-q, decimal and hex", done)
    for unmapped in (NONE, SWAPPED, MIGRATING, POISONED, GUARD, INVALID):
        done = run("--kernel", "-q", hex(unmapped), MAPPED)
        ok(done.returncode == 1 and done.stdout == f"-\n{physical(MAPPED):#x}\n"
           and not done.stderr, f"-q, no page at {unmapped:#x}", done)
    for order in ((MAPPED, "--kernel", "-q", hex(HUGE)),
                  ("-q", "--kernel", "--", MAPPED, hex(HUGE)),
                  (MAPPED, hex(HUGE), "-q", "--kernel")):
        done = run(*order)
        ok(done.stdout == f"{physical(MAPPED):#x}\n{physical(HUGE):#x}\n",
           "options before and behind: " + " ".join(map(str, order)), done)
    done = run("-q", MAPPED, "--kernel", hex(HUGE), extra={"POSIXLY_CORRECT": "1"})
    ok(done.returncode == 0 and done.stdout.count("\n") == 2, "also with POSIXLY_CORRECT", done)


def test_table():
    addresses = (MAPPED, HUGE, NONE, SWAPPED, MIGRATING, POISONED, INVALID, 0xffffffffff600000)
    done = run("--pid", PID, *hexes(*addresses))
    lines = done.stdout.splitlines()
    ok(done.returncode == 1 and len(lines) == 1 + len(addresses), "a row for each address", done)
    ok(lines[0].split() == ["VIRTUAL", "PHYSICAL", "SIZE", "LEVEL", "FLAGS", "MAPPING"],
       "a heading", done)
    starts = [match.start() for match in re.finditer(r"\S+", lines[0])]
    # What is longer moves the next one: FLAGS with a place in swap, an address of the kernel.
    ok(all(line[start - 1] == " " != line[start] for line in lines[1:] if line[14] == " "
           for start in starts[1:-1 if "=" in line else None]),
       "columns stand below each other", done.stdout)
    rows = [line.split() for line in lines[1:]]
    ok([row[:4] for row in rows[:2]] ==
       [[hex(MAPPED), hex(physical(MAPPED)), "4K", "pte"],
        [hex(HUGE), hex(physical(HUGE)), "2M", "pmd"]], "mapped", done.stdout)
    ok(rows[2][1:4] == ["none", "-", "pte"], "none", done.stdout)
    ok(rows[3][1] == "swapped" and re.fullmatch(r"area=3(\(.*\))?,page=0x9", rows[3][4]), "swapped", done.stdout)
    ok(rows[4][1] == "migrating" and rows[4][4] == "frame=0xa", "migrating", done.stdout)
    ok(rows[5][1] == "poisoned" and rows[5][4] == "frame=0xb", "poisoned", done.stdout)
    ok(rows[6][1:4] == ["invalid", "-", "-"], "invalid", done.stdout)
    done = run("--pid", PID, "[stack]+8")
    ok(done.stdout.splitlines()[1].endswith("  [stack]"), "the mapping is named", done)
    done = run("--kernel", MAPPED)
    ok("MAPPING" not in done.stdout and len(done.stdout.splitlines()) == 2 and
       done.stdout.splitlines()[1].endswith("  -"), "the kernel has no mappings", done)


def test_json():
    addresses = (MAPPED, HUGE, NONE, SWAPPED, POISONED, INVALID)
    done = run("--pid", PID, "-j", *hexes(*addresses))
    document = json.loads(done.stdout)
    with open(f"/proc/{PID}/comm", encoding="utf-8") as file:
        comm = file.read().rstrip("\n")
    ok(done.returncode == 1 and done.stdout.count("\n") == 1, "one line of JSON", done)
    ok(document["target"] == {"pid": int(PID), "comm": comm}, "target: a process", document)
    rows = document["translations"]
    ok([row["virtual"] for row in rows] == [hex(a) for a in addresses], "virtual", rows)
    ok([row["status"] for row in rows] ==
       ["mapped", "mapped", "none", "swapped", "poisoned", "invalid"], "status", rows)
    ok([row.get("physical") for row in rows] ==
       [hex(physical(MAPPED)), hex(physical(HUGE))] + 4 * [None], "physical", rows)
    ok([row.get("page_size") for row in rows] == [4096, 2097152] + 4 * [None], "page_size", rows)
    ok([row.get("level") for row in rows] == ["pte", "pmd", "pte", "pte", "pte", None],
       "level", rows)
    ok([row.get("entry") for row in rows[:2]] ==
       [hex(a * 0x9e3779b97f4a7c15 % (1 << 64)) for a in (MAPPED, HUGE)] and
       "entry" not in rows[5], "entry", rows)
    ok(rows[3].get("swap") == {"type": 3, "offset": "0x9"} and
       sum("swap" in row for row in rows) == 1, "swap", rows)
    ok(rows[4].get("frame_physical") == "0xb000" and
       sum("frame_physical" in row for row in rows) == 1, "frame_physical", rows)
    ok(rows[0]["flags"] == ["present"] and rows[2]["flags"] == [], "flags", rows)
    typed = 0x1234 | 3 << 13 | 4 << 15
    done = run("--pid", PID, "-j", MAPPED, hex(typed), hex(SWAPPED))
    kinds = json.loads(done.stdout)["translations"]
    ok([row.get("memory_type") for row in kinds] == [None, "wt", None] and
       [row.get("protection_key") for row in kinds] == [0, 4, None],
       "memory_type and protection_key", kinds)
    done = run("--pid", PID, hex(typed))
    ok(" pwu-----,wt,pkey=4 " in done.stdout, "in the table they stand among the flags",
       done)
    done = run("--pid", PID, "--walk", hex(typed))
    ok(" wt pkey=4\n" in done.stdout and done.stdout.count("wt") == 1, "in a walk, of the page",
       done)
    ok(not any("mapping" in row for row in rows), "no mapping where there is none", rows)

    done = run("--pid", PID, "-j", "[stack]")
    ok(json.loads(done.stdout)["translations"][0]["mapping"] == "[stack]", "mapping", done)
    done = run("--kernel", "-j", MAPPED)
    ok(json.loads(done.stdout)["target"] == {"kernel": True} and done.returncode == 0,
       "target: the kernel", done)

    pretty = run("--pid", PID, "-p", *hexes(*addresses))
    ok(json.loads(pretty.stdout) == document and pretty.stdout.count("\n") > 30,
       "pretty is the same", pretty)
    ok(all(re.fullmatch(r"( {2})*\S.*", line) for line in pretty.stdout.splitlines()),
       "and indented", pretty)
    ok(run("--pid", PID, "-j", "-p", *hexes(*addresses)).stdout == pretty.stdout, "-j -p is -p")

    done = run("--kernel", "-j", "--walk", *hexes(MAPPED, HUGE, INVALID))
    rows = json.loads(done.stdout)["translations"]
    ok([len(row["walk"]) for row in rows] == [4, 3, 0] and
       all(row["root"] == "0x1234000" for row in rows), "--walk in JSON", rows)
    ok(rows[0]["walk"][3] == {"level": "pte", "index": 1, "entry_physical": "0x1243008",
                              "entry": "0x800000000000006a", "flags": ["present", "write"]},
       "a step", rows)

    done = run("--info", "-j")
    document = json.loads(done.stdout)
    ok(done.returncode == 0 and document["module_version"] == "9.8.7" and
       document["max_batch"] == 1024 and document["features"] == ["soft-dirty", "guard"] and
       document["levels"][0] == {"level": "pgd", "shift": 39, "bits": 9}, "--info in JSON", done)
    ok(json.loads(run("--info", "-p").stdout) == document, "--info, pretty")
    done = run("--info")
    ok(done.returncode == 0 and "9.8.7" in done.stdout and "1024" in done.stdout and
       "soft-dirty, guard" in done.stdout, "--info", done)


def test_swap_file():
    """Where there is one swap area, every swap entry leads to it."""
    one = {"V2P_SWAPS": "fixtures/swaps"}
    done = run("--pid", PID, hex(SWAPPED), extra=one)
    ok(" area=3(/dev/zram0),page=0x9 " in done.stdout, "the file of a swap area", done)
    done = run("--pid", PID, "--walk", hex(SWAPPED), extra=one)
    ok("page 0x9 of swap area 3 (/dev/zram0)\n" in done.stdout, "in the drawing", done)
    done = run("--pid", PID, "-j", hex(SWAPPED), hex(MIGRATING), MAPPED, extra=one)
    rows = json.loads(done.stdout)["translations"]
    ok([row.get("swap_file") for row in rows] == ["/dev/zram0", None, None] and
       rows[0]["swap"] == {"type": 3, "offset": "0x9"}, "in JSON", rows)


def test_kernel_half():
    """[vsyscall] stands in maps."""
    words = "0xffffffffff600000 is in the kernel's half of the address space: ask with --kernel\n"
    for form in ((), ("-q",), ("-j",), ("--walk",)):
        done = run("--pid", PID, *form, "0xffffffffff600000", "0xffffffffff600010", hex(MAPPED),
                   hex(INVALID))
        ok(done.returncode == 1 and done.stderr == f"v2p-query: {words}",
           f"an address of the kernel's half {' '.join(form)}", done)
    done = run("--pid", PID, hex(INVALID), hex(1 << 63), "0xffff7fffffffffff")
    ok(done.returncode == 1 and not done.stderr, "not of what is no address", done)
    done = run("--kernel", "0xffffffffff600000", "0x8000000000000000")
    ok(not done.stderr, "nor with --kernel", done)
    refused(3, f": {words}", "--pid", PID, "--range", "0xffffffffff600000-0xffffffffff601000")
    with open(f"/proc/{PID}/maps", encoding="utf-8") as file:
        if "[vsyscall]" not in file.read():
            skip("[vsyscall]", "maps do not have it here")
            return
    for asked in (("[vsyscall]",), ("[vsyscall]+8",), ("--range", "[vsyscall]"),
                  ("--range", "[vsyscall]+8"), ("--range", "[vsyscall]", "--every"),
                  ("--range", "ffffffffff600000-ffffffffff601000")):
        refused(2, "[vsyscall] is in the kernel's half of the address space: ask with --kernel "
                   "0xffffffffff600000;", "--pid", PID, *asked)


def kernel(*arguments, symbols="per-cpu-offsets", **options):
    extra = {"V2P_KALLSYMS": f"fixtures/kallsyms-{symbols}"} | options.pop("extra", {})
    return run("--kernel", *arguments, extra=extra, **options)


def of_cpu(address, cpu):
    """Where the fake kernel has a CPU's own of a per-CPU variable."""
    return address + 0xffff800000000000 + cpu * 0x10000


def test_per_cpu():
    cpus = (0, 1, 3)
    runqueues = 0x35e80
    done = kernel("runqueues")
    rows = [re.split(r"  +", line) for line in done.stdout.splitlines()]
    ok(done.returncode == 0 and not done.stderr and rows[0][5] == "SYMBOL" and
       [row[:2] + row[5:] for row in rows[1:]] ==
       [[f"{of_cpu(runqueues, cpu):#x}", f"{physical(of_cpu(runqueues, cpu)):#x}",
         f"runqueues@{cpu}"] for cpu in cpus], "a row for each possible CPU", done)
    done = kernel("-j", "runqueues+0x10", "jiffies_64", "0x35e80", "some_module:static_percpu@3")
    rows = json.loads(done.stdout)["translations"]
    ok([(row.get("symbol"), row.get("cpu"), row["virtual"]) for row in rows] ==
       [(f"runqueues@{cpu}+0x10", cpu, hex(of_cpu(runqueues + 0x10, cpu))) for cpu in cpus] +
       [("jiffies_64", None, "0xffffffff99016a80"), (None, None, "0x35e80"),
        ("some_module:static_percpu@3", 3, hex(of_cpu(0x39000, 3)))],
       "in JSON, among others", done)
    done = kernel("-q", "runqueues@1+8")
    ok(done.stdout == f"{physical(of_cpu(runqueues + 8, 1)):#x}\n", "of one CPU", done)
    done = kernel("--walk", "this_cpu_off")
    ok(all(f" of the kernel, this_cpu_off@{cpu}\n" in done.stdout for cpu in cpus) and
       done.stdout.count("pte[") == 3, "walks", done)
    done = kernel("-q", "-", given="runqueues\n0x1000\nrunqueues@0\n")
    ok(done.stdout.splitlines() ==
       [hex(physical(a)) for a in [of_cpu(runqueues, cpu) for cpu in cpus] +
        [0x1000, of_cpu(runqueues, 0)]], "in a stream", done)
    # Each line becomes more rows than there is room for at first.
    done = kernel("-j", "-", given="runqueues\n" * 9000)
    rows = json.loads(done.stdout)["translations"]
    ok(done.returncode == 0 and len(rows) == 27000 and
       all(row["symbol"] == f"runqueues@{row['cpu']}" for row in rows) and
       [row["cpu"] for row in rows] == 9000 * list(cpus), "and many of them", done.stderr)
    done = kernel("-q", *["runqueues"] * 500)
    ok(done.returncode == 0 and done.stdout.count("\n") == 1500, "and many arguments", done.stderr)
    for status, words, *arguments in (
            (2, "CPU 2 is not possible on this machine, the highest is 3", "runqueues@2"),
            (2, "jiffies_64 is not a per-CPU variable", "jiffies_64@0"),
            (2, "write runqueues@CPU+4K", "--range", "runqueues+4K"),
            (2, "write runqueues@CPU", "--range", "runqueues"),
            (2, "write runqueues@1+LENGTH", "--range", "runqueues@1")):
        done = kernel(*arguments)
        ok(done.returncode == status and words in done.stderr and not done.stdout and
           done.stderr.count("\n") == 1, f"{' '.join(arguments)}: {words}", done)
    done = kernel("--range", "runqueues@1+4K", "--status", "none,mapped", "-j")
    ok("outside" in done.stderr or done.returncode < 2, "a range of one CPU's", done)
    for play, words in (("denied", "CAP_SYS_ADMIN"), ("absent", "not loaded"),
                        ("without per-cpu", "load a newer one")):
        for given in (None, "runqueues\n"):
            done = kernel("-" if given else "runqueues", fake=play, given=given)
            ok(done.returncode == 3 and words in done.stderr and not done.stdout and
               done.stderr.count("\n") == 1, f"{play}, {'stream' if given else 'argument'}", done)


def test_freed():
    for symbols, start, line, region in (
            ("per-cpu-offsets", 0xffffffff99516a80, 0xffffffff995ab630, "text"),
            ("per-cpu-in-init", 0xffffffffa8aaca70, 0xffffffffa8b4a900, "modules")):
        done = kernel("start_kernel", "boot_command_line", "jiffies_64", f"{start:#x}",
                      symbols=symbols)
        rows = [re.split(r"  +", row) for row in done.stdout.splitlines()]
        ok(done.returncode == 1 and not done.stderr and
           rows[1] == [hex(start), "init, freed", "-", "-", region, "start_kernel"] and
           rows[2] == [hex(line), "init, freed", "-", "-", region, "boot_command_line"] and
           rows[3][1] == rows[4][1] == "invalid", f"{symbols}: names in init memory", done)
        done = kernel("-j", "start_kernel+1", symbols=symbols)
        ok(done.returncode == 1 and json.loads(done.stdout)["translations"] ==
           [{"virtual": hex(start + 1), "symbol": "start_kernel+1", "status": "init, freed",
             "region": region}],
           "in JSON", done)
        done = kernel("-q", "start_kernel", symbols=symbols)
        ok(done.returncode == 1 and done.stdout == "-\n", "-q", done)
        done = kernel("-j", "--walk", "start_kernel", symbols=symbols)
        ok("physical" not in done.stdout and "init, freed" in done.stdout, "--walk -j", done)
        done = kernel("--walk", "start_kernel", symbols=symbols)
        ok(done.returncode == 1 and "└─ init, freed: " in done.stdout and
           f"{physical(start):#x}" not in done.stdout, "--walk", done)
        done = kernel("--range", "start_kernel+4K", symbols=symbols)
        ok(done.returncode == 2 and f"init, freed: to see who has that memory now, write {start:#x}"
           in done.stderr and done.stderr.count("\n") == 1, "--range", done)


    # That something is mapped there now makes no difference to the name, only to the number.
    start = 0xffff800081000a70
    done = kernel("-j", "start_kernel", f"{start:#x}", symbols="text-alone")
    rows = json.loads(done.stdout)["translations"]
    ok(done.returncode == 1 and [(row["status"], row.get("physical")) for row in rows] ==
       [("init, freed", None), ("mapped", hex(physical(start)))],
       "what is mapped there now is the number's", done)


def test_hidden_symbols():
    done = kernel("jiffies_64", symbols="hidden",
                  extra={"V2P_KPTR_RESTRICT": "fixtures/kptr-restrict-2"})
    ok(done.returncode == 3 and "kernel.kptr_restrict is 2: sudo sysctl kernel.kptr_restrict=1"
       in done.stderr and "root" not in done.stderr, "hidden from all", done)
    done = kernel("jiffies_64", symbols="hidden", extra={"V2P_KPTR_RESTRICT": "/dev/null"})
    ok(done.returncode == 3 and "CAP_SYSLOG" in done.stderr, "hidden from some", done)


def test_efi():
    words = "is where x86 maps EFI's runtime services, if there are any, in page tables of their own"
    first, last = "0xffffffef00000000", "0xfffffffeffffffff"
    for arguments in ((first,), (last, first), ("-q", first), ("-j", last), ("--walk", last),
                      ("--range", "0xfffffffe00000000+4K"),
                      ("--range", "0xffffffeefffff000+8K")):
        done = run("--kernel", *arguments, fake="x86")
        ok(done.returncode == 1 and words in done.stderr and done.stderr.count("\n") == 1,
           f"{' '.join(arguments)}: EFI has its own tables", done)
    for fake, *arguments in (("", first), ("x86", "0xffffffeeffffffff"),
                             ("x86", "0xffffffff00000000"), *[("x86", a) for a in hexes(MAPPED, NONE)],
                             ("x86", "--range", "0xffffffff00000000+4K"),
                             ("x86", "--range", "0xffffffeefffff000+4K")):
        done = run("--kernel", *arguments, fake=fake)
        ok(done.returncode < 2 and not done.stderr, f"not for {arguments[-1]}", done)


def test_changing():
    address = NONE & ~0xfff | 0x1000
    done = run("--pid", PID, "-j", hex(address), hex(NONE & ~0x1fff), fake="changing")
    rows = json.loads(done.stdout)["translations"]
    ok(done.returncode == 1 and [row["status"] for row in rows] == ["none", "none"] and
       [row["flags"] for row in rows] == [["changing"], []], "what goes on changing", rows)
    done = run("--pid", PID, hex(address), fake="changing")
    ok("none" in done.stdout and " --------~ " in done.stdout, "in the table, too", done)
    done = run("--pid", PID, "-j", hex(address), fake="changing for a while")
    ok(done.returncode == 0 and
       json.loads(done.stdout)["translations"][0]["status"] == "mapped",
       "what is changed for a moment is there after it", done)


def test_drawing():
    done = run("--kernel", "--walk", *hexes(MAPPED, SWAPPED, INVALID))
    ok(done.returncode == 1 and "pte[1] at 0x1243008 holds 0x800000000000006a" in done.stdout
       and f"0x1000 + 0x234 = {physical(MAPPED):#x}" not in done.stdout
       and f"+ 0x234 = {physical(MAPPED):#x}\n" in done.stdout, "--walk", done.stdout)
    ok("└─ swapped: the page is swapped out, page 0x9 of swap area 3" in done.stdout
       and "└─ invalid: " in done.stdout, "to what is not mapped", done.stdout)
    ok("\033" not in done.stdout, "no colour in a pipe")
    plain = run("--kernel", "--walk", *hexes(MAPPED, SWAPPED, INVALID),
                extra={"LC_ALL": "C"})
    ok(plain.stdout.isascii() and plain.stdout.count("\n") == done.stdout.count("\n"),
       "ASCII where the locale is", plain)

    for extra, wanted in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True),
                          ({"TERM": "dumb"}, False)):
        ours, theirs = os.openpty()
        run("--kernel", "--walk", MAPPED, stdout=theirs, extra={"TERM": "xterm"} | extra)
        coloured = b"\033[" in os.read(ours, 65536)
        os.close(ours)
        os.close(theirs)
        ok(coloured == wanted, f"on a terminal with {extra or 'nothing set'}: "
                               f"{'colour' if wanted else 'no colour'}")


def test_stream():
    done = run("--kernel", "-q", "-", given=f"{MAPPED}\n\n {HUGE:#x}\r\n{NONE:#x}")
    ok(done.returncode == 1 and done.stdout ==
       f"{physical(MAPPED):#x}\n{physical(HUGE):#x}\n-\n", "a stream", done)
    done = run("--kernel", "-q", "-", given="")
    ok(done.returncode == 0 and not done.stdout, "an empty stream", done)
    done = run("--kernel", "-j", "-", given="")
    ok(json.loads(done.stdout) == {"target": {"kernel": True}, "translations": []},
       "an empty stream in JSON", done)
    done = run("--kernel", "-q", "-", given=f"{MAPPED}\n12x\n{HUGE:#x}\n")
    ok(done.returncode == 2 and done.stdout == f"{physical(MAPPED):#x}\n" and
       done.stderr.startswith("v2p-query: line 2: 12x") and done.stderr.count("\n") == 1,
       "a stream stops at a bad line", done)
    done = run("--kernel", "-j", "-", given=f"{MAPPED}\n12x\n{HUGE:#x}\n")
    document = json.loads(done.stdout)
    ok(done.returncode == 2 and len(document["translations"]) == 1 and
       "line 2" in document["error"], "in JSON it says so, and ends", done)
    done = run("--pid", PID, "-q", "-", given="1\n[stack]+16\n")
    ok(done.returncode < 2 and done.stdout.count("\n") == 2, "names in a stream", done)
    done = run("--kernel", "--walk", "-j", "-", given=f"{MAPPED}\n{HUGE:#x}\n")
    ok([len(row["walk"]) for row in json.loads(done.stdout)["translations"]] == [4, 3],
       "walks in a stream", done)


def test_few():
    """Of few addresses each one's mapping is asked, for many all mappings are read."""
    with Sleeper() as sleeper:
        starts = [start for start, _, _ in sleeper.maps]
        ends = [end - 1 for _, end, _ in sleeper.maps]
        names = [name for _, _, name in sleeper.maps]
        for name, addresses in (("first", starts), ("last", ends)):
            pid = sleeper.process.pid
            many = run("--pid", pid, "--json-lines", *hexes(*addresses), *["0x1000"] * 33)
            many = [json.loads(line).get("mapping") for line in many.stdout.splitlines()]
            few = [json.loads(run("--pid", pid, "--json-lines", address).stdout).get("mapping")
                   for address in hexes(*addresses, 0x1000)]
            ok(many[:len(names)] == names and few == names + [None],
               f"the name of a mapping at its {name} address, alone and among many", (many, few))
        done = run("--pid", sleeper.process.pid, "-j", "0xffffffffff600000")
        ok('"mapping":"[vsyscall]"' in done.stdout or "vsyscall" not in sleeper.read(),
           "that of a page in the kernel's half", done)


def test_json_lines():
    """What the document has for each address, one a line."""
    addresses = hexes(MAPPED, HUGE, NONE, SWAPPED, MIGRATING, POISONED, GUARD, INVALID,
                      0x1234 | 3 << 13 | 4 << 15)
    for arguments in (("--pid", PID), ("--kernel",), ("--pid", PID, "--walk")):
        name = "[stack]" if "--pid" in arguments else "1"
        whole = run(*arguments, "-j", *addresses, name)
        lines = run(*arguments, "--json-lines", *addresses, name)
        rows = [json.loads(line) for line in lines.stdout.splitlines()]
        ok(rows == json.loads(whole.stdout)["translations"] and len(rows) == 10 and
           lines.returncode == whole.returncode == 1,
           f"the rows of the document, one a line: {' '.join(arguments)}", lines)
    done = run("--kernel", "--json-lines", "-", given="")
    ok(done.returncode == 0 and not done.stdout, "no line for nothing", done)
    done = run("--kernel", "--json-lines", "-", given=f"{MAPPED}\n12x\n{HUGE:#x}\n")
    ok(done.returncode == 2 and done.stdout.count("\n") == 1 and
       json.loads(done.stdout)["physical"] == hex(physical(MAPPED)) and
       "line 2: 12x" in done.stderr, "a bad line ends them", done)


def test_conversation():
    """Each answer comes while the input is still open."""
    for arguments in (("-q",), (), ("-j",), ("--json-lines",)):
        process = subprocess.Popen([COMMAND, "--kernel", *arguments, "-"], env=environment(""),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        answered = 0
        for number in range(20):
            process.stdin.write(f"{number}\n".encode())
            process.stdin.flush()
            said, deadline = b"", time.monotonic() + 20
            while f"{physical(number):#x}".encode() not in said and time.monotonic() < deadline:
                if select.select([process.stdout], [], [], 1)[0]:
                    said += os.read(process.stdout.fileno(), 65536)
            if f"{physical(number):#x}".encode() not in said:
                break
            answered += 1
        process.stdin.close()
        process.stdout.read()
        process.stdout.close()
        ok(answered == 20 and process.wait(LIMIT) == 0,
           f"a conversation {' '.join(arguments)}: {answered} of 20 answered at once")


def stream_of(count):
    """Physical addresses of many in order; their peak of memory in KiB."""
    feeder = subprocess.Popen([sys.executable, "-c",
                               f"for i in range({count}): print(hex(i * 4096 + 5))"],
                              stdout=subprocess.PIPE)
    process = subprocess.Popen([COMMAND, "--kernel", "-q", "-"],
                               env=environment("") | {"V2P_PEAK": PEAK},
                               stdin=feeder.stdout, stdout=subprocess.PIPE, text=True)
    feeder.stdout.close()
    right = sum(line == f"{physical(number * 4096 + 5):#x}\n"
                for number, line in enumerate(process.stdout))
    process.stdout.close()
    feeder.wait(LIMIT)
    return right, process.wait(LIMIT), peak()


def test_million():
    few, status, small = stream_of(10000)
    ok(few == 10000 and status == 0, "ten thousand addresses")
    many, status, large = stream_of(1000000)
    ok(many == 1000000 and status == 0, f"a million addresses, {many} right")
    if "san" in os.path.basename(BUILD):
        skip("constant memory", "the sanitizer keeps freed memory")
    else:
        ok(large < small + 1024, f"constant memory: {small} and {large} KiB")


main(test_trouble, test_output_errors, test_plain, test_table, test_json, test_changing,
     test_per_cpu, test_freed, test_hidden_symbols, test_efi, test_swap_file, test_kernel_half,
     test_drawing, test_foreign_proc, test_unreadable_maps, test_few, test_stream, test_json_lines,
     test_conversation, test_million)
