#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Says where the wire contract has done else than grow since the last release.

    compare_contract.py [RELEASED [CONTRACT]]

compares with include/v2p.yaml what a release has recorded of it in tests/style/released/. Words
about it may change; lists that number what is in them grow at their ends.
"""
import os
import sys

import yaml

TOP = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../..")
RELEASED = os.path.join(TOP, "tests/style/released/v2p.yaml")
CONTRACT = os.path.join(TOP, "include/v2p.yaml")

# What else an entry may get: an operation may be there by do, and later as a dump.
MAY_GET = {"doc", "dump", "do", "request"}
# The order of these numbers what is in them.
NUMBERED = {"entries", "attributes", "/operations/list"}


def name_of(entry):
    return entry["name"] if isinstance(entry, dict) else entry


def compare_lists(old, new, path, numbered):
    names = [name_of(entry) for entry in new]
    for place, entry in enumerate(old):
        name = name_of(entry)
        where = f"{path}/{name}"
        if name not in names:
            yield f"{where} is gone"
        elif numbered and names.index(name) != place:
            yield f"{where} has another number"
        else:
            # A word alone is an entry without anything else.
            pair = (one if isinstance(one, dict) else {"name": one}
                    for one in (entry, new[names.index(name)]))
            yield from compare(*pair, where)


def compare(old, new, path=""):
    """What is wrong with new, a line each."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            where = f"{path}/{key}"
            if key == "doc":
                continue
            if key not in new:
                yield f"{where} is gone"
            elif key not in old:
                if key not in MAY_GET:
                    yield f"{where} was not there"
            elif isinstance(old[key], list) and isinstance(new[key], list):
                # Of a request and an answer it is no more than which ones there are.
                which = path.endswith(("/request", "/reply"))
                yield from compare_lists(old[key], new[key], where,
                                         where in NUMBERED or key in NUMBERED and not which)
            else:
                yield from compare(old[key], new[key], where)
    elif old != new:
        yield f"{path} was {old}"


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def main(released=RELEASED, contract=CONTRACT):
    if not os.path.exists(released):
        print("# there is no release yet to compare with")
        return 0
    said = list(compare(read(released), read(contract)))
    print("".join(f"{line}\n" for line in said), end="")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
