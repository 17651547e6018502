#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Writes the inputs that libFuzzer starts from, corpus/reply and corpus/words.

Byte for byte what reply.c and words.c say an input is: run it again when one of them
changes, and commit what it writes. With --check, changes nothing and fails where a
committed file differs.
"""
import os
import struct
import sys

import yaml

HERE = os.path.dirname(os.path.realpath(__file__))
FAMILY, PORT = 0x21, 0x1234
ERROR, DONE = 2, 3
MULTI, CAPPED, TLVS = 2, 0x100, 0x200
INFO, TRANSLATE, WALK, MAP, MAP_ALL, PER_CPU, PAGES, REGIONS = range(8)
CALLS = 8

with open(os.path.join(HERE, "../../include/v2p.yaml")) as file:
    SPEC = yaml.safe_load(file)
SETS = {entry["name"]: [attribute["name"] for attribute in entry["attributes"]]
        for entry in SPEC["attribute-sets"]}
STATUSES = [entry["name"] for definition in SPEC["definitions"] if definition["name"] == "status"
            for entry in definition["entries"]]
MAPPED = bytes([STATUSES.index("mapped")])
COMMANDS = [operation["name"] for operation in SPEC["operations"]["list"]]


def attr(name, data, space="v2p"):
    number = name if isinstance(name, int) else SETS[space].index(name) + 1
    padding = b"\0" * (-len(data) % 4)
    return struct.pack("<HH", 4 + len(data), number) + data + padding


def message(kind, body, flags=0, seq=1):
    return struct.pack("<IHHII", 16 + len(body), kind, flags, seq, PORT) + body


def answer(command, *attributes, flags=0, seq=1):
    generic = struct.pack("<BBH", COMMANDS.index(command) + 1, 1, 0)
    return message(FAMILY, generic + b"".join(attributes), flags, seq)


def refusal(error, words=b"", flags=CAPPED, copy=16):
    body = struct.pack("<i", error) + struct.pack("<IHHII", copy, FAMILY, 1, 1, PORT)
    body += b"\0" * (copy - 16 if not flags & CAPPED else 0)
    return message(ERROR, body + words, flags | (TLVS if words else 0))


def call(number, *datagrams, variant=0):
    return bytes([number + CALLS * variant]) + b"".join(
        struct.pack("<H", len(datagram)) + datagram for datagram in datagrams)


def u64s(*values):
    return struct.pack(f"<{len(values)}Q", *values)


def arrays(count):
    return [attr("status", MAPPED * count), attr("pad", b""),
            attr("physical", u64s(*range(0x1000, 0x1000 * (count + 1), 0x1000))),
            attr("page-shift", b"\x0c" * count), attr("flags", b"\1\0\0\0" * count),
            attr("entry", u64s(*[0x67] * count)), attr("swap-type", bytes(count)),
            attr("swap-offset", bytes(8 * count)), attr("level", bytes(count)),
            attr("memory-type", b"\1" * count), attr("protection-key", bytes(count))]


def every_array(count):
    return arrays(count) + [attr("node", bytes(4 * count)), attr("page-kind", b"\1" * count)]


def identity(*numbers):
    return attr("identity", u64s(*numbers))


def every_extent(next_one, count):
    return answer("map", attr("next", u64s(next_one)),
                  attr("virtual", u64s(*[0x1000 * (i + 1) for i in range(count)])),
                  attr("length", u64s(*[0x1000] * count)),
                  *[array for array in every_array(count)
                    if array[2] != SETS["v2p"].index("entry") + 1])


def extents(next_one, count, seq=1, flags=0):
    starts = [0x1000 * (i + 1) for i in range(count)]
    return answer("map", attr("next", u64s(next_one)), *([
        attr("virtual", u64s(*starts)), attr("physical", u64s(*starts)),
        attr("length", u64s(*[0x1000] * count)),
        attr("flags", struct.pack(f"<{count}I", *[1] * (count - 1), 0x5704)),
        attr("status", MAPPED * count), attr("page-shift", b"\x0c" * count)] if count else []),
                  flags=flags, seq=seq)


def level(number, shift):
    return attr("paging-level", attr("level", bytes([number]), "paging-level") +
                attr("shift", bytes([shift]), "paging-level") +
                attr("bits", b"\x09", "paging-level"))


def cpus(end, *numbers, seq=1):
    return answer("per-cpu", attr("cpus", struct.pack(f"<{len(numbers)}I", *numbers)),
                  attr("per-cpu-offsets", u64s(*[cpu << 16 for cpu in numbers])),
                  attr("cpu-count", struct.pack("<I", end)), seq=seq)


def pages(count, seq=1):
    return answer("page", *[attr(name, bytes(range(1, 1 + size)) * count) for name, size in (
        ("file-device", 8), ("file-inode", 8), ("file-offset", 8), ("node", 4),
        ("folio-index", 4), ("references", 4), ("page-status", 1), ("page-kind", 1),
        ("zone", 1), ("folio-order", 1))], seq=seq)


def regions(*numbers):
    return answer("regions", attr("virtual", u64s(*[number << 20 for number in numbers])),
                  attr("length", u64s(*[1 << 20] * len(numbers))),
                  attr("region", bytes(numbers)))


def step(number):
    return attr("step", attr("level", bytes([number]), "step") +
                attr("index", struct.pack("<I", 5), "step") + attr("pad", b"", "step") +
                attr("entry-physical", u64s(0x2028), "step") +
                attr("entry", u64s(0x67), "step") + attr("flags", b"\3\0\0\0", "step"))


WORDS = attr(1, b"no such process\0")
MISSING = attr(4, struct.pack("<I", 5))
END = message(DONE, struct.pack("<i", 0), MULTI)
BAD_END = message(DONE, struct.pack("<i", -3) + WORDS, MULTI | TLVS)

REPLY = {
    "info": call(INFO, answer(
        "info", attr("module-version", b"1.0\0"), attr("arch", b"x86_64\0"),
        attr("base-page-shift", b"\x0c"), attr("physical-bits", b"\x2e"),
        attr("virtual-bits", b"\x30"), attr("features", b"\x0f\0\0\0"),
        attr("max-batch", struct.pack("<I", 1024)), level(4, 39), level(0, 12))),
    "translate": call(TRANSLATE, answer("translate", *every_array(3)), variant=2),
    "translate-parts": call(TRANSLATE, answer("translate", *every_array(3), identity(5, 1)),
                            answer("translate", *every_array(1), identity(5, 1), seq=2), variant=3),
    "translate-replaced": call(TRANSLATE, answer("translate", *every_array(3), identity(5, 1)),
                               answer("translate", *every_array(1), identity(5, 2), seq=2),
                               variant=3),
    "translate-overrun": call(TRANSLATE, answer("translate", *every_array(3)))
                         + struct.pack("<H", 0xffff),
    "walk": call(WALK, answer("walk", attr("root", u64s(0x1000)), step(3), step(0),
                              *arrays(1))),
    "map": call(MAP, extents(0x5000, 4)),
    "map-fields": call(MAP, every_extent(0x5000, 4), variant=2),
    "map-dump": call(MAP, extents(0x3000, 2), extents(0x3000, 2, 2, MULTI),
                     extents(0x5000, 2, 2, MULTI) + message(DONE, bytes(4), MULTI, 2)),
    "map-all": call(MAP_ALL, extents(0x3000, 2, 1, MULTI), extents(0, 0, 1, MULTI) + END),
    "map-ends": call(MAP_ALL, extents(0x3000, 2, 1, MULTI), BAD_END),
    "map-stop": call(MAP_ALL, extents(0x3000, 2, 1, MULTI), END, variant=1),
    "per-cpu": call(PER_CPU, cpus(2, 0, 1)),
    "per-cpu-parts": call(PER_CPU, cpus(6, 0, 1, 2), cpus(6, 4, 5, seq=2), variant=3),
    "page": call(PAGES, pages(1)),
    "page-many": call(PAGES, pages(3), variant=4),
    "page-parts": call(PAGES, pages(512), pages(2, seq=2), variant=1),
    "regions": call(REGIONS, regions(1, 2, 4, 200), variant=3),
    "refused": call(TRANSLATE, refusal(-1, WORDS)),
    "refused-uncapped": call(WALK, refusal(-22, MISSING + WORDS, 0, 44)),
    "refused-plainly": call(MAP, refusal(-3)),
    "interrupted": call(WALK, refusal(-4), answer("walk", attr("root", u64s(0)), *arrays(1))),
    "stale": call(INFO, refusal(-1)[:8] + b"\x77" + refusal(-1)[9:], refusal(-1)),
}

NUMBER, ADDRESS, RANGE, FILTER, OPTIONS, STREAM, MAPPINGS = range(7)
KINDS = 7
MAPS = b"""1000-3000 r-xp 00000000 08:01 12   /usr/lib/libc.so.6
3000-4000 rw-p 00000000 00:00 0
8000-9000 rw-p 00000000 00:00 0    [heap]
9000-a000 rw-p 00000000 00:05 7    /tmp/old+new (deleted)
"""
SYMBOLS = b"""ffffffff81000000 T _text
ffffffff82a0b000 D jiffies_64
ffffffffc0001000 t twice\t[some_module]
ffffffffc0002000 t twice\t[other]
"""
PER_CPU_SYMBOLS = b"""0000000000000000 A __per_cpu_start
0000000000019000 A runqueues
0000000000020000 A __per_cpu_end
0000000000020010 a its_own\t[some_module]
ffffffff83000000 D __init_begin
ffffffff83000010 T start_kernel
ffffffff83010000 D __init_end
"""


def words(kind, text, content=b"", variant=0):
    return bytes([kind + KINDS * variant]) + text + b"\0" + content


WORD = {
    "number": words(NUMBER, b"0x7fff5c2a3b40"),
    "number-decimal": words(NUMBER, b"18446744073709551615"),
    "physical-frame": words(NUMBER, b"pfn:0x12345"),
    "physical-range": words(NUMBER, b"0x1000-0x2000"),
    "address": words(ADDRESS, b"[heap]+0x100", MAPS),
    "address-plus": words(ADDRESS, b"old+new+1", MAPS),
    "symbol": words(ADDRESS, b"jiffies_64+8", SYMBOLS, 1),
    "symbol-module": words(ADDRESS, b"other:twice", SYMBOLS, 1),
    "symbol-of-a-cpu": words(ADDRESS, b"runqueues@1+8", PER_CPU_SYMBOLS, 1),
    "symbol-of-each-cpu": words(ADDRESS, b"some_module:its_own", PER_CPU_SYMBOLS, 1),
    "symbol-freed": words(ADDRESS, b"start_kernel", PER_CPU_SYMBOLS, 1),
    "range-of-a-cpu": words(RANGE, b"runqueues@0+4K", PER_CPU_SYMBOLS, 1),
    "range": words(RANGE, b"0x1000-0x2000"),
    "range-length": words(RANGE, b"0x7f0000000000+64M"),
    "range-name": words(RANGE, b"libc.so.6", MAPS),
    "range-symbol": words(RANGE, b"_text+4K", SYMBOLS, 1),
    "filter-status": words(FILTER, b"mapped,swapped,guard"),
    "filter-size": words(FILTER, b"4K,2M,1G"),
    "filter-flags": words(FILTER, b"write,!dirty,soft-dirty"),
    "filter-columns": words(FILTER, b"+bytes,NODE,flags-long"),
    "options": words(OPTIONS, b"--pid\n12\n--walk\n0x1000\n-p"),
    "options-range": words(OPTIONS, b"--kernel\n--range=_text+4K\n--status\nmapped\n--json-lines"),
    "options-all": words(OPTIONS, b"--pid=1\n--all\n--flags\n!dirty\n--merge\n-qj"),
    "options-many": words(OPTIONS, b"--pid=1\n--all\n--comm\nname\n--pid=2"),
    "stream": words(STREAM, b"", b"0x1000\n 12 \r\n\n0x2000", 2),
    "stream-bad": words(STREAM, b"", b"1\n2\nnonsense\n3\n"),
    "maps": words(MAPPINGS, b"[heap]", MAPS),
}


def read(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as source:
        return source.read()


def write(folder, inputs, check):
    """Whether nothing was to be written."""
    folder = os.path.join(HERE, "corpus", folder)
    os.makedirs(folder, exist_ok=True)
    same = True
    for name, content in inputs.items():
        path = os.path.join(folder, name)
        if read(path) == content:
            continue
        same = False
        if check:
            print(path, "differs")
            continue
        with open(path, "wb") as target:
            target.write(content)
    return same


def main(check):
    same = [write("reply", REPLY, check), write("words", WORD, check)]
    return check and not all(same)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] == ["--check"]))
