#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""In the VM, with the packages and drgn: v2p.drgn on a process, beside pagemap. Prints TAP.

    drgn-guest.py PROGRAM    one with debug information, which stays
"""
import os
import subprocess
import sys
import time

import drgn
import v2p
from pagemap import physical as pagemap
from results import Results
from v2p.drgn import address_space, extents, physical, walk

results = Results()


def refused(ask):
    try:
        return f"{ask()} instead of an error"
    except ValueError as error:
        return str(error)


def wait_for_threads(pid):
    """They come when all memory is what it will be."""
    deadline = time.monotonic() + 60
    while len(os.listdir(f"/proc/{pid}/task")) == 1:
        if time.monotonic() > deadline:
            raise TimeoutError("the program starts no thread")
        time.sleep(0.1)


def main(path):
    child = subprocess.Popen([path], stdout=subprocess.DEVNULL)
    try:
        wait_for_threads(child.pid)
        prog = drgn.Program()
        prog.set_pid(child.pid)
        try:
            prog.load_default_debug_info()
        except drgn.MissingDebugInfoError:
            # That of the libraries, which is not asked for.
            pass
        judge(prog, child.pid)
    finally:
        child.kill()
    return results.end()


def judge(prog, pid):
    # Initialized: of those that are not, drgn 0.0.22 (Debian 12) forgets where the program is.
    pointer = prog["table_pointer"]
    expected = pagemap(pid, pointer.address_)[0]
    results.ok(expected and physical(pointer) == expected, "an object is where pagemap has it",
               (physical(pointer), expected))
    found = walk(pointer)
    results.ok(found.translation.physical == expected and len(found.steps) >= 4,
               "a walk to it", found)
    runs = extents(prog["table"])
    results.ok(sum(run.length for run in runs) == drgn.sizeof(prog["table"]) and
               all(pagemap(pid, run.address)[0] == run.physical for run in runs),
               "the runs of an array", runs)
    with address_space(prog) as space:
        results.ok(isinstance(space, v2p.Process), "it is a process")
    results.ok("no memory" in refused(lambda: physical(drgn.Object(prog, "int", 1))), "a value alone")
    other = drgn.Program(drgn.host_platform)
    told = refused(lambda: physical(drgn.Object(other, "int", address=1)))
    results.ok("core dump" in told, "what is not live", told)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
