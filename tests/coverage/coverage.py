#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Which lines of the module the tests ran, from gcov's counters.

  coverage.py unpack OUTPUT FOLDER    counters from a VM's output, beside the .gcno files
  coverage.py judge JSON...           what gcov --json-format says, to TAP

Each line that did not run has to stand, with its reason, in the file "left" beside this
one: the names of the file and the function, the line's text, the reason, with tabs in
between. Of lines of the same text in one function, each takes a row.
"""
import base64
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(HERE, "../lib"))
from results import Results  # noqa: E402
TOP = os.path.join(HERE, "../..")
LEFT = os.path.join(HERE, "left")
LEAST = 95


def unpack(said, folder):
    found = 0
    with open(said, errors="replace") as lines:
        for line in lines:
            counters = re.match(r"(?:# )+gcov (\S+\.gcda) (\S+)$", line)
            if counters:
                found += 1
                with open(os.path.join(folder, "module", counters[1]), "wb") as file:
                    file.write(base64.b64decode(counters[2]))
    if not found:
        raise SystemExit(f"{said}: no counters")


def counts(documents):
    """How often each line ran, in all: {file: {number: count}}."""
    files = collections.defaultdict(collections.Counter)
    for document in documents:
        for file in document["files"]:
            own = re.search(r"(?:^|/)(module/.*\.[ch])$", os.path.normpath(file["file"]))
            for line in file["lines"] if own else ():
                files[own[1]][line["line_number"]] += line["count"]
    return files


def read_left(path=LEFT):
    """The reasons: {(file, function, text): [reason, ...]}."""
    left = collections.defaultdict(list)
    with open(path) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, function, text, reason = line.rstrip("\n").split("\t")
                left[name, function, text].append(reason)
    return left


def function_of(lines, number):
    """Whose a line is: of the last function, or macro that makes some, that begins up to
    it. Of lines that were inlined, which each compiler decides anew, gcov does not say."""
    for line in reversed(lines[:number]):
        found = re.match(r"(?=\w).*?(\w+)\(", line)
        if found:
            return found[1]
    return ""


def judge(files, left, source):
    """Results for TAP, as pairs of good and words. Reasons that it gives are no longer in
    left then."""
    total = sum(len(lines) for lines in files.values())
    missed = [(name, number) for name, lines in sorted(files.items())
              for number, count in sorted(lines.items()) if not count]
    share = 100 * (total - len(missed)) / total if total else 0
    yield share >= LEAST, f"{share:.1f} % of {total} lines of the module ran"
    for name, number in missed:
        lines = source(name)
        function, text = function_of(lines, number), lines[number - 1].strip()
        reasons = left.get((name, function, text))
        reason = reasons.pop(0) if reasons else ""
        yield bool(reason), (f"{name}:{number} {function}: {text} "
                             f"({reason or 'no reason is given'})")


def source_lines(name):
    with open(os.path.join(TOP, name)) as file:
        return file.read().splitlines()


def main():
    if sys.argv[1:2] == ["unpack"]:
        unpack(*sys.argv[2:])
        return 0
    documents = []
    for path in sys.argv[2:]:
        with open(path) as file:
            documents += [json.loads(line) for line in file if line.strip()]
    left = read_left()
    results = Results()
    for good, words in judge(counts(documents), left, source_lines):
        results.ok(good, words)
    # No failure: a line may run by luck.
    for (name, function, text), reasons in left.items():
        for reason in reasons:
            print(f"# of no use in left: {name} {function}: {text} ({reason})")
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
