#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Prints, a word each line, what `env` runs the named selftests by in the VM.

A test is a program (map_test), or one case of it (map_test:holes, map_test:v2p.holes,
names_test.sh:no_maps). A name that matches nothing is an error.
"""
import os
import re
import sys

SOURCES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../selftests/v2p")
RUNNER = "/opt/kselftest/run_kselftest.sh"
# kselftest's own macros, or one of ours such as V2P_TEST().
CASE = re.compile(r"^(?:TEST_F(?:_TIMEOUT|_SIGNAL)?\(\w+, *|(?:[A-Z0-9]+_)?TEST(?:_SIGNAL)?\()"
                  r"(\w+)[,)]", re.M)
SCRIPT_CASES = re.compile(r"^run_tests ((?:.*\\\n)*.*)", re.M)


class Unknown(Exception):
    pass


def cases(program, text):
    """Of a program's source: the names of its cases, without those of their fixtures."""
    if program.endswith(".sh"):
        return " ".join(SCRIPT_CASES.findall(text)).replace("\\\n", " ").split()
    return CASE.findall(text)


def source_of(program):
    path = os.path.join(SOURCES, program if program.endswith(".sh") else program + ".c")
    if not re.fullmatch(r"\w+_test(\.sh)?", program) or not os.path.exists(path):
        raise Unknown(f"there is no test {program}")
    with open(path, encoding="utf-8") as file:
        return file.read()


def arguments(program, names):
    """What makes a program run only these."""
    known = cases(program, source_of(program))
    words = []
    for name in names:
        if name.rpartition(".")[2] not in known:
            raise Unknown(f"{program} has no case {name}; it has "
                          + (" ".join(known) or "none that can be named"))
        if not program.endswith(".sh"):
            words.append("-r" if "." in name else "-t")
        words.append(name)
    return " ".join(words)


def choose(tests):
    chosen = {}
    for test in tests:
        program, colon, name = test.partition(":")
        chosen.setdefault(program, []).append(name if colon else None)
    environment, options = [], []
    for program, names in chosen.items():
        source_of(program)
        options += ["-t", "v2p:" + program]
        # All of a program includes what is named of it besides.
        if None not in names:
            variable = re.sub(r"\W", "_", program).upper()
            environment.append(f"KSELFTEST_{variable}_ARGS={arguments(program, names)}")
    return [*environment, RUNNER, *options]


if __name__ == "__main__":
    try:
        print("\n".join(choose(sys.argv[1:])))
    except Unknown as unknown:
        sys.exit(f"check: {unknown}")
