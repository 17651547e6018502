#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query's answers about several processes, against the fake kernel."""
import contextlib
import ctypes
import json
import os
import subprocess

from command import COMM, COMMAND, LIMIT, PID, environment, main, ok, refused, run, two

def lines(*arguments, **options):
    return run(*arguments, **options).stdout.splitlines()


def documents(*arguments, status=0, **options):
    done = run(*arguments, "-j", **options)
    return (json.loads(done.stdout)["processes"] if done.returncode == status and done.stdout
            else str(done))


def test_extents(one, other):
    each = lines("extents", "--pid", one, "-o", "virtual,physical,length,size,flags,mapping",
                 fake="few")
    table = lines("extents", "--pid", one, "--pid", other, fake="few")
    ok(table == [f"    PID  {each[0]}", *(f"{pid:7}  {line}" for pid in (one, other)
                                         for line in each[1:])],
       "a table with the PID in front, and one heading", "\n".join(table))
    ok(lines("extents", "--pid", other, "--pid", one, fake="few")[1:] ==
       table[len(each):] + table[1:len(each)], "in the order in which they were given")
    ok(lines("--all", "--comm", COMM, fake="few") == table, "the same by their name")
    ok(lines("extents", "--comm", COMM, "--pid", other, "--pid", other, fake="few")[1:] ==
       table[len(each):] + table[1:len(each)], "each once, those with an id first")
    with open("/proc/self/comm", "r+", encoding="utf-8") as comm:
        before = comm.read().rstrip("\n")
        comm.write("0123456789abcde")
        comm.flush()
        found = lines("extents", "--comm", "0123456789abcdef", "-q", fake="few")
        ok(found and {line.split()[0] for line in found} == {PID},
           "a name that is longer than the kernel keeps", found)
        comm.write(before)
    quiet = lines("extents", "--pid", one, "-q", fake="few")
    ok(lines("extents", "--comm", COMM, "-q", fake="few") ==
       [f"{pid} {line}" for pid in (one, other) for line in quiet], "quiet, with the PID")
    ok(lines("extents", "--comm", COMM, "-q", "0x100000000+4K", fake="few") ==
       [f"{one} 0x0 4096", f"{other} 0x0 4096"], "a range of each")
    done = run("extents", "--comm", COMM, "-q", "0x100000000+1M", fake="few")
    ok(done.returncode == 1, "the range of one is not all there", done)


def test_json(one, other):
    target = [{"pid": pid, "comm": COMM} for pid in (one, other)]
    alone = json.loads(run("extents", "--pid", one, "-j", fake="few").stdout)["extents"]
    found = documents("extents", "--comm", COMM, fake="few")
    ok(found == [{"target": whose, "extents": alone} for whose in target],
       "JSON: a document of several", found)
    pretty = run("extents", "--comm", COMM, "-p", fake="few").stdout
    whole = json.dumps({"processes": found}, indent=2).replace("\\u202e", "\u202e")
    ok(pretty.replace("\\u202e", "\u202e") == whole + "\n", "for people, as it should be indented",
       pretty)
    rows = [json.loads(line) for line in lines("extents", "--comm", COMM, "--json-lines", fake="few")]
    ok(rows == [whose | extent for whose in target for extent in alone],
       "lines that say whose they are", rows)
    empty = documents("extents", "--comm", COMM, fake="empty")
    ok(empty == [{"target": whose, "extents": []} for whose in target], "nothing of each", empty)


def add(one, other):
    """The sums of two totals."""
    if isinstance(one, dict):
        return {key: add(one.get(key, 0), other.get(key, 0)) for key in one | other}
    return one + other


def test_summary(one, other):
    done = run("summary", "--pid", one, "--pid", other, "-j", fake="few")
    found = json.loads(done.stdout)
    alone = [json.loads(run("summary", "--pid", pid, "-j", fake="few").stdout)
             for pid in (one, other)]
    ok(found["processes"] == [{"target": each["target"], "total": each["total"]} for each in alone],
       "the total of each", done)
    largest = alone[0]["total"]["largest"]
    ok(found["total"] == add(alone[0]["total"], alone[1]["total"]) | {"largest": largest},
       "and of all", done)
    pretty = run("summary", "--comm", COMM, "-p", fake="few").stdout
    ok(json.loads(pretty) == found and pretty.replace("\\u202e", "") ==
       json.dumps(found, indent=2).replace("\\u202e", "") + "\n", "the same for people", pretty)
    table = lines("summary", "--comm", COMM, fake="few")
    ok([line.split()[0] for line in table] == ["PID", str(one), str(other), "total"] and
       table[0].endswith("  COMM") and table[1].endswith(COMM.replace("\u202e", "?")) and
       table[1].split()[1:] == table[2].split()[1:], "a table, a row for each", table)
    with_maps = run("summary", "--comm", COMM, "-j", fake="maps")
    sums = json.loads(with_maps.stdout)
    ok(sums["total"]["size"] == sum(each["total"]["size"] for each in sums["processes"]) > 0 and
       with_maps.stderr == "", "with mappings", with_maps)


def test_absent(one, other):
    """What is not there: told of a process that was named, else left out."""
    for play in (f"gone {one}", f"thread {one}"):
        words = "no such process" if play[0] == "g" else "kernel thread"
        done = run("extents", "--pid", one, "--pid", other, "-q", fake=play)
        ok(done.returncode == 3 and words in done.stderr and f"process {one}: " in done.stderr and
           done.stderr.count("\n") == 1 and done.stdout.startswith(f"{other} "),
           f"{words}: the other is answered", done)
        done = run("extents", "--comm", COMM, "-j", fake=play)
        ok(done.returncode == 0 and not done.stderr and
           [each["target"]["pid"] for each in json.loads(done.stdout)["processes"]] == [other],
           f"{words}: left out of those that were found", done)
    for form in ((), ("-j",), ("-q",), ("--json-lines",)):
        refused(3, f"process {one}: no such process", "extents", "--comm", COMM, *form,
                fake="gone", name=f"all are gone {form}")
    done = run("summary", "--pid", one, "--pid", other, fake="gone")
    ok(done.returncode == 3 and not done.stdout and done.stderr.count("no such process") == 2,
       "both that were named are gone", done)
    refused(3, "CAP_SYS_ADMIN", "summary", "--pid", one, "--pid", other, fake="denied")
    refused(3, "CAP_SYS_ADMIN", "summary", "--comm", COMM, "-j", fake="denied")
    refused(3, "CAP_SYS_ADMIN", "extents", "--all-processes", fake="denied")
    refused(3, "not loaded", "extents", "--all-processes", fake="absent")
    refused(3, "no process is called 'v2p-nobody'", "extents", "--comm", "v2p-nobody", fake="few")
    done = run("extents", "--comm", COMM, "--comm", "v2p-nobody", "-q", fake="few")
    ok(done.returncode == 3 and "'v2p-nobody'" in done.stderr and f"\n{other} " in done.stdout,
       "a name that nobody has, and one that two have", done)


def test_middle(one, other):
    """A process that ends while it is answered."""
    done = run("extents", "--comm", COMM, "-j", fake="dies in the middle")
    found = json.loads(done.stdout)["processes"]
    ok(done.returncode == 0 and not done.stderr and len(found) == 2 and
       all(each["extents"] and "ended" in each["error"] for each in found),
       "one that was found ends: its document says so", done.stderr)
    done = run("summary", "--pid", one, "--pid", other, "-j", fake="dies in the middle")
    found = json.loads(done.stdout)
    ok(done.returncode == 3 and done.stderr.count("process has ended") == 2 and
       [list(each) for each in found["processes"]] == [["target", "error"]] * 2 and
       found["total"]["size"] == 0, "one that was named ends: it is told", done)


def test_names(one, other):
    """A range by name is that of each process."""
    done = run("extents", "--comm", COMM, "-q", "[stack]", fake="maps")
    ok([line.split()[0] for line in done.stdout.splitlines()] == [str(one), str(other)] and
       done.returncode == 0, "a mapping of each", done)
    with contextlib.ExitStack() as stack:
        # This process has it, the others do not.
        name = f"v2p-{PID}"
        memory = os.memfd_create(name)
        os.ftruncate(memory, 4096)
        stack.callback(os.close, memory)
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int,
                              ctypes.c_int, ctypes.c_long]
        libc.mmap(None, 4096, 1, 1, memory, 0)
        done = run("extents", "--comm", COMM, "--pid", PID, "-q", f"/memfd:{name}", fake="maps")
        ok([line.split()[0] for line in done.stdout.splitlines()] == [PID] and not done.stderr and
           done.returncode == 0, "others do not have it", done)
        done = run("extents", "--pid", one, "--pid", PID, "-q", f"/memfd:{name}", fake="maps")
        ok(done.returncode == 2 and f"process {one} has no such mapping" in done.stderr and
           done.stdout.startswith(f"{PID} "), "of one that was named it is told", done)
    refused(2, "has no such mapping", "extents", "--comm", COMM, "[nothing]", fake="maps")
    refused(2, "ends before it starts", "extents", "--pid", one, "--pid", other, "5-3")
    done = run("extents", "--comm", COMM, "libc.so.6", fake="maps")
    noted = done.stderr.splitlines()
    ok(len(noted) == 2 and f"process {one}: libc.so.6: " in noted[0] and
       f"process {other}: libc.so.6: " in noted[1], "a note says whose mapping it is", done)
    done = run("extents", "--comm", COMM, "libc.so.6", "--every", fake="maps")
    ok(not done.stderr and {line.split()[0] for line in done.stdout.splitlines()[1:]} ==
       {str(one), str(other)}, "all of a name in each", done)
    done = run("extents", "--comm", COMM, "--page-size", "64K", fake="few")
    ok(done.stderr.count("\n") == 1, "what is said of the machine is said once", done)


def test_all(one, other):
    found = {each["target"]["pid"]: each for each in documents("summary", "--all-processes",
                                                                fake="few")}
    ok(list(found) == sorted(found) and {one, other, int(PID)} <= set(found) and
       found[one]["target"]["comm"] == COMM, "all processes, by their ids", list(found))


def test_output(one, other):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = run("extents", "--comm", COMM, stdout=full, fake="few")
        ok(done.returncode == 3 and done.stderr.count("\n") == 1 and "No space" in done.stderr,
           "output that cannot be written, once", done)
    process = subprocess.Popen([COMMAND, "extents", "--pid", str(one), "--pid", str(other)],
                               env=environment("million"), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    ok(process.wait(LIMIT) == 3 and not said, "a reader that has gone", said)


def test_usage():
    for words, *arguments in (
            ("--all-processes cannot be used with --comm", "extents", "--comm", "a", "--all-processes"),
            ("--all-processes cannot be used with --pid", "summary", "--pid", PID, "--all-processes"),
            ("--kernel cannot be used with --comm", "summary", "--comm", "a", "--kernel"),
            ("--all-processes cannot be used with --kernel", "summary", "--kernel", "--all-processes"),
            ("option '--pid' is given more than once", "walk", "--pid", PID, "--pid", PID, "1"),
            ("option '--pid' is given more than once", "plot", "--pid", PID, "--pid", PID),
            ("option '--pid' is given more than once", "contiguous", "--pid", 1, "--pid", 2, "1+1"),
            ("--comm cannot be used with plot", "plot", "--comm", "a"),
            ("--comm requires --range, --all, --summary or --owners", "--comm", "a", "0x1000"),
            ("an empty name", "summary", "--comm", ""),
            ("requires an argument", "summary", "--comm"),
            ("--pid, --comm, --all-processes, --kernel or --device is required", "summary")):
        refused(2, words, *arguments)


def run_all():
    stack, one, other = two()
    with stack:
        for test in (test_extents, test_json, test_summary, test_absent, test_middle, test_names,
                     test_all, test_output):
            test(one, other)


main(run_all, test_usage)
