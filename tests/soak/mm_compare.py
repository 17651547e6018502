#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compares what the kernel's mm selftests said while v2p scanned with what they said
without it (the output of mm-guest), and says so in KTAP."""
import argparse
import collections
import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

RESULT = re.compile(r"[# ]*(ok|not ok)\b *(\d+)?(?: *-? *(.*?))?(?: *#\s*((?i:skip|xfail))\b.*)?$")
# As khugepaged has them, in colours, and userfaultfd's.
WORDED = re.compile(r"(.*?)\.{3,} *(?:\x1b\[\d+m)?(OK|Fail|Skip|done|failed|skipped)\b")
WORDS = {"OK": "ok", "Fail": "not ok", "Skip": "skip",
         "done": "ok", "failed": "not ok", "skipped": "skip"}
SCANNED = re.compile(r"# scanned: maps=(\d+) extents=(\d+) translations=(\d+) walks=(\d+) "
                     r"gone=\d+ wrong=(\d+) failures=(\d+)$")
# Addresses, ids and times are others in every run.
VOLATILE = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)?", re.I)
# Of a selftest. Higher ones are of its shell and of timeout(1): time-outs and signals.
SKIPS = 4
PASSES = {0, SKIPS}
MAX_OWN = 123


class Run:
    """What one run of a test said."""

    def __init__(self):
        self.results = collections.Counter()
        self.exit = None

    def add(self, line):
        found = RESULT.match(line)
        worded = WORDED.match(line)
        if found:
            good, _, name, directive = found.groups()
            self.results[VOLATILE.sub("N", name or ""), (directive or good).lower()] += 1
        elif worded:
            self.results[VOLATILE.sub("N", worded[1]), WORDS[worded[2]]] += 1


class Test:
    """A command, run as often without as with a scan."""

    def __init__(self, command):
        self.command = command
        self.runs = {"without": [], "with": []}
        self.scans = []

    def fails_itself(self):
        """Names of results that failed without v2p: they tell nothing of it."""
        return {name for run in self.runs["without"]
                for name, verdict in run.results if verdict == "not ok"}


def parse(lines):
    """Returns the tests, and whether the output is whole."""
    tests, run, ended = [], None, False
    for line in lines:
        line = line.rstrip("\n")
        word, _, rest = line.removeprefix("==== ").partition(" ")
        if not line.startswith("==== "):
            if run:
                run.add(line)
        elif word == "test:":
            tests.append(Test(rest))
        elif word in ("without", "with"):
            run = Run()
            tests[-1].runs[word].append(run)
        elif word == "exit":
            run.exit = int(rest.split()[0])
            run = None
        elif word == "scanner:":
            status, _, words = rest.partition(" ")
            found = SCANNED.match(words)
            tests[-1].scans.append((int(status),
                                    tuple(map(int, found.groups())) if found else None))
        elif word == "end":
            ended = True
    return tests, ended


def unended(test):
    return any(not runs or any(run.exit is None for run in runs)
               for runs in test.runs.values())


def differences(test):
    """What was seen with a scan and never without, as lines. Results are counted, as
    some tests shuffle theirs and give several one name."""
    if unended(test):
        return ["it did not end"]
    without, under = test.runs["without"], test.runs["with"]
    itself = test.fails_itself()
    exits = {run.exit for run in without}
    if itself or exits - PASSES:
        exits |= PASSES
    lines = [f"exit status {run.exit} with a scan, {sorted(exits)} without"
             for run in under if run.exit not in exits]
    for what in sorted(set().union(*(run.results for run in without + under))):
        name, verdict = what
        seen = [run.results[what] for run in without]
        others = [run.results[what] for run in under]
        strange = sum(not min(seen) <= count <= max(seen) for count in others)
        if strange and name not in itself:
            lines.append(f"{verdict} {name}: {seen} times without, {others} with a scan")
    return lines


def nothing_told(test):
    """Why a test shows nothing of v2p, or None."""
    if unended(test):
        return None
    without = test.runs["without"]
    told = set().union(*(run.results for run in without))
    if all(run.exit > MAX_OWN for run in without):
        return "it does not come to its end without v2p"
    itself = test.fails_itself()
    if any(verdict == "ok" and name not in itself for name, verdict in told):
        return None
    if itself or not told and not any(run.exit in PASSES for run in without):
        return "it fails without v2p, which tells nothing"
    # What the scan breaks counts all the same.
    if not differences(test) and (told or all(run.exit == SKIPS for run in without)):
        return "the test skips itself"
    return None


def scan_problem(status, scanned):
    if scanned is None:
        return "the scanner did not say what it did"
    maps, _, _, _, wrong, failures = scanned
    if status or wrong or failures:
        return f"{wrong} wrong answers, {failures} failures, exit status {status}"
    return None if maps else "nothing was scanned"


def report(tests, ended, least):
    """Prints it all, and returns whether anything failed."""
    told = 0
    total = [0] * 6
    results = Results()

    for test in tests:
        name = test.command
        different = "\n".join(f"{name}: {line}" for line in differences(test))
        why_not = nothing_told(test)
        if why_not:
            results.remark(different)
            results.skip(name, why_not)
        else:
            told += 1
            runs = [sum(run.results.values()) for run in test.runs["with"]]
            print(f"# {name}: {runs} results of its own")
            for line in sorted(test.fails_itself())[:5]:
                print(f"# {name}: fails without v2p, too: {line}")
            results.ok(not different, name, different)
        problems = [scan_problem(*scan) for scan in test.scans or [(None, None)]]
        if any(problems):
            results.ok(False, f"{name}: the scan", "\n".join(filter(None, problems)))
        for _, scanned in test.scans:
            total = [a + b for a, b in zip(total, scanned or [0] * 6)]
    results.ok(ended, "all tests of the list were run")
    results.ok(2 * told > len(tests), f"{told} of {len(tests)} tests told something")
    results.ok(total[2] >= least, f"the scans translated {least} addresses and more")
    print("# scanned: maps={} extents={} translations={} walks={} wrong={}".format(*total))
    return bool(results.end())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=int, default=1000, metavar="TRANSLATIONS",
                        help="fewest that the scans must have made, all together")
    parser.add_argument("--differ", action="store_true",
                        help="only end with status 0 where a test tells of a difference, "
                        "else with 1")
    parser.add_argument("output", type=argparse.FileType(errors="replace"))
    args = parser.parse_args()
    tests, ended = parse(args.output)
    if args.differ:
        return not any(differences(test) and not nothing_told(test) for test in tests)
    return report(tests, ended, args.least)


if __name__ == "__main__":
    sys.exit(main())
