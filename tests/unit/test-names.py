#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""libv2p's words are those of the wire contract, all of them and no others."""
import subprocess
import sys

import yaml

SPEC = "../../include/v2p.yaml"
SETS = ("status", "level", "flag", "feature")


def wanted():
    with open(SPEC, encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    words = {}
    for definition in spec["definitions"]:
        if definition["name"] in SETS:
            words[definition["name"]] = {
                index: entry if isinstance(entry, str) else entry["name"]
                for index, entry in enumerate(definition["entries"])
            }
    return words


def got(program):
    words = {name: {} for name in SETS}
    output = subprocess.run([program], capture_output=True, text=True, check=True, timeout=60)
    for line in output.stdout.splitlines():
        kind, value, name = line.split()
        words[kind][int(value)] = name
    return words


def main():
    failed = 0
    ours = got(sys.argv[1])
    for number, (kind, words) in enumerate(wanted().items(), 1):
        good = bool(words) and ours[kind] == words
        failed += not good
        if not good:
            print(f"# {ours[kind]} is not {words}")
        print(f"{'ok' if good else 'not ok'} {number} - {kind}: {len(words)} words")
    print(f"1..{len(SETS)}")
    return failed > 0


sys.exit(main())
