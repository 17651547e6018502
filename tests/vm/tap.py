#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sums up TAP and KTAP files, and the counts of compared translations in them."""
import argparse
import collections
import os
import re
import sys

INDENT = re.compile(r"(?:# ?|    )*")
RESULT = re.compile(r"(ok|not ok)\b *(\d+)?(?: +-)?(?: +(?!#)(.*?))?(?: *(?<!\\)#\s*(\w+) *(.*))?$")
PLAN = re.compile(r"1\.\.(\d+)(?: *#\s*skip\b.*)?$", re.I)
PROGRAM = re.compile(r"selftests: \S+: (\S+)$")
COMPARED = re.compile(r"compared: pagemap=(\d+) kernel=(\d+) monitor=(\d+)\s*$")
KERNEL = re.compile(r"vm-(.+)-(?:five|four|three)-levels")
KINDS = ("pagemap", "kernel", "monitor")


class Group:
    """The results at one depth, up to the one that sums them up."""

    def __init__(self):
        self.seen = 0
        self.failed = 0
        self.plan = None


class Tally:
    """What one file says. Only leaves count: a result that follows deeper ones
    sums them up, and counts itself only where it fails for a reason that they
    do not show, as a program that died."""

    def __init__(self):
        self.passed = 0
        self.skips = []
        self.failures = []
        self.compared = collections.Counter()
        self.groups = []
        self.program = ""
        self.said = collections.deque(maxlen=8)

    def failure(self, name):
        """With what was said just before."""
        self.failures.append((name, list(self.said)))

    def close(self, depth):
        """Ends all groups deeper than depth. Returns whether there were any,
        and how many of their results failed."""
        found, failed = False, 0
        while len(self.groups) > depth + 1:
            group = self.groups.pop()
            found |= group.seen > 0
            failed += group.failed
            if group.plan is not None and group.plan != group.seen:
                self.failure(f"{group.seen} results of {group.plan} planned")
                failed += 1
        return found or failed > 0, failed

    def group(self, depth):
        while len(self.groups) <= depth:
            self.groups.append(Group())
        return self.groups[depth]

    def result(self, depth, good, name, directive, why):
        parent, failed = self.close(depth)
        group = self.group(depth)
        group.seen += 1
        if directive in ("skip", "todo") and not failed and (good or directive == "todo"):
            if not parent:
                self.skips.append(f"{name}: {why}" if why else name)
        elif not good:
            if not failed:
                self.failure(name)
                failed = 1
        elif not parent:
            self.passed += 1
        group.failed += failed
        self.said.clear()

    def line(self, line):
        line = line.rstrip()
        counts = COMPARED.search(line)
        if counts:
            self.compared.update(dict(zip(KINDS, map(int, counts.groups()))))
        indent = INDENT.match(line)[0]
        depth = indent.count("#") + indent.count("    ")
        rest = line[len(indent):]
        program = PROGRAM.match(rest)
        found = RESULT.match(rest)
        if program:
            self.program = program[1] + ": "
        elif found:
            good, number, name, directive, why = found.groups()
            name = (self.program if depth else "") + (name or f"test {number}")
            self.result(depth, good == "ok", name, (directive or "").lower(), why)
        elif PLAN.match(rest):
            self.close(depth)
            self.group(depth).plan = int(PLAN.match(rest)[1])
            if depth and re.fullmatch(r"1\.\.0\s*", rest):
                self.failure(self.program + "no test at all")
                self.group(depth).failed += 1
        elif rest.startswith("Bail out!"):
            self.failure(rest)
        elif rest:
            self.said.append(rest)

    def end(self):
        self.close(-1)
        if not self.passed and not self.skips and not self.failures:
            self.failure("no result at all")


def read(path):
    tally = Tally()
    try:
        with open(path, errors="replace") as file:
            for line in file:
                tally.line(line)
    except OSError as error:
        tally.failure(str(error))
    tally.end()
    return tally


def words(passed, failed, skipped):
    text = f"{passed} passed, {failed} failed"
    return text + (f", {skipped} skipped" if skipped else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--least", type=int, nargs=3, metavar=tuple(KINDS),
                        help="fewest compared translations that each kernel must have")
    parser.add_argument("files", nargs="+",
                        help="those named vm-KERNEL-five-levels and the like also count for that kernel")
    args = parser.parse_args()

    total = collections.Counter()
    failures = []
    kernels = collections.defaultdict(collections.Counter)
    for path in args.files:
        name = os.path.basename(path).removesuffix(".tap")
        tally = read(path)
        total.update(passed=tally.passed, failed=len(tally.failures), skipped=len(tally.skips))
        print(f"{name}: {words(tally.passed, len(tally.failures), len(tally.skips))}")
        for line in tally.skips:
            print(f"    skipped: {line}")
        failures += ((f"{name}: {failure}", said) for failure, said in tally.failures)
        kernel = KERNEL.match(name)
        if kernel:
            kernels[kernel[1]].update(tally.compared)
    for kernel, counts in kernels.items():
        print(f"{kernel}: compared translations: "
              + ", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
        for kind, least in zip(KINDS, args.least or ()):
            if counts[kind] < least:
                failures.append((f"{kernel}: fewer than {least} {kind}", []))
                total["failed"] += 1
    # Last, where they are seen.
    for failure, said in failures:
        print(f"FAILED: {failure}")
        for line in said:
            print(f"    {line}")
    print(words(total["passed"], total["failed"], total["skipped"]))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
