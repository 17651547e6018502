#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Draws what of a process's address space is in memory, on the terminal or as an SVG.

    draw-memory.py PID [PICTURE.svg]

Each mapping is a row. What in it is in small pages, in huge pages, swapped out or not there shows
from left to right. It is written in cells, to be stepped through in an editor that knows "# %%", or
copied to a notebook. Run it as root. v2p-query plot draws the other side: physical memory.
"""
# %% The process
import bisect
import sys
from xml.sax.saxutils import escape

import v2p

if len(sys.argv) not in (2, 3) or not sys.argv[1].isdecimal():
    sys.exit("usage: draw-memory.py PID [PICTURE.svg]")
PID = int(sys.argv[1])
CELLS = 64
# What a cell can be, by what most of it is: a character, a colour, and what it means.
KINDS = {
    "none": (".", "#eeeeee", "not there"),
    "small": ("-", "#4e79a7", "small pages"),
    "huge": ("#", "#f28e2b", "huge pages"),
    "swapped": ("s", "#b07aa1", "swapped out"),
    "other": ("?", "#e15759", "else"),
}

# %% Its mappings: first address, end, name
try:
    with open(f"/proc/{PID}/maps", encoding="utf-8", errors="replace") as maps:
        lines = [line.split(maxsplit=5) for line in maps]
except OSError as error:
    sys.exit(f"process {PID}: {error.strerror}")
mappings = []
for fields in lines:
    first, end = (int(part, 16) for part in fields[0].split("-"))
    # vsyscall is in the kernel's half.
    if first >> 63 == 0:
        name = fields[5].strip() if len(fields) > 5 else "[anon]"
        mappings.append((first, end, name))

# %% What backs them: one question for all, of which holes are what is not among the answers
try:
    with v2p.Process(PID) as process:
        extents = process.extents()
except v2p.Error as error:
    sys.exit(f"process {PID}: {error.strerror}")
SMALL = v2p.info().page_shift


def kind_of(extent):
    if extent.status == v2p.Status.MAPPED:
        return "small" if extent.page_shift == SMALL else "huge"
    return "swapped" if extent.status == v2p.Status.SWAPPED else "other"


# %% Cells: for each, how many bytes are of which kind
starts = [extent.address for extent in extents]


def cells_of(first, end):
    """The kinds of the cells of a mapping, from left to right."""
    edges = [first + (end - first) * cell // CELLS for cell in range(CELLS + 1)]
    found = [dict.fromkeys(KINDS, 0) for _ in range(CELLS)]
    # The first one may begin before the mapping.
    for extent in extents[max(0, bisect.bisect(starts, first) - 1):bisect.bisect(starts, end)]:
        start, stop = max(extent.address, first), min(extent.end, end)
        cell = bisect.bisect(edges, start) - 1
        while start < stop:
            upto = min(stop, edges[cell + 1])
            found[cell][kind_of(extent)] += upto - start
            start, cell = upto, cell + 1
    for cell, (start, stop) in zip(found, zip(edges, edges[1:])):
        cell["none"] = stop - start - sum(cell.values())
    return [max(cell, key=cell.get) for cell in found]


def size_in_words(size):
    for unit in "KMGT":
        size /= 1024
        if size < 1024 or unit == "T":
            return f"{size:.0f}{unit}"


rows = [(hex(first), size_in_words(end - first), cells_of(first, end), name)
        for first, end, name in mappings]


# %% On the terminal
def as_text():
    for first, size, cells, name in rows:
        yield f"{first:>14} {size:>5} |{''.join(KINDS[one][0] for one in cells)}| {name}"
    yield "  ".join(f"{letter} {meaning}" for letter, _, meaning in KINDS.values())


# %% As a picture
def as_svg():
    height = 16 * (len(rows) + 2)
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="{height}" '
           'font-family="monospace" font-size="11">')
    yield '<rect width="100%" height="100%" fill="white"/>'
    for row, (first, size, cells, name) in enumerate(rows):
        y = 16 * row
        yield f'<text x="100" y="{y + 12}" text-anchor="end">{first}</text>'
        yield f'<text x="140" y="{y + 12}" text-anchor="end">{size}</text>'
        for cell, kind in enumerate(cells):
            yield (f'<rect x="{150 + 8 * cell}" y="{y + 2}" width="8" height="13" '
                   f'fill="{KINDS[kind][1]}"/>')
        yield f'<text x="{160 + 8 * CELLS}" y="{y + 12}">{escape(name)}</text>'
    for place, (_, colour, meaning) in enumerate(KINDS.values()):
        x = 150 + 120 * place
        yield f'<rect x="{x}" y="{height - 16}" width="8" height="13" fill="{colour}"/>'
        yield f'<text x="{x + 14}" y="{height - 6}">{meaning}</text>'
    yield "</svg>"


if len(sys.argv) == 3:
    with open(sys.argv[2], "w", encoding="utf-8") as picture:
        picture.writelines(line + "\n" for line in as_svg())
else:
    print("\n".join(as_text()))
