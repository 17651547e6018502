#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests that v2p.txt describes the family that include/v2p.yaml specifies."""
import os
import re
import unittest

import yaml

HERE = os.path.dirname(os.path.realpath(__file__))
# Number of bits of each type of the spec, as syzlang has them.
WIDTHS = {"u8": "int8", "u32": "int32", "u64": "int64", "flag": "void", "pad": "void",
          "string": "string"}


def upper(*parts):
    return "_".join(parts).replace("-", "_").upper()


class Description:
    """The parts of v2p.txt."""

    def __init__(self, text):
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        text = "\n".join(lines)
        self.calls = dict(re.findall(
            r"^sendmsg\$(\w+)\(.*msghdr_v2p\[\1, (\w+)\]\], f flags\[send_flags\]\)$", text, re.M))
        self.family = re.findall(r'^syz_genetlink_get_family_id\$\w+\(.*string\["(\w+)"\]', text, re.M)
        self.unions = {name: dict(re.findall(r"^\t(\w+)\t+(.+)$", body, re.M))
                       for name, body in re.findall(r"^(\w+) \[\n(.*?)^\]", text, re.M | re.S)}
        self.values = {name: values.split(", ")
                       for name, values in re.findall(r"^(\w+) = (.*)$", text, re.M)}
        self.names = set(re.findall(r"\bV2P_[A-Z0-9_]+\b", text))


with open(os.path.join(HERE, "../../include/v2p.yaml")) as spec_file:
    SPEC = yaml.safe_load(spec_file)
with open(os.path.join(HERE, "v2p.txt")) as description_file:
    TEXT = description_file.read()
SYZ = Description(TEXT)
ENUMS = [definition for definition in SPEC["definitions"] if definition["type"] != "const"]
SETS = {entry["name"]: entry["attributes"] for entry in SPEC["attribute-sets"]}


def values(definition):
    return [upper("v2p", definition["name"], entry if isinstance(entry, str) else entry["name"])
            for entry in definition["entries"]]


def attribute(set_name, name):
    return upper("v2p-a", *([] if set_name == "v2p" else [set_name]), name)


def number(entry):
    """How syzlang has one number of an attribute."""
    width = WIDTHS[entry.get("sub-type", entry["type"])]
    return f"flags[v2p_{entry['enum'].replace('-', '_')}, {width}]" if "enum" in entry else width


# What says more than the spec: addresses and pids, and bits numbered by an enum.
FINER = {"pid": "pid", "address": "v2p_address", "start": "v2p_address",
         "virtual": "array[v2p_address]", "states": "int32[0:0x1ff]"}


def type_of(set_name, entry):
    name = attribute(set_name, entry["name"])
    if entry["type"] == "nest":
        nested = entry["nested-attributes"].replace("-", "_")
        return f"nlnest[{name}, array[v2p_{nested}]]"
    inner = number(entry)
    if entry["type"] == "binary":
        inner = f"array[{inner}]"
    if set_name == "v2p":
        inner = FINER.get(entry["name"], inner)
    return f"nlattr[{name}, {inner}]"


def request_of(operation):
    return f"v2p_{operation['name'].replace('-', '_')}_request"


class Syzlang(unittest.TestCase):
    def test_family(self):
        self.assertEqual(SYZ.family, [SPEC["name"]])

    def test_operations(self):
        expected = {upper("v2p-cmd", operation["name"]): request_of(operation)
                    for operation in SPEC["operations"]["list"]}
        self.assertEqual(SYZ.calls, expected)

    def test_requests(self):
        types = {entry["name"]: type_of("v2p", entry) for entry in SETS["v2p"]}
        for operation in SPEC["operations"]["list"]:
            with self.subTest(operation["name"]):
                found = dict(SYZ.unions[request_of(operation)])
                found.pop("strange", None)
                self.assertEqual(found, {attribute("v2p", name): types[name] for name in
                                         operation["do"]["request"]["attributes"]})

    def test_every_attribute_once_at_least(self):
        found = {}
        for name in (*map(request_of, SPEC["operations"]["list"]), "v2p_answer_attribute"):
            found.update(SYZ.unions[name])
        found.pop("strange")
        self.assertEqual(found, {attribute("v2p", entry["name"]): type_of("v2p", entry)
                                 for entry in SETS["v2p"]})

    def test_nests(self):
        for name in set(SETS) - {"v2p"}:
            with self.subTest(name):
                self.assertEqual(SYZ.unions["v2p_" + name.replace("-", "_")],
                                 {attribute(name, entry["name"]): type_of(name, entry)
                                  for entry in SETS[name]})

    def test_values(self):
        self.assertEqual(SYZ.values, {"v2p_" + definition["name"]: values(definition)
                                      for definition in ENUMS})

    def test_states_are_bits_of_the_status(self):
        count = len(next(values(d) for d in ENUMS if d["name"] == "status"))
        self.assertEqual(FINER["states"], f"int32[0:{2 ** count - 1:#x}]")

    def test_nothing_else(self):
        known = set(SYZ.calls)
        for definition in ENUMS:
            known.update(values(definition))
        for name, entries in SETS.items():
            known.update(attribute(name, entry["name"]) for entry in entries)
        self.assertEqual(SYZ.names, known)

    def test_a_difference_is_seen(self):
        broken = Description(TEXT.replace("V2P_A_MERGE,", "V2P_A_MERGED,"))
        self.assertNotEqual(broken.unions, SYZ.unions)
        self.assertNotEqual(Description(TEXT.replace(", V2P_LEVEL_PGD", "")).values, SYZ.values)


if __name__ == "__main__":
    unittest.main()
