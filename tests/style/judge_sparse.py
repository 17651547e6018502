#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Judges what sparse says of each object of a build, as TAP.

Each source has a fault planted in its last line: sparse keeps its warnings back
after an error, and kbuild does nothing, with a word in the log, where it takes
sparse for too old. An object counts as checked only where that fault was found. It
is skipped where sparse does not understand the kernel's own headers.
"""
import argparse
import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

PLANT = "planted_fault"
STEP = re.compile(r"  ([A-Z]+)(?: \[M\])? +(\S+)$")
COMPLAINT = re.compile(r"(\S+?):(\d+):\d+: (warning|error): (.*)$")


def read(logs, inner):
    """What sparse says of each file that it looked at, as (place, line, kind, words)."""
    said = {}
    current = None
    for path in logs:
        with open(path, errors="replace") as log:
            for line in log:
                line = line.rstrip().replace(inner + "/", "")
                step = STEP.match(line)
                complaint = COMPLAINT.match(line)
                if step:
                    current = None
                    if step[1] == "CHECK":
                        current = said.setdefault(step[2], [])
                elif complaint and current is not None:
                    place, number, kind, words = complaint.groups()
                    current.append((place, int(number), kind, words))
    return said


def sources(tree):
    """Those that there is an object of, with the line of their planted fault."""
    found = {}
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            if (name.endswith(".c") and not name.endswith(".mod.c")
                    and os.path.exists(path[:-2] + ".o")):
                with open(path) as file:
                    lines = file.read().splitlines()
                if not lines[-1].count(PLANT):
                    raise SystemExit(f"{path}: no fault is planted")
                found[os.path.relpath(path, tree)] = len(lines)
    return found


def judge(results, name, planted, said):
    """Tells the result of one file, by what sparse said of it."""
    if said is None:
        results.ok(False, f"{name}: sparse looked at it")
        return
    foreign = [words for place, _, kind, words in said
               if kind == "error" and os.path.isabs(place)]
    if foreign:
        results.skip(name, f"sparse does not understand the headers: {foreign[0]}")
        return
    others = [entry for entry in said if entry[:2] != (name, planted)]
    lines = "\n".join(f"{place}:{line}: {kind}: {words}" for place, line, kind, words in others)
    if len(others) == len(said):
        results.ok(False, f"{name}: sparse finds what was planted", lines)
    else:
        results.ok(not others, f"{name}: sparse finds no more than was planted", lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tree", required=True, help="where the sources and objects are")
    parser.add_argument("--inner", required=True, help="the tree's name in the logs")
    parser.add_argument("logs", nargs="+")
    args = parser.parse_args()
    said = read(args.logs, args.inner)
    results = Results()
    for name, planted in sorted(sources(args.tree).items()):
        judge(results, name, planted, said.get(name))
    if not results.count:
        results.ok(False, "an object was built")
    return results.end()


if __name__ == "__main__":
    raise SystemExit(main())
