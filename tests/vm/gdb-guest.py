# SPDX-License-Identifier: GPL-2.0
"""In the VM, by its gdb: the commands that gdb has loaded by itself, on a program of several
threads, beside /proc/PID/pagemap and v2p-query. Prints TAP."""
import os
import re
import subprocess
import sys

import gdb

sys.path.append("/opt/tools")
from pagemap import PAGE, physical  # noqa: E402
from results import Results  # noqa: E402

results = Results()


def said(command):
    """What gdb prints, or what it refuses with."""
    try:
        return gdb.execute(command, to_string=True)
    except gdb.error as error:
        return f"refused: {error}"


def number(expression):
    return int(gdb.parse_and_eval(expression))


def pid():
    return gdb.selected_inferior().pid


def pagemap(address):
    return physical(pid(), address)[0]


def asked(*arguments):
    return subprocess.run(["v2p-query", *arguments], text=True, capture_output=True,
                          check=False).stdout


def row(command):
    """The addresses in the only row of a table."""
    lines = said(command).splitlines()
    return lines[1].split()[:2] if len(lines) == 2 else lines


def is_at(command, address):
    there = pagemap(address)
    found = row(command)
    results.ok(there and found == [hex(address), hex(there)], command, (found, there))


def test_threads():
    gdb.execute("break ready")
    gdb.execute("run")
    results.ok(len(gdb.selected_inferior().threads()) == 4, "the program has four threads")
    seen = set()
    for thread in range(1, 5):
        gdb.execute(f"thread {thread}")
        stack = number("$sp")
        seen.add(stack)
        is_at("v2p $sp", stack)
    results.ok(len(seen) == 4, "each has a stack of its own", seen)


def test_addresses():
    for expression, address in (("&counter", "&counter"), ("table", "&table"),
                                ("table_pointer->rows[1000]", None), ("ready", "&ready"),
                                ("&table.rows[4095]", "&table.rows[4095]"),
                                ("buffer + 12345", "buffer + 12345")):
        if address:
            is_at(f"v2p-query {expression}", number(address))
        else:
            # A number is an address, as for x.
            results.ok(row(f"v2p {expression}") == ["0x1010101", "none"], expression,
                       row(f"v2p {expression}"))
    results.ok(row("v2p untouched") == [hex(number("untouched")), "none"], "what is not there",
               row("v2p untouched"))


def test_walk():
    walk, place = said("v2p walk &counter"), pagemap(number("&counter"))
    results.ok(f"= {place:#x}\n" in walk and "pte[" in walk and
               walk == asked("walk", "--pid", str(pid()), hex(number("&counter"))),
               "a walk is drawn", walk)


def test_extents():
    start, size = number("buffer"), number("buffer_size")
    table = said("v2p extents buffer, buffer_size")
    results.ok(table == asked("extents", "--pid", str(pid()), f"{start:#x}+{size}") and
               len(table.splitlines()) > 1, "extents", table)
    rows = [[int(number, 16) for number in row] for row in re.findall(
        r"(0x[0-9a-f]+)-(0x[0-9a-f]+) +(0x[0-9a-f]+)", said("v2p extents table_pointer"))]
    begin = number("&table")
    results.ok(rows and [begin, *(end for _, end, _ in rows[:-1])] == [row[0] for row in rows] and
               rows[-1][1] == begin + number("sizeof(table)") and
               all(where == pagemap(start) for start, _, where in rows),
               "extents of what a pointer points to", rows)
    results.ok("does not tell how long" in said("v2p extents buffer"), "a length is wanted")
    results.ok("some of it has no" in said("v2p extents untouched, 4096"), "a hole is told")


def test_number():
    start = number("buffer")
    wrong = [page for page in range(0, number("buffer_size"), PAGE)
             if number(f"$v2p(buffer + {page})") != pagemap(start + page)]
    results.ok(not wrong, "$v2p() is what pagemap says", wrong)
    results.ok("has no physical page: it is none" in said("print $v2p(untouched)"),
               "or says why there is none", said("print $v2p(untouched)"))
    gdb.execute("delete")
    gdb.execute(f"break ready if $v2p(&counter) == {pagemap(number('&counter'))}")
    gdb.execute("continue")
    results.ok(gdb.selected_frame().name() == "ready", "a breakpoint with a condition on it")


def test_refused():
    gdb.execute("generate-core-file /tmp/core")
    gdb.execute("kill")
    words = "no process is being debugged"
    results.ok(all(words in said(command) for command in ("v2p 0", "v2p walk 0", "print $v2p(0)")),
               "no process", said("v2p 0"))
    gdb.execute("core-file /tmp/core")
    results.ok("a core file" in said("v2p &counter"), "a core file", said("v2p &counter"))
    gdb.execute("core-file")
    os.unlink("/tmp/core")
    if not os.path.exists("/tmp/qemu.gdb"):
        results.skip("a remote target", "no QEMU runs in here")
        return
    gdb.execute("target remote /tmp/qemu.gdb")
    results.ok("kind \"remote\"" in said("v2p 0"), "a remote target", said("v2p 0"))
    gdb.execute("disconnect")


gdb.execute("set pagination off")
gdb.execute("set confirm off")
for test in test_threads, test_addresses, test_walk, test_extents, test_number, test_refused:
    try:
        test()
    except Exception as error:  # pylint: disable=broad-except
        results.ok(False, f"{test.__name__} comes to its end", repr(error))
results.end()
