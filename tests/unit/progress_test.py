#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query's bar on a terminal, and the memory that it takes, where there is much to read."""
import os
import re
import signal
import subprocess

from command import BUILD, COMMAND, LIMIT, PEAK, PID, Sleeper, environment, main, ok, peak, skip

BASE, STRIDE = 0x100000000, 0x400000


def on_a_terminal(*arguments, fake, stdout, extra=None):
    """What standard error shows; @stdout is None for the terminal, too."""
    ours, theirs = os.openpty()
    process = subprocess.Popen([COMMAND, *map(str, arguments)], stderr=theirs,
                               env=environment(fake) | {"TERM": "xterm"} | (extra or {}),
                               stdout=theirs if stdout is None else stdout)
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:
        pass
    os.close(ours)
    return process.wait(LIMIT), said.decode()


# From when a second is over.
TENTHS = [50, 60, 70, 80, 90, 100]


def test_progress():
    status, said = on_a_terminal("--kernel", "--all", fake="slow", stdout=subprocess.DEVNULL)
    parts = [int(part) for part in re.findall(r"\] +(\d+) %", said)]
    ok(status == 0 and parts == sorted(parts) and len(parts) > 2, "a bar that grows", repr(said))
    # A tenth of the tables takes a tenth of the time, wherever they are.
    ok(parts == TENTHS, "as the work does", repr(said))
    ok(said.endswith("\r\033[K"), "and goes away", repr(said))
    with Sleeper() as sleeper:
        status, said = on_a_terminal("--pid", sleeper.process.pid, "--all", "-q", fake="slow",
                                     stdout=subprocess.DEVNULL)
        parts = [int(part) for part in re.findall(r"\] +(\d+) %", said)]
        ok(status == 0 and parts == TENTHS,
           "of a process, too, whatever is mapped without a page", repr(said))
        status, said = on_a_terminal("--pid", sleeper.process.pid, "--range",
                                     f"{BASE + 200 * STRIDE:#x}+64G", "-q", fake="slow",
                                     stdout=subprocess.DEVNULL)
        parts = [int(part) for part in re.findall(r"\] +(\d+) %", said)]
        ok(status == 1 and parts and 60 <= parts[0] <= 80 and parts[-1] == 100,
           "of a range, what is in it", repr(said))
        status, said = on_a_terminal("extents", "--pid", sleeper.process.pid, "--pid", PID, "--pid",
                                     1, "-q", fake="slow", stdout=subprocess.DEVNULL)
        parts = [int(part) for part in re.findall(r"\] +(\d+) %", said)]
        ok(status == 0 and parts == [33, 66] and said.endswith("\r\033[K"),
           "of several processes, how many are done", repr(said))
    for what, options in (("a terminal that is written to", {"fake": "slow", "stdout": None}),
                          ("a dumb one", {"fake": "slow", "stdout": subprocess.DEVNULL,
                                          "extra": {"TERM": "dumb"}}),
                          ("quick work", {"fake": "", "stdout": subprocess.DEVNULL})):
        status, said = on_a_terminal("--kernel", "--all", **options)
        ok(status == 0 and " %" not in said, f"no bar for {what}", repr(said[:200]))


def interrupted(number, ignored=False):
    """What a terminal shows, and the status, where a signal comes while the bar stands."""
    ours, theirs = os.openpty()
    before = {"preexec_fn": lambda: signal.signal(number, signal.SIG_IGN)} if ignored else {}
    process = subprocess.Popen([COMMAND, "--kernel", "--all"], stderr=theirs,
                               env=environment("stuck") | {"TERM": "xterm"},
                               stdout=subprocess.DEVNULL, **before)
    os.close(theirs)
    said = b""
    while b" %" not in said:
        said += os.read(ours, 65536)
    process.send_signal(number)
    if ignored:
        process.kill()
    try:
        while part := os.read(ours, 65536):
            said += part
    except OSError:
        pass
    os.close(ours)
    return process.wait(LIMIT), said.decode()


def test_interrupted():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        status, said = interrupted(number)
        ok(status == -number and said.endswith("%\r\033[K"),
           f"{number.name} wipes the bar off, and ends the command", f"{status} {said!r}")
    status, said = interrupted(signal.SIGHUP, ignored=True)
    ok(status == -signal.SIGKILL and said.endswith("%"), "a signal that is ignored stays so",
       f"{status} {said!r}")


def memory(fake, *arguments):
    """Lines of output, exit status and peak of memory in KiB."""
    process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=subprocess.PIPE,
                               env=environment(fake) | {"V2P_PEAK": PEAK})
    lines = sum(part.count(b"\n") for part in iter(lambda: process.stdout.read(1 << 16), b""))
    process.stdout.close()
    return lines, process.wait(LIMIT), peak()


def test_million():
    for form in ((), ("-q",), ("-p",), ("--json-lines",), ("--summary",)):
        name = " ".join(form)
        _, status, small = memory("", "--pid", PID, "--all", *form)
        lines, many, large = memory("million", "--pid", PID, "--all", *form)
        ok(status == many == 0 and lines >= 1000000, f"a million extents {name}: {lines} lines")
        if "san" in os.path.basename(BUILD):
            skip("constant memory", "the sanitizer keeps freed memory")
        else:
            ok(large < small + 1024, f"constant memory: {small} and {large} KiB")


main(test_progress, test_interrupted, test_million)
