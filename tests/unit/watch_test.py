#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query --watch, against the fake kernel, whose pages move when V2P_MOVES says so."""
import json
import signal
import subprocess
import time

from command import COMMAND, LIMIT, PID, completed, environment, main, ok, refused, run

PAGE, OTHER, NONE, SWAPPED = 0x1000, 0x2000, 1 << 40 | 0x5000, 2 << 40 | 0x9000
WRITE, ACCESSED, CHANGING = 1 << 1, 1 << 4, 1 << 13


def physical(address):
    """What the fake kernel answers."""
    return hex(((address >> 12) * 0x9e3779b1 & 0xffffffe00) << 12 | address & 0xfff)


def moves(*events):
    """At which look an address is answered as another one."""
    return {"V2P_MOVES": ",".join(f"{look}:{address:#x}:{other if isinstance(other, str) else hex(other)}"
                                  for look, address, other in events), "TZ": "UTC"}


def watch(*arguments, events=(), looks=5, extra=None, **options):
    return run("--kernel", "--watch=0.05", "--count", looks, *arguments,
               extra=moves(*events) | (extra or {}), **options)


def lines(*arguments, **options):
    done = watch("--json-lines", *arguments, **options)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_refused():
    for words, *arguments in (
            ("--walk cannot be used with --watch", "--walk", "--watch", "0x1"),
            ("--watch cannot be used with walk", "walk", "--watch", "0x1"),
            ("--watch cannot be used with --all", "--all", "--watch"),
            ("--watch cannot be used with --plot", "--summary", "--watch", "--plot", "-"),
            ("--quiet cannot be used with --watch", "-q", "--watch", "0x1"),
            ("--quiet cannot be used with --watch", "translate", "-q", "--watch", "0x1"),
            ("--quiet cannot be used with watch", "watch", "-q", "0x1"),
            ("--json cannot be used with --watch", "-j", "--watch", "0x1"),
            ("--status cannot be used with --watch", "--watch", "--status", "none", "0x1"),
            ("--count requires --watch", "--count", "3", "0x1"),
            ("--count cannot be used with translate", "translate", "--count", "3", "0x1"),
            ("--watch-flags requires --watch", "--watch-flags", "write", "0x1"),
            ("- cannot be used with --watch: name the addresses", "--watch", "-"),
            ("- cannot be used with watch: name the addresses", "watch", "-"),
            ("an address is required;", "--watch"),
            ("--watch=0: seconds are from 0.001 to 86400", "--watch=0", "0x1"),
            ("--watch=0.0009: seconds are", "--watch=0.0009", "0x1"),
            ("--watch=86400.1: seconds are", "--watch=86400.1", "0x1"),
            ("--watch=: not a number", "--watch=", "0x1"),
            ("--watch=-1: negative", "--watch=-1", "0x1"),
            ("--watch=1s: not a number", "--watch=1s", "0x1"),
            ("--watch=.: not a number", "--watch=.", "0x1"),
            ("--watch=99999999999999999999: larger than 64 bits", "--watch=99999999999999999999", "0x1"),
            ("--watch 2: write --watch=2; an address like that", "--watch", "2", "0x1000"),
            ("--watch 0.5: write --watch=0.5;", "--watch", "0.5", "0x1000"),
            ("--count 0: a number of looks is from 1", "--watch", "--count", "0", "0x1"),
            ("--count x: not a number", "--watch", "--count", "x", "0x1"),
            ("--watch-flags wide: no such flag; there are present, write,", "--watch", "--watch-flags",
             "write,wide", "0x1"),
            ("--watch-flags changing: no such flag", "--watch", "--watch-flags", "changing", "0x1"),
            ("--output entries: no such column; there are time, from, virtual,", "--watch", "-o",
             "entries", "0x1")):
        refused(2, words, *arguments[:arguments[0] in ("walk", "watch", "translate")], "--kernel",
                *arguments[arguments[0] in ("walk", "watch", "translate"):])
    refused(2, "exactly one of --pid, --kernel and --device", "--watch", "0x1")
    refused(2, "given more than once", "--pid", "1", "--pid", "2", "--watch", "0x1")


def test_state_and_changes():
    events = (2, PAGE, OTHER), (4, PAGE, SWAPPED), (5, OTHER, NONE)
    done, rows = lines(hex(PAGE), hex(OTHER), events=events)
    first, change, swapped, gone = rows[0], *(rows[2:] or [{}] * 3)
    ok(done.returncode == 1 and len(rows) == 5 and not done.stderr, "the state, and each change", done)
    plain = run("--kernel", "--json-lines", hex(PAGE), hex(OTHER)).stdout.splitlines()
    state = [{key: value for key, value in row.items() if key != "time"} for row in rows[:2]]
    ok(state == [json.loads(line) for line in plain], "the state is what translate says", state)
    ok(first["time"] == "1970-01-01T00:00:00.000000Z" and
       change["time"] == "1970-01-01T00:00:00.050000Z" and
       swapped["time"] == "1970-01-01T00:00:00.150000Z", "and when that was", rows)
    ok((change["virtual"], change["physical"]) == (hex(PAGE), physical(OTHER)) and
       change["from"] == {key: first[key] for key in ("status", "physical", "page_size", "flags")},
       "from where, and to where", change)
    ok(swapped["status"] == "swapped" and "physical" not in swapped and
       swapped["from"]["physical"] == physical(OTHER), "out of memory", swapped)
    ok((gone["virtual"], gone["status"]) == (hex(OTHER), "none"), "one of several alone", gone)
    done, rows = lines(hex(PAGE), events=((1, PAGE, SWAPPED), (3, PAGE, PAGE)))
    ok(done.returncode == 0 and rows[1]["physical"] == physical(PAGE) and
       rows[1]["from"]["swap"] == {"type": 3, "offset": "0x9"}, "back into memory, where it then is", done)
    done, rows = lines(hex(PAGE), events=((2, PAGE, SWAPPED), (3, PAGE, SWAPPED + 0x1000)))
    ok([row["swap"]["offset"] for row in rows[1:]] == ["0x9", "0xa"], "from swap to swap", done)
    done, rows = lines(hex(PAGE), events=((2, PAGE, PAGE | 1 << 39),))
    ok([row["page_size"] for row in rows] == [4096, 2 << 20], "another size", done)
    done, rows = lines(hex(PAGE), hex(OTHER))
    ok(done.returncode == 0 and len(rows) == 2, "nothing changes", done)
    done, rows = lines("start_kernel", events=((2, 0xffffffff99516a80, OTHER),),
                       extra={"V2P_KALLSYMS": "fixtures/kallsyms-per-cpu-offsets"})
    ok(done.returncode == 1 and [row["status"] for row in rows] == ["init, freed"],
       "what was freed after boot is not followed", done)


def test_ways_to_say_it():
    events = moves((2, PAGE, OTHER))
    outputs = [run(*arguments, "--json-lines", hex(PAGE), extra=events).stdout for arguments in (
        ("--kernel", "--watch=0.05", "--count", "2"),
        ("translate", "--kernel", "--watch=.05", "--count", "0x2"),
        ("watch", "--kernel", "--watch=0.050", "--count", "2"))]
    ok(outputs[0].count("\n") == 2 and len(set(outputs)) == 1, "three ways", outputs)
    done = run("watch", "--kernel", "--count", "2", "--json-lines", hex(PAGE), extra=events)
    ok('"time":"1970-01-01T00:00:01.000000Z"' in done.stdout, "every second where nothing is said", done)


def test_table():
    done = watch(hex(PAGE), hex(OTHER), events=((3, OTHER, NONE),))
    rows = [line.split() for line in done.stdout.splitlines()]
    ok(rows[0] == ["TIME", "VIRTUAL", "FROM", "PHYSICAL", "SIZE", "REGION", "SYMBOL"] and
       [row[:4] for row in rows[1:]] == [
           ["00:00:00.000", hex(PAGE), "-", physical(PAGE)],
           ["00:00:00.000", hex(OTHER), "-", physical(OTHER)],
           ["00:00:00.100", hex(OTHER), physical(OTHER), "none"]], "a table of the kernel's", done)
    done = run("--pid", PID, "--watch=0.05", "--count", "3", "[stack]", extra=moves())
    rows = done.stdout.splitlines()
    ok(rows[0].split()[-1] == "MAPPING" and rows[1].endswith("[stack]") and len(rows) == 2,
       "of a process's", done)
    ok(rows[0].index("MAPPING") < 80 - 8, "in 80 columns", rows)
    done = watch("-o", "from,physical,flags", "--no-headings", hex(SWAPPED), events=((2, SWAPPED, PAGE),))
    ok([row.split()[:2] for row in done.stdout.splitlines()] == [["-", "swapped"],
                                                                 ["swapped", physical(PAGE)]],
       "columns by choice", done)


def test_flags():
    events = [(2, PAGE, f"^{WRITE:#x}"), (3, PAGE, f"^{ACCESSED:#x}")]
    for flags, count in ((), 1), (("--watch-flags", "accessed"), 2), (("--watch-flags", "exec,user"), 1), \
            (("--watch-flags", "write", "--watch-flags", "accessed"), 3):
        done, rows = lines(*flags, hex(PAGE), events=events)
        ok(len(rows) == count, f"flags that change, {' '.join(flags)}: {count} rows", done)
    ok("accessed" in rows[2]["flags"] and "accessed" not in rows[2]["from"]["flags"],
       "from which, and to which", rows)


def test_changing():
    """What is being changed is no change yet."""
    away = [(3, PAGE, NONE), (3, PAGE, f"^{CHANGING:#x}")]
    done, rows = lines(hex(PAGE), events=(*away, (4, PAGE, PAGE)))
    ok(done.returncode == 0 and len(rows) == 1, "and back as it was: none at all", done)
    done, rows = lines(hex(PAGE), events=(*away, (4, PAGE, OTHER)))
    ok(len(rows) == 2 and rows[1]["from"]["physical"] == physical(PAGE), "from what was before", done)
    done, rows = lines(hex(PAGE), events=(*away, (4, PAGE, NONE)))
    ok(done.returncode == 1 and len(rows) == 2 and rows[1]["status"] == "none", "to what it became", done)


def test_end():
    for ends in ("ends after 3", "ends after 0"):
        done = run("--pid", PID, "--watch=0.01", "--json-lines", hex(PAGE), fake=ends)
        ok(done.returncode == 3 and done.stderr.count("\n") == 1 and
           f"process {PID}: the process has ended" in done.stderr and
           done.stdout.count("\n") == ("3" in ends), f"a process that {ends} looks", done)


class Watcher:
    """One that runs: its first line was read."""

    def __init__(self, *arguments, extra=None):
        self.process = subprocess.Popen(
            [COMMAND, "--kernel", *arguments, "--json-lines", hex(PAGE)], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment("") | (extra or {}), text=True)
        self.first = self.process.stdout.readline()

    def end(self):
        """Its status and what more it said."""
        start = time.monotonic()
        status = self.process.wait(LIMIT)
        more = self.process.stderr.read()
        self.process.stderr.close()
        self.process.stdout.close()
        return status, more, time.monotonic() - start < LIMIT


def test_interrupted():
    for number in signal.SIGINT, signal.SIGTERM:
        watcher = Watcher("--watch=86400")
        watcher.process.send_signal(number)
        ended = watcher.end()
        ok(watcher.first and ended == (0, "", True), f"{number.name} ends it with the status", ended)
    watcher = Watcher("--watch=86400", extra=moves((1, PAGE, NONE)))
    watcher.process.terminate()
    ok(watcher.end()[0] == 1, "which is that of the latest look")


def test_reader():
    watcher = Watcher("--watch=86400")
    watcher.process.stdout.close()
    ended = watcher.end()
    ok(ended == (3, "", True), "nobody reads any more: it does not wait for a change to see that", ended)
    watcher = Watcher("--watch=0.01", extra=moves((2, PAGE, OTHER)))
    ok(physical(OTHER) in watcher.process.stdout.readline(), "a change is told when it is seen")
    watcher.process.terminate()
    watcher.end()
    with open("/dev/full", "w", encoding="ascii") as full:
        done = watch(hex(PAGE), stdout=full)
        ok(done.returncode == 3 and "No space left" in done.stderr, "a full disk", done)


def test_completion():
    ok(completed("watch", "--c") == ["--count"] and completed("--wat") == ["--watch", "--watch-flags"],
       "options", completed("watch", "--"))
    ok(completed("--watch-flags", "write,sp") == [r"write\,special"] and
       completed("--watch-flags", "chan") == [], "flags", completed("--watch-flags", ""))


main(test_refused, test_state_and_changes, test_ways_to_say_it, test_table, test_flags, test_changing,
     test_end, test_interrupted, test_reader, test_completion)
