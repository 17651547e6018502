#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes the benchmark's results those that the guard compares with and the documents show."""
import argparse
import json
import math
import os
import sys

import guard
import report

TOP = os.path.join(report.HERE, "../..")
# The documents tell of so many kernels, the newest.
TOLD = 2
# What the README has of it.
SHORT = ("one address", "opened: one address", "scattered, 1024", "neighbours, 1024", "kernel, 1024",
         "range, contiguous pages, each", "range, huge pages, each")
BEGIN = "<!-- from here to the end mark: make bench-figures -->\n"
# The same of another processor, which the documents tell less of.
BEGIN_OTHER = "<!-- from here to the end mark: make bench-figures ARCH={} -->\n"
END = "<!-- end mark -->\n"


def markdown(head, rows):
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines) + "\n"


def instructions(results, names):
    head = [""]
    for result in results:
        head += [f"v2p, {result['line']}", "pagemap", "ratio"]
    rows = []
    for name in names:
        cells = [name]
        for result in results:
            row = result["instructions"][name]
            cells += report.figure_cells(row)
        rows.append(cells)
    return markdown(head, rows)


def by_line(results, part, text):
    """The rows of one part, a column for each kernel."""
    return markdown(["", *(result["line"] for result in results)],
                    [[name, *(text(result[part][name]) for result in results)]
                     for name in results[0][part]])


def thousandfold(row):
    """The ends and a little between."""
    return math.log2(row["size"]) % 10 == 0 or math.log10(row["size"]) % 3 == 0


def growth(results):
    rows = [[row["of"], report.size_of(row), report.number(row["instructions"]),
             str(row.get("kib", "-"))] for row in results[0]["growth"] if thousandfold(row)]
    return markdown(["", "size", f"instructions per address, {results[0]['line']}", "KiB"], rows)


def guarded(requests):
    return {name: row["interrupts_off"] for name, row in requests.items() if row["guarded"]}


def interrupts_off(result):
    """Of all recorded requests the worst."""
    name, row = max(result["requests"].items(), key=lambda item: item[1]["interrupts_off"])
    return f"{row['interrupts_off']:,} on {result['line']} ({name}, {row['count']:,} in a call)"


def section(results):
    return (instructions(results, results[0]["instructions"])
            + "Instructions in a row with interrupts off, at most: "
            + ", ".join(map(interrupts_off, results)) + ".\n\n"
            + "Ratios by the clock, on two processors. How far the last one is from 1 is what the "
            + "host's load does to all.\n\n"
            + by_line(results, "clock", lambda ratio: f"{ratio:.2f}")
            + "Growth with the addresses of a call, with the address space for 256 of them, and with "
            + "the processes for\none of each; the memory that a call takes at its height. The process that has 1 TiB has such"
            + " large page\ntables that entries are prefetched, as has the one that is asked for more and more"
            + " addresses: that takes\ninstructions, for less time (see below).\n\n"
            + growth(results))


def replace(text, content, mark=BEGIN):
    before, begin, rest = text.partition(mark)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the marks are missing")
    return before + begin + "\n" + content + end + after


def renew(name, content, mark=BEGIN):
    path = os.path.join(TOP, name)
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(replace(text, content, mark))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", help="the processor, where it is another one")
    parser.add_argument("folders", nargs="+", help="of which reports are written, oldest first")
    args = parser.parse_args()
    results = []
    for folder in args.folders:
        with open(folder + ".json") as file:
            results.append(json.load(file))
    os.makedirs(guard.FIGURES, exist_ok=True)
    for result in results:
        with open(os.path.join(guard.FIGURES, result["line"] + ".json"), "w") as file:
            json.dump({"kernel": result["kernel"], "commit": result["commit"],
                       "instructions": report.own_figures(result["instructions"]),
                       "interrupts_off": guarded(result["requests"])},
                      file, indent=1)
            file.write("\n")
    if args.arch:
        renew("docs/performance.md", instructions(results, results[0]["instructions"]),
              BEGIN_OTHER.format(args.arch))
        return
    told = results[-TOLD:]
    renew("docs/performance.md", section(told))
    renew("README.md", instructions(told, SHORT))


if __name__ == "__main__":
    sys.exit(main())
