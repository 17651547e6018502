#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the files of v2p-query include: no circle, and no folder that data has left already."""
import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

SOURCE = sys.argv[1]

# Data goes from input by names to the library, and from there to output or plot. A command
# leads it, and all of them use base.
MAY_INCLUDE = {
    "": {"commands", "input", "output", "base"},
    "commands": {"input", "names", "output", "plot", "base"},
    "input": {"names", "base"},
    "names": {"base"},
    "plot": {"output", "base"},
    "output": {"base"},
    "base": set(),
}


def read(source):
    """The files that each file includes by name, a .c file and its header being two."""
    graph = {}
    for folder, _, files in os.walk(source):
        for file in files:
            if not file.endswith((".c", ".h")):
                continue
            path = os.path.relpath(os.path.join(folder, file), source)
            with open(os.path.join(folder, file), encoding="utf-8") as text:
                graph[path] = re.findall(r'^#include "(.*)"', text.read(), re.M)
    return graph


def circle(graph):
    """The files of a circle, or None."""
    done, way = set(), []

    def visit(name):
        if name in way:
            return way[way.index(name):] + [name]
        if name in done:
            return None
        way.append(name)
        for other in graph.get(name, ()):
            found = visit(other)
            if found:
                return found
        way.pop()
        done.add(name)
        return None

    for name in graph:
        found = visit(name)
        if found:
            return found
    return None


def wrong_ways(graph):
    return [f"{path} includes {other}" for path, others in graph.items() for other in others
            if os.path.dirname(other) != os.path.dirname(path) and
            os.path.dirname(other) not in MAY_INCLUDE.get(os.path.dirname(path), ())]


def folders(graph):
    found = {}
    for path, others in graph.items():
        found.setdefault(os.path.dirname(path), set()).update(map(os.path.dirname, others))
    return {name: others - {name} for name, others in found.items()}


def main():
    results = Results()
    ok = results.ok
    graph = read(SOURCE)
    by_folder = folders(graph)
    lost = [f"{path}: {other}" for path, others in graph.items() for other in others
            if other not in graph]
    ok(len(graph) > 50 and not lost, f"{len(graph)} files name what they include from the top",
       lost)
    ok(set(by_folder) == set(MAY_INCLUDE), f"{len(by_folder)} folders", sorted(by_folder))
    ok(not wrong_ways(graph), "no folder includes what data comes to before it",
       "\n".join(wrong_ways(graph)))
    ok(not circle(graph), "no file includes itself, by others", circle(graph))
    ok(not circle(by_folder), f"nor a folder, {sum(map(len, by_folder.values()))} arrows",
       circle(by_folder))
    # What is looked for would be found.
    ok(circle({"a": ["b", "c"], "b": [], "c": ["d"], "d": ["a"]}) == ["a", "c", "d", "a"],
       "a circle is seen", "")
    ok(wrong_ways({"output/a.c": ["names/b.h", "base/c.h", "output/d.h"]}) ==
       ["output/a.c includes names/b.h"], "a way back is seen", "")
    return results.end()


sys.exit(main())
