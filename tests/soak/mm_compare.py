#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compares what the kernel's mm selftests said without a scan with what they said
under one (the output of mm-guest), and says so in KTAP."""
import argparse
import collections
import re
import sys

RESULT = re.compile(r"[# ]*(ok|not ok)\b *(\d+)?(?: *-? *(.*?))?(?: *#\s*((?i:skip|xfail))\b.*)?$")
# As khugepaged has them, in colours.
COLOURED = re.compile(r"(.*?)\.{3,} *\x1b\[\d+m(OK|Fail|Skip)\x1b\[0m")
WORDS = {"OK": "ok", "Fail": "not ok", "Skip": "skip"}
SCANNED = re.compile(r"# scanned: maps=(\d+) extents=(\d+) translations=(\d+) walks=(\d+) "
                     r"gone=\d+ wrong=(\d+) failures=(\d+)$")
# Addresses, ids and times are others in every run.
VOLATILE = re.compile(r"0x[0-9a-f]+|\d+(?:\.\d+)?", re.I)
FAILED = 1


class Run:
    """What one run of a test said."""

    def __init__(self):
        self.results = []
        self.exit = None

    def add(self, line):
        found = RESULT.match(line)
        coloured = COLOURED.match(line)
        if found:
            good, _, name, directive = found.groups()
            self.results.append((VOLATILE.sub("N", name or ""),
                                 (directive or good).lower()))
        elif coloured:
            self.results.append((VOLATILE.sub("N", coloured[1]), WORDS[coloured[2]]))

    def verdict(self):
        """Its exit status and its results: a multiset, as some tests shuffle theirs."""
        return self.exit, collections.Counter(self.results)


class Test:
    """A command, run without and with a scan."""

    def __init__(self, command):
        self.command = command
        self.runs = {"without": Run(), "with": Run()}
        self.scanner = None
        self.scanned = None


def parse(lines):
    """Returns the tests, and whether the output is whole."""
    tests, run, ended = [], None, False
    for line in lines:
        line = line.rstrip("\n")
        word, _, rest = line.removeprefix("==== ").partition(" ")
        if not line.startswith("==== "):
            if run:
                run.add(line)
        elif word in ("without:", "with:"):
            if word == "without:":
                tests.append(Test(rest))
            run = tests[-1].runs[word[:-1]]
        elif word == "exit":
            run.exit = int(rest.split()[0])
            run = None
        elif word == "scanner:":
            status, _, words = rest.partition(" ")
            tests[-1].scanner = int(status)
            found = SCANNED.match(words)
            tests[-1].scanned = tuple(map(int, found.groups())) if found else None
        elif word == "end":
            ended = True
    return tests, ended


def differences(test):
    """What speaks against a test, as lines."""
    without, under = test.runs["without"], test.runs["with"]
    if without.exit is None or under.exit is None:
        return ["it did not end"]
    lines = []
    if without.exit != under.exit:
        lines.append(f"exit status {without.exit} without, {under.exit} with a scan")
    before, after = without.verdict()[1], under.verdict()[1]
    lines += [f"without: {verdict} {name}" for name, verdict in (before - after).elements()]
    lines += [f"with: {verdict} {name}" for name, verdict in (after - before).elements()]
    return lines


def nothing_told(test, different):
    """Why a test shows nothing of v2p, or None."""
    run = test.runs["without"]
    verdicts = {verdict for _, verdict in run.results}
    if run.exit is None:
        return None
    failed = "not ok" in verdicts or run.exit not in (0, 4)
    # What fails with and without, beside much that passes, does not take from that.
    if failed and (different or "ok" not in verdicts):
        return "it fails without v2p, which tells nothing"
    if not different and (verdicts == {"skip"} or run.exit == 4 and not verdicts):
        return "the test skips itself"
    return None


def scan_problem(test):
    if test.scanner is None or test.scanned is None:
        return "the scanner did not say what it did"
    maps, extents, translations, walks, wrong, failures = test.scanned
    if test.scanner or wrong or failures:
        return f"{wrong} wrong answers, {failures} failures, exit status {test.scanner}"
    return None if maps else "nothing was scanned"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=int, default=1000, metavar="TRANSLATIONS",
                        help="fewest that the scans must have made, all together")
    parser.add_argument("output", type=argparse.FileType(errors="replace"))
    args = parser.parse_args()
    tests, ended = parse(args.output)
    number, failed, told = 0, 0, 0
    total = [0] * 6

    def result(good, name, why=()):
        nonlocal number, failed
        number += 1
        failed += not good
        for line in why:
            print(f"# {name}: {line}")
        print(f"{'ok' if good else 'not ok'} {number} - {name}")

    print("TAP version 13")
    for test in tests:
        name = test.command.replace("#", "")
        different = differences(test)
        why_not = nothing_told(test, different)
        failures = [what for what, verdict in test.runs["without"].results
                    if verdict == "not ok"][:5]
        if why_not:
            for line in different:
                print(f"# {name}: {line}")
            number += 1
            print(f"ok {number} - {name} # SKIP {why_not}")
        else:
            told += 1
            print(f"# {name}: {len(test.runs['with'].results)} results of its own")
            for line in failures:
                print(f"# {name}: fails without v2p, too: {line}")
            result(not different, name, different)
        problem = scan_problem(test)
        if problem:
            result(False, f"{name}: the scan", [problem])
        if test.scanned:
            total = [a + b for a, b in zip(total, test.scanned)]
    result(ended, "all tests of the list were run")
    result(2 * told > len(tests), f"{told} of {len(tests)} tests told something")
    result(total[2] >= args.least, f"the scans translated {args.least} addresses and more")
    print("# scanned: maps={} extents={} translations={} walks={} wrong={}".format(*total))
    print(f"1..{number}")
    return FAILED if failed else 0


if __name__ == "__main__":
    sys.exit(main())
