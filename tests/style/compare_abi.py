#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Says where the library's binary interface is another than the last release's: programs
that were built with that one must run with this one.

    compare_abi.py             compares the headers with tests/style/released/libv2p.abi
    compare_abi.py --print     prints what they promise, in that file's form

Of the headers that are installed, that is: each function's type and symbol version, each
structure's members with offset, size and type, each constant. The compiler tells, by its
debug information. How these may grow is said at the top of include/v2p.h.
"""
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../..")
RELEASED = os.path.join(TOP, "tests/style/released/libv2p.abi")
HEADERS = "v2p.h", "linux/v2p_ioctl.h"
OURS = re.compile(r"(__)?v2p_", re.I)
# They tell how many there are, which there are, and which version it is: that changes.
CHANGING = re.compile(r"(__)?V2P_\w*_(MAX|MASK)$|V2P_VERSION")
UNNAMED = {"DW_TAG_pointer_type": "{} *", "DW_TAG_const_type": "const {}",
           "DW_TAG_volatile_type": "volatile {}"}
NAMED = {"DW_TAG_base_type": "", "DW_TAG_typedef": "", "DW_TAG_structure_type": "struct ",
         "DW_TAG_union_type": "union ", "DW_TAG_enumeration_type": "enum "}


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def versions(top):
    """Each symbol of the library, with its version."""
    node = None
    for line in read(top, "user/lib/libv2p.map").splitlines():
        if opened := re.match(r"(\w\S*) \{", line):
            node = opened[1]
        elif symbol := re.match(r"\t(v2p_\w+);", line):
            yield symbol[1], node


def inlines(top):
    return re.findall(r"(?m)^static inline .*\b(v2p_\w+)\(", read(top, "include/v2p.h"))


def compiler(top, *options, **more):
    include = [f"-I{top}/include", f"-I{top}/include/uapi"]
    return subprocess.run([os.environ.get("CC", "cc"), "-std=gnu11", *include, *options, "-x", "c", "-"],
                          text=True, check=True, stdout=subprocess.PIPE, timeout=120, **more).stdout


class Debug:
    """What debug information there is, entries by their place."""

    def __init__(self, top, functions):
        source = "".join(f"#include <{name}>\n" for name in HEADERS)
        # A function that is only declared leaves nothing, a pointer to it leaves its type.
        source += "".join(f"__typeof__({name}) *at_{name};\n" for name in functions)
        with tempfile.NamedTemporaryFile(suffix=".o") as built:
            compiler(top, "-g", "-gdwarf-4", "-fno-eliminate-unused-debug-types", "-c", "-o", built.name,
                     input=source)
            said = subprocess.run(["readelf", "--debug-dump=info", built.name], text=True,
                                  check=True, capture_output=True, timeout=120).stdout
        self.entries, parents, entry = {}, [], None
        for line in said.splitlines():
            if found := re.match(r" <(\w+)><(\w+)>: Abbrev Number: \d+ \((\w+)\)", line):
                depth, place = int(found[1], 16), int(found[2], 16)
                entry = self.entries[place] = {"tag": found[3], "within": []}
                del parents[depth:]
                if parents:
                    parents[-1]["within"].append(entry)
                parents.append(entry)
            elif entry and (found := re.match(r" +<\w+> +DW_AT_(\w+) *: (?:\([^)]*\):? )*(.*)", line)):
                entry[found[1]] = found[2].split("\t")[0].strip()

    def tagged(self, tag, name=OURS):
        return [one for one in self.entries.values()
                if one["tag"] == tag and name.match(one.get("name", ""))]

    def pointed(self, entry):
        return self.entries[int(entry["type"].split(">")[0].lstrip("<"), 16)] if "type" in entry else None

    def size(self, entry):
        if entry["tag"] == "DW_TAG_array_type":
            return self.size(self.pointed(entry)) * self.elements(entry)
        return int(entry["byte_size"]) if "byte_size" in entry else self.size(self.pointed(entry))

    def elements(self, entry):
        count = 1
        for bound in entry["within"]:
            count *= int(bound["upper_bound"], 0) + 1
        return count

    def type(self, entry):
        """In words of C."""
        if entry is None:
            return "void"
        tag = entry["tag"]
        if tag in NAMED and "name" in entry:
            return NAMED[tag] + entry["name"]
        if tag in UNNAMED:
            return UNNAMED[tag].format(self.type(self.pointed(entry)))
        if tag == "DW_TAG_array_type":
            return f"{self.type(self.pointed(entry))}[{self.elements(entry)}]"
        if tag == "DW_TAG_subroutine_type":
            takes = ", ".join(self.type(self.pointed(one)) if "type" in one else "..."
                              for one in entry["within"])
            return f"{self.type(self.pointed(entry))} ({takes or 'void'})"
        raise ValueError(f"this script does not know how to name a {tag}: teach it")


def promised(top=TOP):
    """What the headers of a tree promise, a line for each thing."""
    symbols = dict(versions(top))
    functions = sorted([*symbols, *inlines(top)])
    debug = Debug(top, functions)
    for name in functions:
        kind, = debug.tagged("DW_TAG_variable", re.compile(f"at_{name}$"))
        yield f"function {name} {symbols.get(name, 'inline')}: {debug.type(debug.pointed(debug.pointed(kind)))}"
    for one in sorted(debug.tagged("DW_TAG_typedef"), key=lambda one: one["name"]):
        yield f"type {one['name']}: {debug.type(debug.pointed(one))}"
    for one in sorted(debug.tagged("DW_TAG_structure_type"), key=lambda one: one["name"]):
        # What is not declared is no caller's business.
        if "declaration" in one:
            continue
        grows = "grows" if one["within"][0]["name"] == "size" else "fixed"
        yield f"struct {one['name']} {one['byte_size']} {grows}"
        for member in one["within"]:
            if "bit_size" in member:
                raise ValueError("this script does not know bit-fields: teach it")
            kind = debug.pointed(member)
            yield (f"  {one['name']}.{member['name']} {member['data_member_location']} "
                   f"{debug.size(kind)}: {debug.type(kind)}")
    for one in debug.tagged("DW_TAG_enumerator"):
        if not CHANGING.match(one["name"]):
            yield f"constant {one['name']}: {one['const_value']}"
    macros = compiler(top, "-E", "-dM", input="".join(f"#include <{name}>\n" for name in HEADERS))
    for name, value in sorted(re.findall(r"(?m)^#define (V2P_\w+) (.+)$", macros)):
        if not CHANGING.match(name):
            yield f"constant {name}: {value}"


def parse(lines):
    """Functions, types and constants by name; structures: their size, whether they grow, and
    their members, each with offset, size and type."""
    plain, structures = {}, {}
    for line in lines:
        words = line.split(maxsplit=3)
        if words[0] == "struct":
            structures[words[1]] = (int(words[2]), words[3] == "grows", {})
        elif line.startswith("  "):
            name, offset, rest = line.split(maxsplit=2)
            struct, member = name.split(".")
            size, kind = rest.split(": ", 1)
            structures[struct][2][member] = int(offset), int(size), kind
        else:
            name, _, value = line.partition(": ")
            plain[name] = value
    return plain, structures


def compare_members(name, old, new, structures):
    """What broke in a structure."""
    (old_size, grew, old_members), (size, grows, members) = old, new
    if grew != grows:
        yield f"struct {name} no longer {'begins with its size' if grew else 'is as it was'}"
    room = [range(at, at + length) for member, (at, length, _) in old_members.items()
            if member.startswith("reserved")]
    for member, (at, length, kind) in old_members.items():
        now = members.get(member)
        # Others may be where it was, which is looked at below.
        if member.startswith("reserved") or now == (at, length, kind):
            continue
        if now is None:
            yield f"{name}.{member} is gone"
            continue
        within = kind.removeprefix("struct ")
        last = at + length == old_size and now[0] + now[1] == size
        if not (now[0] == at and now[2] == kind and last and structures.get(within, (0, False))[1]):
            yield f"{name}.{member} was {kind} at {at}, {length} bytes: it is {now[2]} at {now[0]}, {now[1]} bytes"
    for member, (at, length, _) in members.items():
        if member in old_members and not member.startswith("reserved"):
            continue
        # Of two that an older caller wrote nothing to, the one is behind what he knew, the
        # other he had to set to 0. Padding is neither.
        if not (grows and at >= old_size or any({at, at + length - 1} <= set(one) for one in room)):
            yield f"{name}.{member} is neither at the end nor in what was reserved"
    if size < old_size or not grows and size != old_size:
        yield f"struct {name} had {old_size} bytes, and has {size}"


def compare(old, new):
    """Everything in which the new one breaks the old one."""
    old_plain, old_structures = parse(old)
    plain, structures = parse(new)
    for name, value in old_plain.items():
        if name not in plain:
            yield f"{name} is gone"
        elif plain[name] != value:
            yield f"{name} was {value}: it is {plain[name]}"
    for name, structure in old_structures.items():
        if name not in structures:
            yield f"struct {name} is gone"
        else:
            yield from compare_members(name, structure, structures[name], structures)


def main(argument=None, released=RELEASED):
    if argument == "--print":
        print("\n".join(promised()))
        return 0
    if argument is not None:
        print(__doc__, file=sys.stderr)
        return 2
    if not os.path.exists(released):
        print("# there is no release yet to compare with")
        return 0
    said = list(compare(read(released).splitlines(), promised()))
    print("".join(f"{line}\n" for line in said), end="")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
