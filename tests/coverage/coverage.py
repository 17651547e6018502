#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Which lines of the module the tests ran, from gcov's counters.

  coverage.py unpack OUTPUT FOLDER    counters from a VM's output, beside the .gcno files
  coverage.py judge JSON...           what gcov --json-format says, to TAP

Each line that did not run has to stand, with its reason, in the file "left" beside this
one: the name of the file, the line's text, the reason, with tabs in between.
"""
import base64
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
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
            own = re.search(r"(?:^|/)(module/(?!compat/).*\.[ch])$", os.path.normpath(file["file"]))
            for line in file["lines"] if own else ():
                files[own[1]][line["line_number"]] += line["count"]
    return files


def read_left(path=LEFT):
    with open(path) as file:
        rows = [line.rstrip("\n").split("\t") for line in file
                if line.strip() and not line.startswith("#")]
    return {(name, text): reason for name, text, reason in rows}


def judge(files, left, source):
    """Results for TAP, as pairs of good and words."""
    total = sum(len(lines) for lines in files.values())
    missed = [(name, number) for name, lines in sorted(files.items())
              for number, count in sorted(lines.items()) if not count]
    share = 100 * (total - len(missed)) / total if total else 0
    yield share >= LEAST, f"{share:.1f} % of {total} lines of the module ran"
    for name, number in missed:
        text = source(name, number)
        reason = left.get((name, text))
        yield reason is not None, f"{name}:{number} {text} ({reason or 'no reason is given'})"


def source_line(name, number):
    with open(os.path.join(TOP, name)) as file:
        return file.read().splitlines()[number - 1].strip()


def main():
    if sys.argv[1:2] == ["unpack"]:
        unpack(*sys.argv[2:])
        return 0
    documents = []
    for path in sys.argv[2:]:
        with open(path) as file:
            documents += [json.loads(line) for line in file if line.strip()]
    results = list(judge(counts(documents), read_left(), source_line))
    print("TAP version 13")
    print(f"1..{len(results)}")
    for number, (good, words) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {words.replace('#', '')}")
    return 0 if all(good for good, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main())
