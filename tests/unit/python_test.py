#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The Python package, against the fake kernel: what it says is what v2p-query says.

Each part runs in a process of its own, into which the fake kernel is preloaded.
"""
import errno
import json
import os
import subprocess
import sys
import tempfile

from command import BUILD, ENVIRONMENT, PID, environment, main, ok, run, skip

TOP = os.path.realpath("../..")
PACKAGE = f"{TOP}/bindings/python"
ADDRESSES = [0, 1, 0x5000, 0x7fff12345678, *range(0x10000, 0x60000, 0x3001)]


def python(code, fake="", **options):
    """What a program prints as JSON, or says of its end."""
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(f"{BUILD}/lib/libv2p.so", f"{folder}/libv2p.so.1")
        variables = environment(fake) | {"LD_LIBRARY_PATH": folder, "PYTHONPATH": PACKAGE,
                                         "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-W", "error", "-c", "import json, v2p\n" + code],
                              text=True, env=variables, capture_output=True, timeout=120,
                              check=False, **options)
    return json.loads(done.stdout) if not done.returncode and not done.stderr else str(done)


def asked(*arguments, fake="", status=0):
    done = run(*arguments, fake=fake)
    return json.loads(done.stdout) if done.returncode == status else str(done)


def test_layout():
    """Each member is where the C compiler has it."""
    code = """
import ctypes
from v2p import abi
lines = []
for name, kind in vars(abi).items():
    if not (isinstance(kind, type) and issubclass(kind, ctypes.Structure)) or \\
            not hasattr(kind, "_fields_"):
        continue
    c = "struct v2p_" + "".join("_" + letter.lower() if letter.isupper() else letter
                                for letter in name).lstrip("_")
    lines.append((c, None, ctypes.sizeof(kind), 0))
    for member, _ in kind._fields_:
        field = getattr(kind, member)
        lines.append((c, member, field.offset, field.size))
print(json.dumps(lines))"""
    lines = python(code)
    ok(isinstance(lines, list) and len(lines) > 100, "the package has structures", lines)
    shown = "".join(
        f'printf("%zu %zu\\n", sizeof({kind}), (size_t)0);\n' if member is None else
        f'printf("%zu %zu\\n", offsetof({kind}, {member}), sizeof((({kind} *)0)->{member}));\n'
        for kind, member, _, _ in lines)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/layout.c", "w", encoding="utf-8") as file:
            file.write(f"#include <stdio.h>\n#include <v2p.h>\nint main(void) {{\n{shown}"
                       "return 0; }\n")
        subprocess.run(["cc", f"-I{TOP}/include", f"-I{TOP}/include/uapi", "-o",
                        f"{folder}/layout", f"{folder}/layout.c"], check=True)
        told = subprocess.run([f"{folder}/layout"], text=True, capture_output=True, check=True)
    found = [tuple(map(int, line.split())) for line in told.stdout.splitlines()]
    wrong = [line for line, place in zip(lines, found) if tuple(line[2:]) != place]
    ok(len(found) == len(lines) and not wrong, "they are those of the C library", wrong)


SHOW = """
def shown(one):
    answer = {"status": str(one.status).replace("-", " ")}
    if one.physical is not None:
        answer["physical"] = hex(one.physical)
    return answer
"""


def test_translate():
    code = SHOW + f"""
addresses = {ADDRESSES}
with v2p.Process({PID}) as process:
    answer = process.translate(addresses, v2p.Field.PHYSICAL | v2p.Field.NODE |
                               v2p.Field.PAGE_KIND | v2p.Field.LEVEL)
    assert len(answer) == len(addresses) and answer.entry is None and answer.flags is None
    physical = [process.physical(one) for one in addresses]
print(json.dumps([physical, [int(one) for one in answer.status],
                  [hex(one) for one in answer.physical],
                  [str(v2p.PageKind(one)) for one in answer.page_kind],
                  [int(one) for one in answer.node],
                  [str(v2p.Level(one)) for one in answer.level]]))"""
    found = python(code)
    rows = asked("--pid", PID, "-j", "-o", "+node,kind", *map(hex, ADDRESSES), status=1)
    rows = rows["translations"] if isinstance(rows, dict) else rows
    ok(isinstance(found, list) and isinstance(rows, list), "both answer", (found, rows))
    physical, status, every, kinds, nodes, levels = found
    mapped = [one == 1 for one in status]
    ok(any(mapped) and [row.get("physical") for row in rows] ==
       [one if there else None for one, there in zip(every, mapped)] and
       [one is not None for one in physical] == mapped and
       all(int(one, 16) == alone for one, alone in zip(every, physical) if alone is not None),
       "physical addresses", (found, rows))
    ok([row.get("level") for row in rows if row["status"] == "mapped"] ==
       [one for one, there in zip(levels, mapped) if there], "levels", (levels, rows))
    ok([row.get("page_kind", "unknown") for row in rows] == kinds and
       [row.get("node", 0xffffffff) for row in rows] == nodes, "kinds and nodes",
       (kinds, nodes, rows))


def test_many():
    """More than one call takes; and an iterator, an array, nothing."""
    found = python(f"""
import array
with v2p.Process({PID}) as process:
    many = process.translate(range(0, 150000 << 12, 1 << 12))
    some = process.translate(array.array("Q", [0x5000]))
    none = process.translate([])
    print(json.dumps([len(many), len(set(many.physical)), int(many.physical[5]),
                      int(many.physical[140000]), process.physical(140000 << 12),
                      int(some.physical[0]), len(none)]))""")
    ok(isinstance(found, list) and found[0] == 150000 and found[1] > 70000 and
       found[2] == found[5] and found[3] == found[4] and found[6] == 0,
       "of many, some and none", found)


def test_walk():
    found = python(f"""
with v2p.Process({PID}) as process:
    walk = process.walk(0x5000)
print(json.dumps([hex(walk.root), [[str(step.level), hex(step.entry), hex(step.entry_physical),
                                    step.index] for step in walk.steps],
                  hex(walk.translation.physical), walk.translation.page_size]))""")
    walk = asked("walk", "--pid", PID, "-j", "0x5000")["translations"][0]
    steps = [[step["level"], step["entry"], step["entry_physical"], step["index"]]
             for step in walk["walk"]]
    ok(found == [walk["root"], steps, walk["physical"], walk["page_size"]], "a walk",
       (found, walk))


def test_extents():
    found = python(SHOW + f"""
with v2p.Process({PID}) as process:
    extents = process.extents(fields=v2p.Field.PHYSICAL | v2p.Field.NODE)
    first = process.extents(extents[3].address + 1, 1)
    one = extents[0]
    looked = process.extents(physical=[(extents[3].physical, 1)])
    swapped = process.extents(states=[v2p.Status.SWAPPED])
    print(json.dumps([[dict(shown(one), virtual=hex(one.address), length=one.length)
                       for one in extents], [one.node for one in extents], first[0].length,
                      [one.physical for one in looked] == [extents[3].physical],
                      len(swapped), one.end - one.address]))""", fake="few")
    rows = asked("extents", "--pid", PID, "-j", "-o", "+node", fake="few")["extents"]
    same = ("status", "physical", "virtual", "length")
    ok(isinstance(found, list) and
       found[0] == [{name: row[name] for name in same if name in row} for row in rows] and
       found[1] == [row.get("node") for row in rows], "extents", (found, rows))
    ok(found[2] == 1 and found[3] and found[5] == rows[0]["length"],
       "a part, and memory that is looked for", found)
    found = python(f"""
with v2p.Process({PID}) as process:
    seen = []
    def take(extent):
        seen.append(extent)
        if len(seen) == 3:
            raise KeyError("enough")
    try:
        process.each_extent(take)
    except KeyError:
        print(json.dumps([len(seen), process.physical(0x5000) is not None]))""", fake="few")
    ok(found == [3, True], "what the callback raises ends it, and is raised", found)


def test_kernel():
    found = python("""
with v2p.Kernel() as kernel:
    print(json.dumps([[hex(one.start), one.length, str(one.region)] for one in kernel.regions()]
                     + [kernel.per_cpu_offsets()[:2], len(kernel.extents())]))""", fake="few")
    ok(isinstance(found, list) and found[0] == ["0xffff800100000000", 0xc02000, "direct-map"] and
       found[2][2] == "unknown-200" and found[-1] == 20 and found[-2][0][0] == 0,
       "regions, one of which is newer, CPUs and extents of the kernel", found)


def test_device():
    found = python("""
with v2p.Device("03:00.0") as device:
    walk = device.walk(0x5000)
    physical = device.physical(0x5000)
    extents = len(device.extents())
with v2p.Device("pci/0000:03:00.0", pasid=5) as device:
    other = device.walk(0x5000)
with v2p.Device("03:00.1") as passed:
    same = passed.physical(0x5000)
raised = []
for ask in (lambda: v2p.Device("09:00.0").walk(0), lambda: v2p.Device("foo").walk(0),
            lambda: v2p.Device("03:00.0", pasid=1 << 20).walk(0), lambda: v2p.Device("03:00.0").open()):
    try:
        ask()
    except v2p.Error as error:
        raised.append(error.errno)
print(json.dumps([[str(step.level) for step in walk.steps], [step.shift for step in walk.steps],
                  str(walk.device_translation), str(walk.table_format), hex(physical), extents,
                  len(other.steps), str(other.table_format), same, raised]))""", fake="few")
    told = asked("walk", "--device", "03:00.0", "-j", "0x5000")["translations"][0]
    ok(found == [[step["level"] for step in told["walk"]], [0, 0, 39, 30, 21, 12], "tables",
                 "vtd-second-stage", told["physical"], 20, 9, "vtd-first-stage", 0x5000,
                 [errno.ENODEV, errno.EINVAL, errno.EINVAL, errno.EOPNOTSUPP]],
       "a device, with a PASID and without", (found, told))


def test_page_and_info():
    found = python("""
pages = v2p.page([0x5000, 0x123456])
info = v2p.info()
print(json.dumps([[str(one.status), str(one.kind), one.physical] for one in pages] +
                 [info.arch, info.page_shift, [str(one.level) for one in info.levels],
                  v2p.page([])]))""")
    ok(isinstance(found, list) and [one[2] for one in found[:2]] == [0x5000, 0x123456] and
       found[2:4] == ["fake", 12] and found[4][0] == "pgd" and found[5] == [],
       "pages and info", found)


def test_errors():
    for fake, kind, more in (("absent", "NotLoaded", "FileNotFoundError"),
                             ("denied", "NotPermitted", "PermissionError"),
                             ("gone", "NoProcess", "ProcessLookupError")):
        found = python(f"""
try:
    v2p.Process({PID}).translate([0])
except v2p.Error as error:
    print(json.dumps([type(error).__name__, isinstance(error, {more}), error.strerror]))""",
                       fake=fake)
        ok(isinstance(found, list) and found[:2] == [kind, True] and found[2], f"{fake}: {kind}",
           found)
    found = python(f"""
process = v2p.Process({PID})
process.close()
process.close()
raised = []
for ask in (lambda: process.physical(0), process.extents, lambda: v2p.Process({PID}).extents(0, 0)):
    try:
        ask()
    except (ValueError, v2p.Error) as error:
        raised.append(type(error).__name__)
print(json.dumps(raised))""")
    ok(found == ["ValueError", "ValueError", "Error"], "closed, and a range of nothing", found)
    found = python(f"""
with v2p.Process({PID}) as process:
    print(json.dumps([process.physical(0x5000) is not None, len(process.extents()) == 20]))""",
                   fake="without open and fields")
    ok(found == [True, True], "a module that opens nothing is asked by the id", found)


def test_descriptors():
    found = python(f"""
import os
before = len(os.listdir("/proc/self/fd"))
with v2p.Process({PID}) as process:
    descriptor = process.open()
    with v2p.Space(descriptor) as space:
        same = space.physical(0x5000) == process.physical(0x5000)
    os.close(descriptor)
forgotten = v2p.Process({PID})
del forgotten
print(json.dumps([same, len(os.listdir("/proc/self/fd")) == before]))""")
    ok(found == [True, True], "nothing stays open", found)


def test_numpy():
    if subprocess.run([sys.executable, "-c", "import numpy"], env=ENVIRONMENT, check=False,
                      capture_output=True).returncode:
        skip("numpy's arrays", "numpy is not installed")
        return
    found = python(f"""
import numpy
with v2p.Process({PID}) as process:
    answer = process.translate(numpy.arange(5, dtype="Q") << numpy.uint64(12))
    print(json.dumps([type(answer.physical).__name__, str(answer.physical.dtype),
                      int(answer.physical[4]) == process.physical(4 << 12)]))""")
    ok(found == ["ndarray", "uint64", True], "numpy's arrays", found)


main(test_layout, test_translate, test_many, test_walk, test_extents, test_kernel, test_device,
     test_page_and_info, test_errors, test_descriptors, test_numpy)
