#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Compares counted instructions with the committed ones, and speaks TAP: those for an
address, and those in a row with interrupts off.

Instructions repeat, on any host: a figure that rises has a reason. Where it is a good
one, or where figures have fallen, `make bench-figures` renews those that are committed.
"""
import argparse
import json
import os
import sys

import report

sys.path.append(os.path.join(report.HERE, "../lib"))
from results import Results  # noqa: E402

FIGURES = os.path.join(report.HERE, "figures")
ALLOWED = 1.10
# What the figures of each kind are called.
KINDS = {"instructions": "", "interrupts_off": "interrupts off, "}


def compare(committed, measured):
    """A figure may not be more than ALLOWED times the committed one. Results as whether it
    is good, what it is about, and why it is skipped, or None."""
    for name, limit in committed.items():
        if name not in measured:
            yield False, f"{name}: not measured, {limit} is committed", None
        else:
            yield (measured[name] <= limit * ALLOWED,
                   f"{name}: {measured[name]} instructions, {limit} committed", None)
    for name in measured:
        if name not in committed:
            yield (True, f"{name}: {measured[name]} instructions",
                   "no figure is committed, make bench-figures")


def measure(folder):
    """Figures by kind."""
    tables, symbols = report.read(os.path.join(folder, "counted"))
    return {
        "instructions": report.own_figures(report.figures(tables)),
        "interrupts_off": {row["name"]: report.interrupts_off(request, symbols)
                           for row, request in report.recordings(folder, tables)
                           if row["guarded"]},
    }


def judge(line, measured, folder=FIGURES):
    path = os.path.join(folder, line + ".json")
    if not os.path.exists(path):
        return [(True, line, "no figures are committed for it, make bench-figures")]
    with open(path) as file:
        committed = json.load(file)
    return [(good, said + text, skip) for kind, said in KINDS.items()
            for good, text, skip in compare(committed.get(kind, {}), measured[kind])]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("line", help="of kernels, such as 6.12")
    parser.add_argument("folder", help="with what was said, and recorded")
    args = parser.parse_args()
    results = Results()
    for good, text, skip in judge(args.line, measure(args.folder)):
        if skip:
            results.skip(text, skip)
        else:
            results.ok(good, text)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
