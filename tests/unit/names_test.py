#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The words of libv2p, of the command and of the manual are those of the wire contract."""
import os
import subprocess
import sys

import yaml

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

SPEC = "../../include/v2p.yaml"
MANUAL = "../../user/man/v2p-query.1.rst"
SETS = ("status", "memory-type", "level", "region", "flag", "feature", "page-status", "page-kind",
        "zone", "device-translation", "table-format")


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


def completed(command, option):
    """The words that the command takes behind an option."""
    return subprocess.run([command, "--complete", option], capture_output=True, text=True,
                          check=True, timeout=60).stdout.split()


def lacking_in_manual(words):
    with open(MANUAL, encoding="utf-8") as file:
        text = file.read()
    return [word for word in words if f"**{word}**" not in text]


def main():
    results = Results()
    ok = results.ok
    ours, contract = got(sys.argv[1]), wanted()
    for kind, words in contract.items():
        ok(bool(words) and ours[kind] == words, f"{kind}: {len(words)} words",
           f"{ours[kind]} is not {words}")
    statuses = list(contract["status"].values())
    # What is in the address space is not invalid.
    for option, words in (("--status", [word for word in statuses if word != "invalid"]),
                          ("--flags", list(contract["flag"].values())),
                          ("--memory-type", list(contract["memory-type"].values()))):
        offered = completed(sys.argv[2], option)
        ok(offered == words, f"the command takes them behind {option}", offered)
    lacking = lacking_in_manual(statuses)
    ok(not lacking, "the manual tells of every status", lacking)
    return results.end()


sys.exit(main())
