#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes tables and a JSON document of what the benchmark's programs say."""
import argparse
import collections
import json
import os
import re
import subprocess
import sys

import phases

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.append(os.path.join(HERE, "../vm"))
import recorder  # noqa: E402
SYMBOL = re.compile(r"([0-9a-f]{16}) [tTwW] (\S+)(?:\s+\[(\w+)\])?$")

# The recorded requests whose phases are told; the others keep interrupts off for long.
BROKEN_DOWN = ("one", "scattered", "neighbours", "range", "extents")
FUNCTIONS_SHOWN = 12
# A call may give way to work that earlier ones have put off.
COUNTS_DIFFER = 0.05

# More than twice what 256 pages of 1 GiB cost, whose tables are their own already.
SPACE_LIMIT = 2
# What there is to save by larger batches is saved.
LARGE_BATCH = 1000
GROWTH_LIMIT = 1.1
KIB_LIMIT = 4096


def read(path):
    """Objects by table, and the kernel's symbols: start, name, module."""
    tables = collections.defaultdict(list)
    symbols = []
    with open(path) as file:
        for line in file:
            symbol = SYMBOL.match(line)
            if symbol:
                symbols.append((int(symbol[1], 16), symbol[2], symbol[3]))
            elif line.strip():
                row = json.loads(line)
                tables[row.pop("table")].append(row)
    return tables, symbols


def recordings(folder, tables):
    """What was said of each recorded request, and its instructions."""
    for row in tables["recorded"]:
        marks = tables["marks"][0]
        recording = recorder.load(os.path.join(folder, row["name"] + ".trace"))
        # Of several the shortest, which no interrupt has made longer.
        yield row, min(phases.requests(recording, marks["begin"], marks["end"]), key=len)


def interrupts_off(request, symbols):
    module = [start for start, _, owner in symbols if owner == "v2p"]
    return phases.longest_masked(
        request, lambda address: min(module) <= address <= max(module))


def break_down(folder, tables, symbols):
    """Each recorded request: instructions by phase and function, and with interrupts off."""
    files = [(row["start"], row["name"]) for row in tables["code"]]
    functions = phases.Functions([symbol[:2] for symbol in symbols], files)
    result = {}
    for row, request in recordings(folder, tables):
        parts = phases.Attribution(request, functions)
        instructions = len(request) - parts.interrupted
        if abs(instructions - row["counted"]) > row["counted"] * COUNTS_DIFFER:
            raise ValueError(f"{row['name']}: {instructions} instructions were recorded, "
                             f"{row['counted']} counted")
        result[row["name"]] = {
            "count": row["count"],
            "instructions": instructions,
            "counted": row["counted"],
            "phases": {phase: parts.phases[phase] for phase in phases.PHASES},
            "functions": [(name, phase, count) for (phase, name), count
                          in parts.functions.most_common()],
            "interrupts_off": interrupts_off(request, symbols),
            "guarded": row["guarded"],
        }
    return result


def excess(rows):
    """Marks what grows with anything but the number of addresses."""
    base = {row["of"]: row["instructions"] for row in rows
            if row["of"] == "address space" and row["size"] == 1 << 30
            or row["of"] == "addresses" and row["size"] == LARGE_BATCH
            or row["of"] == "processes" and row["size"] == 1}
    limit = {"address space": SPACE_LIMIT}
    for row in rows:
        allowed = base[row["of"]] * limit.get(row["of"], GROWTH_LIMIT)
        small = row["of"] == "addresses" and row["size"] < LARGE_BATCH
        row["grows"] = (not small and row["instructions"] > allowed
                        or row.get("kib", 0) > KIB_LIMIT)


def commit():
    try:
        return subprocess.run(["git", "-C", HERE, "describe", "--always", "--dirty"], timeout=60,
                              capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def figures(tables):
    return {row.pop("name"): row for row in tables["instructions"]}


def own_figures(instructions):
    return {name: row["v2p"] for name, row in instructions.items()}


def document(line, folder):
    tables, symbols = read(os.path.join(folder, "counted"))
    machine = tables["machine"][0]
    result = {
        "line": line,
        "kernel": machine["kernel"],
        "command_line": machine["command line"],
        "commit": commit(),
        "instructions": figures(tables),
    }
    if tables["recorded"]:
        result["requests"] = break_down(folder, tables, symbols)
    if tables["growth"]:
        excess(tables["growth"])
        result["growth"] = tables["growth"]
    clocked = os.path.join(folder, "clocked")
    if os.path.exists(clocked):
        result["clock"] = {row["name"]: row["ratio"] for row in read(clocked)[0]["clock"]}
    return result


# ---- Tables

def number(value):
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"


def table(head, rows):
    """Aligned columns, all but the first to the right."""
    rows = [head, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("   " + "".join(
            cell.ljust(width) if not column else "  " + cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))).rstrip())


def size_of(row):
    if row["of"] != "address space":
        return f"{row['size']:,}"
    shift = (row["size"].bit_length() - 1) // 10
    return f"{row['size'] >> 10 * shift} {'KMGT'[shift - 1]}iB"


def figure_cells(row):
    if "pagemap" not in row:
        return number(row["v2p"]), "-", "-"
    return number(row["v2p"]), number(row["pagemap"]), f"{row['pagemap'] / row['v2p']:.1f}"


def show_instructions(instructions):
    print("\nInstructions per address, end to end through libv2p, beside pread of pagemap")
    print("(small pages of a 256 MiB area, 100,000 as well; neighbours: pagemap reads the range)")
    table(("", "v2p", "pagemap", "ratio"),
          [(name, *figure_cells(row)) for name, row in instructions.items()])


def show_requests(requests):
    shown = [(name, requests[name]) for name in BROKEN_DOWN]
    print("\nWhere they go, in one call for one address, and for each of 1,024 addresses or pages")
    table(("", *(name for name, _ in shown)), [
        *((phase, *(number(row["phases"][phase] / row["count"]) for _, row in shown))
          for phase in phases.PHASES),
        ("all", *(number(row["instructions"] / row["count"]) for _, row in shown))])
    for name, row in shown:
        print(f"\nMost of \"{name}\"")
        table(("function", "phase", "instructions"), [
            (function, phase, number(count / row["count"]))
            for function, phase, count in row["functions"][:FUNCTIONS_SHOWN]])
    print("\nInstructions with interrupts off, at most")
    table(("", "in a call", "in a row"), [(name, f"{row['count']:,}", f"{row['interrupts_off']:,}")
                             for name, row in requests.items()])


def show_growth(growth):
    print("\nGrowth with the addresses in a call, the address space (256 pages), and the "
          "processes\n(one address of each); memory of the process and the kernel at its height")
    table(("", "size", "instructions per address", "KiB", ""), [
        (row["of"], size_of(row), number(row["instructions"]), str(row.get("kib", "-")),
         "GROWS" if row["grows"] else "") for row in growth])


def show_clock(clock):
    print("\nRatios by the clock, two processors (the host's load shows in them)")
    table(("", "ratio"), [(name, f"{ratio:.3f}") for name, ratio in clock.items()])


def show(result):
    print(f"== {result['kernel']}, commit {result['commit']}")
    for part, function in (("instructions", show_instructions), ("requests", show_requests),
                           ("growth", show_growth), ("clock", show_clock)):
        if part in result:
            function(result[part])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("line", help="of kernels, such as 6.12")
    parser.add_argument("folder", help="with what was said")
    args = parser.parse_args()
    result = document(args.line, args.folder)
    show(result)
    path = args.folder.rstrip("/") + ".json"
    with open(path, "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print("\nAll of it, by name:", path)


if __name__ == "__main__":
    sys.exit(main())
