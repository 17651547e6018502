#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query --user-root, against the fake kernel."""
import json
import re

from command import PID, Sleeper, main, ok, refused, run

ADDRESS = "0x1234"
# In the kernel's half, and one that the fake kernel calls invalid, whoever is asked.
UPPER = "0xffff880000001234"
WORDS = "no exec, as this is the kernel's table; --user-root shows that of user mode"


def isolated(*arguments, fake="isolated", **options):
    return run(*arguments, fake=fake, **options)


def test_refused():
    refused(3, "no page-table isolation", "--pid", PID, "--user-root", ADDRESS)
    refused(3, "no page-table isolation", "--pid", PID, "--user-root", ADDRESS, ADDRESS)
    refused(3, "no page-table isolation", "extents", "--pid", PID, "--user-root", "0x1000+4K")
    refused(3, "load a newer one", "--pid", PID, "--user-root", ADDRESS, fake="without user-root")
    refused(2, "no such mapping, nor the kernel such a symbol", "--pid", PID, "--user-root",
            "no_such_name", fake="isolated")
    refused(2, "no such mapping, nor such a symbol;", "--pid", PID, "no_such_name", fake="isolated")


def test_info():
    done = isolated("--info", "-j")
    ok("user-root" in json.loads(done.stdout)["features"], "the machine has it", done)
    ok("user-root" not in json.loads(run("--info", "-j").stdout)["features"], "or has not")
    ok(re.search("^features .*user-root", isolated("--info").stdout, re.M), "in words", done)


def test_addresses():
    done = isolated("--pid", PID, "--user-root", "-j", ADDRESS)
    target = json.loads(done.stdout)["target"]
    ok(done.returncode == 0 and target["pid"] == int(PID) and target["user_root"] is True,
       "JSON says by which table", done)
    done = isolated("--user-root", "--pid", PID, "-j", ADDRESS)
    ok(done.returncode == 0 and json.loads(done.stdout)["target"] == target,
       "the options in any order", done)
    target = json.loads(isolated("--pid", PID, "-j", ADDRESS).stdout)["target"]
    ok("user_root" not in target, "or does not", target)
    done = isolated("--pid", PID, "--user-root", UPPER)
    ok("invalid" in done.stdout and "--kernel" not in done.stderr,
       "the kernel's half is its own as well", done)
    done = isolated("--pid", PID, UPPER)
    ok("--kernel" in done.stderr, "but not that of the plain process", done)
    done = isolated("--pid", PID, "--user-root", "-", given=f"{ADDRESS}\n{ADDRESS}\n")
    ok(done.returncode == 0 and done.stdout.count(ADDRESS) == 2, "a stream", done)
    with Sleeper() as sleeper:
        name = isolated("--pid", sleeper.process.pid, "--user-root", "[stack]")
        plain = isolated("--pid", sleeper.process.pid, "[stack]")
        # Its addresses may be the kernel's, which are longer.
        ok("[stack]" in name.stdout and name.stdout.split() == plain.stdout.split(),
           "a mapping's name", name)


def test_walks():
    plain = isolated("--walk", "--pid", PID, ADDRESS)
    ok(plain.stdout.count(WORDS) == 1, "why exec is missing", plain)
    lines = plain.stdout.split("\n")
    at = next(i for i, line in enumerate(lines) if WORDS in line)
    ok("pgd[" in lines[at - 2] and "exec" not in lines[at - 1] and "exec" in lines[at + 4],
       "with the top-level entry's flags", plain)
    done = isolated("--walk", "--pid", PID, "--user-root", ADDRESS)
    ok(WORDS not in done.stdout and ", by user mode's page table" in done.stdout,
       "not in the table that has it", done)
    for arguments in (["--pid", PID], ["--kernel"]):
        done = run("--walk", *arguments, ADDRESS)
        ok(WORDS not in done.stdout and "page table" not in done.stdout,
           "not where there is no isolation", done)
    ok(WORDS not in isolated("--walk", "--kernel", ADDRESS).stdout, "not of the kernel's entries")


def test_ranges():
    few = {"fake": "isolated, few"}
    for arguments in (["extents"], ["summary"], ["extents", "--merge", "-q"], ["plot", "-"],
                      ["extents", "-j"], ["summary", "-j"], ["extents", "--json-lines"]):
        name = " ".join(arguments)
        done = isolated(*arguments, "--pid", PID, "--user-root", **few)
        ok(done.returncode == 0 and done.stdout, name, done)
        if "-j" in arguments:
            ok(json.loads(done.stdout)["target"]["user_root"] is True, f"{name}: so it says")
    ranges = ["-o", "virtual-range,physical,mapping"]
    wide = isolated("extents", "--pid", PID, "--user-root", *ranges, **few).stdout.split("\n")[0]
    plain = isolated("extents", "--pid", PID, *ranges, **few).stdout.split("\n")[0]
    ok(wide.index("PHYSICAL") == plain.index("PHYSICAL") + 8 and "MAPPING" in wide,
       "room for longer addresses", wide + plain)
    done = isolated("contiguous", "--pid", PID, "--user-root", "0x1000+4K", **few)
    ok(done.returncode in (0, 1), "contiguous", done)
    done = isolated("extents", "--pid", PID, "--user-root", "0x7fff00000000-0xffff900000000000",
                    **few)
    ok(done.returncode == 1 and "outside" not in done.stderr, "from one half into the other", done)
    done = isolated("plot", "--pid", PID, "--user-root", **few)
    ok(", by user mode's page table" in done.stdout, "the picture says by which table", done)


main(test_refused, test_info, test_addresses, test_walks, test_ranges)
