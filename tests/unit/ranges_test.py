#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query's ranges as users meet them, against the fake kernel."""
import json
import mmap
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree

from command import BUILD, COMMAND, LIMIT, PID, Sleeper, environment, main, ok, refused, run, skip

PAGE = 4096
BASE, STRIDE = 0x100000000, 0x400000
HIGHER_HALF = 0xffff800000000000


def extent(i):
    """What the fake kernel has; said again here, so that the two are compared."""
    huge, swapped = i % 10 == 9, i % 8 == 5
    flags = ["present", *["write"] * (i % 2), *["dirty"] * (i % 3 == 0)]
    types = ["wb", "wc", "wt", "wp", "uc", "uc-minus", "tagged", "device"]
    return {"type": None if swapped else types[i // 3 % 8], "key": None if swapped else i // 5 % 16,
            "level": "pmd" if huge else "pte",
            "swap": {"type": i % 3, "offset": hex(i << 9)} if swapped else None,
            "virtual": BASE + i * STRIDE, "length": STRIDE // 2 if huge else (1 + i % 16) * PAGE,
            "physical": None if swapped else (i * 0x9e3779b1 & 0xffffff) << 21,
            "page": 2 << 20 if huge else PAGE, "status": "swapped" if swapped else "mapped",
            "flags": [] if swapped else flags}


def extents(count, wanted=lambda e: True):
    return [e for e in map(extent, range(count)) if wanted(e)]


def rows(document):
    """JSON's extents in the shape of extent()."""
    return [{"virtual": int(e["virtual"], 16), "length": e["length"],
             "physical": int(e["physical"], 16) if "physical" in e else None,
             "page": e.get("page_size"), "status": e["status"], "flags": e["flags"],
             "type": e.get("memory_type"), "key": e.get("protection_key"), "level": e.get("level"),
             "swap": e.get("swap")}
            for e in document]


def same(got, wanted):
    """The page size is only told of what is mapped."""
    return rows(got) == [e | {"page": e["page"] if e["status"] == "mapped" else None}
                         for e in wanted]


def show(*arguments, fake="few", status=0):
    done = run(*arguments, "-j", fake=fake)
    return json.loads(done.stdout)["extents"] if done.returncode == status else str(done)


def flags_of(e):
    """The column FLAGS."""
    if e["swap"]:
        return f"area={e['swap']['type']},page={e['swap']['offset']}"
    letters = "".join(letter if flag in e["flags"] else "-" for letter, flag in zip(
        "pwuxadgs", "present write user exec accessed dirty global soft-dirty".split()))
    return ",".join([letters, *[e["type"]] * (e["type"] != "wb"), *[f"pkey={e['key']}"] * bool(e["key"])])


def text(begin, length):
    return f"{begin:#x}-{begin + length:#x}"


def test_trouble():
    refused(3, "not loaded", "--kernel", "--all", fake="absent")
    refused(3, "CAP_SYS_ADMIN", "--kernel", "--all", fake="denied")
    refused(3, "CAP_SYS_ADMIN", "--kernel", "--all", "-j", fake="denied")
    refused(3, "CAP_SYS_ADMIN", "--kernel", "--summary", fake="denied")
    refused(3, "no such process", "--pid", 4711, "--all", fake="gone")
    refused(3, "no such process", "--pid", 2147483647, "--range", "[heap]")
    refused(3, "ends outside", "--pid", PID, "--range", "0x7ffffffff000-0x800000001000")
    refused(3, "begins outside", "--kernel", "--range", "0x1000-0x2000")
    refused(3, "no answer", "--kernel", "--all", fake="silent")
    with open("/dev/full", "w", encoding="ascii") as full:
        for form in ((), ("-q",), ("-j",), ("--json-lines",), ("--summary",), ("--plot", "-")):
            done = run("--kernel", "--all", *form, stdout=full, fake="few")
            if done.returncode == 3 and "iomem" in done.stderr:
                continue
            ok(done.returncode == 3 and "No space left" in done.stderr and
               done.stderr.count("\n") == 1, f"a full disk: {' '.join(form)}", done)


def test_gone_reader():
    """A reader that goes ends the walk, of which much is left."""
    process = subprocess.Popen([COMMAND, "--kernel", "--all", "-q"], env=environment("million"),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    ok(process.wait(LIMIT) == 3 and not said, "a reader that goes", said)


def test_table():
    done = run("--pid", PID, "--all", fake="few")
    lines = done.stdout.splitlines()
    ok(done.returncode == 0 and len(lines) == 21 and not done.stderr, "a row for each extent", done)
    ok(lines[0].split() == ["VIRTUAL-RANGE", "PHYSICAL", "LENGTH", "SIZE", "FLAGS", "MAPPING"],
       "a heading", lines[0])
    right = all(
        line.split() == [
            text(e["virtual"], e["length"]),
            e["status"] if e["physical"] is None else hex(e["physical"]),
            f"{e['length'] // 1024}K" if e["page"] == PAGE else "2M",
            {"swapped": "-", "mapped": "4K" if e["page"] == PAGE else "2M"}[e["status"]],
            flags_of(e), "-"]
        for e, line in zip(extents(20), lines[1:]))
    ok(right, "each as it is", done.stdout)
    done = run("--kernel", "--all", fake="few, without regions")
    lines = done.stdout.splitlines()
    ok(len(lines) == 21 and "MAPPING" not in lines[0] and
       lines[1].startswith(f"{HIGHER_HALF + BASE:#x} "), "the kernel has no mappings", done)
    done = run("--kernel", "--all", "-q", fake="few")
    ok(done.stdout.split("\n")[:-1] ==
       [f"{'-' if e['physical'] is None else hex(e['physical'])} {e['length']}"
        for e in extents(20)], "-q", done)
    done = run("--pid", PID, "--all", fake="empty")
    ok(done.returncode == 0 and done.stdout.count("\n") == 1, "nothing: a heading alone", done)


def test_contiguous():
    """One run, all of it there: the status tells, and how far it is from that."""
    run_of_two = next(e for e in extents(20) if e["physical"] and e["length"] == 2 * PAGE)
    hole = run_of_two["virtual"] + 2 * PAGE
    start, physical = run_of_two["virtual"], run_of_two["physical"]
    for arguments in (("contiguous", "--pid", PID), ("--pid", PID, "--contiguous", "--range")):
        done = run(*arguments, f"{start:#x}+8K", fake="few")
        ok(done.returncode == 0 and done.stdout ==
           f"{start:#x}-{hole:#x}: one run of physical memory, from {physical:#x}\n" and
           not done.stderr, f"{arguments[0]}: one run", done)
    done = run("contiguous", "--pid", PID, f"{start + 1:#x}+{PAGE}", fake="few")
    ok(done.returncode == 0 and done.stdout.endswith(f"from {physical + 1:#x}\n"),
       "not from the beginning of a page", done)
    done = run("contiguous", "--pid", PID, f"{start:#x}+12K", fake="few")
    ok(done.returncode == 1 and
       done.stdout.endswith(": 1 run of physical memory, 8K; 4K not mapped\n"),
       "a run, and what is not there", done)
    done = run("contiguous", "--pid", PID, f"{hole:#x}+4K", fake="few")
    ok(done.returncode == 1 and done.stdout.endswith(": 4K not mapped\n"), "nothing there", done)
    mapped = [e for e in extents(20) if e["physical"] is not None]
    size = mapped[-1]["virtual"] + mapped[-1]["length"] - mapped[0]["virtual"]
    found, largest = sum(e["length"] for e in mapped), max(e["length"] for e in mapped)
    done = run("contiguous", "--pid", PID, "-j", f"{mapped[0]['virtual']:#x}+{size}", fake="few")
    document = json.loads(done.stdout)
    ok(done.returncode == 1 and document["target"]["pid"] == int(PID) and document["ranges"] ==
       [{"virtual": hex(mapped[0]["virtual"]), "length": size, "contiguous": False,
         "runs": len(mapped), "largest": largest, "not_mapped": size - found}], "in JSON", done)
    done = run("contiguous", "--kernel", "-p", f"{start + HIGHER_HALF:#x}+8K", fake="few")
    only = json.loads(done.stdout)["ranges"][0]
    ok(done.returncode == 0 and only["contiguous"] is True and only["physical"] == hex(physical) and
       only["not_mapped"] == 0, "of the kernel, for people", done)
    done = run("contiguous", "--pid", PID, "--page-size", "2M", f"{start:#x}+8K", fake="few")
    ok(done.returncode == 1 and done.stdout.endswith(": 8K not mapped by such pages\n"),
       "by pages of other sizes", done)
    refused(2, "a range is required", "contiguous", "--pid", PID, fake="few")
    refused(2, "a range is required", "--contiguous", "--pid", PID, fake="few")
    refused(2, "--all cannot be used with --contiguous", "--contiguous", "--all", "--kernel")
    refused(2, "--quiet cannot be used with contiguous", "contiguous", "-q", "--kernel", "1+1")
    done = run("contiguous", "--pid", PID, f"{start:#x}+8K", fake="gone")
    ok(done.returncode == 3 and not done.stdout and done.stderr.count("\n") == 1,
       "of a process that is gone", done)


def test_json():
    done = run("--pid", PID, "--all", "-j", fake="few")
    document = json.loads(done.stdout)
    with open(f"/proc/{PID}/comm", encoding="utf-8") as file:
        comm = file.read().rstrip("\n")
    ok(done.stdout.count("\n") == 1 and set(document) == {"target", "extents"} and
       document["target"] == {"pid": int(PID), "comm": comm}, "one line of JSON", done)
    ok(same(document["extents"], extents(20)), "extents", document)
    ok(list(document["extents"][0]) ==
       ["virtual", "physical", "length", "page_size", "status", "flags", "level", "memory_type",
        "protection_key"] and
       list(document["extents"][5]) == ["virtual", "length", "status", "flags", "level", "swap"],
       "their members", document)
    pretty = run("--pid", PID, "--all", "-p", fake="few")
    ok(json.loads(pretty.stdout) == document and pretty.stdout.count("\n") > 100 and
       all(re.fullmatch(r"( {2})*\S.*", line) for line in pretty.stdout.splitlines()),
       "pretty is the same", pretty)
    done = run("--pid", PID, "--all", "--json-lines", fake="few")
    ok([json.loads(line) for line in done.stdout.splitlines()] == document["extents"],
       "--json-lines, too", done)
    done = run("--kernel", "--all", "-j", fake="empty")
    ok(json.loads(done.stdout) == {"target": {"kernel": True}, "extents": []}, "nothing", done)
    done = run("--kernel", "--all", "--json-lines", fake="empty")
    ok(done.returncode == 0 and not done.stdout, "no line of nothing", done)


def test_ranges():
    first, last = extent(0), extent(9)
    end = last["virtual"] + last["length"]
    for form in (f"{BASE:#x}-{end:#x}", f"{BASE:#x}+{end - BASE:#x}",
                 f"{BASE:#x}+{(end - BASE) // 1024}K", f"{BASE:#x}+{(end - BASE) // 1048576}m"):
        ok(same(show("--pid", PID, "--range", form, status=1), extents(10)), f"--range {form}")
    ok(same(show("--pid", PID, "--range", f"{BASE + 4 * STRIDE:#x}+1T", status=1, fake=""),
            extents(1000)[4:]), "a terabyte")
    cut = show("--pid", PID, "--range", f"{BASE + STRIDE + PAGE:#x}+2K")
    ok(same(cut, [extent(1) | {"virtual": BASE + STRIDE + PAGE, "length": 2048,
                               "physical": extent(1)["physical"] + PAGE}]), "a part of a page", cut)
    ok(first["length"] == PAGE, "the first extent is a page")
    for status, form, *more in (
            (0, f"{BASE:#x}+4K"), (1, f"{BASE:#x}+8K"), (1, f"{BASE - PAGE:#x}+4K"),
            (1, f"{BASE + 5 * STRIDE:#x}+24K"),
            (0, f"{BASE + 5 * STRIDE:#x}+24K", "--status", "swapped"),
            (1, f"{BASE + 5 * STRIDE:#x}+28K", "--status", "swapped"),
            (1, f"{BASE + 5 * STRIDE:#x}+24K", "--status", "mapped"),
            (0, f"{BASE + 9 * STRIDE:#x}+2M", "--page-size", "2M"),
            (1, f"{BASE + 9 * STRIDE:#x}+2M", "--page-size", "4K,1G"),
            (0, f"{BASE + STRIDE:#x}+8K", "--flags", "write,!dirty"),
            (1, f"{BASE + STRIDE:#x}+8K", "--flags", "!write"),
            (0, f"{BASE:#x}+8K", "--summary")):
        for output in ((), ("-j",)):
            done = run("--pid", PID, "--range", form, *more, *output)
            ok(done.returncode == status and not done.stderr,
               f"status {status} for {' '.join((form, *more, *output))}", done)
    done = run("--kernel", "--range", f"{(1 << 64) - (1 << 31):#x}+2G")
    ok(done.returncode == 1 and not done.stderr, "up to the highest address", done)


def test_filters():
    for arguments, wanted in (
            (("--status", "swapped"), lambda e: e["status"] == "swapped"),
            (("--status", "swapped,guard,mapped"), lambda e: True),
            (("--status", "guard", "--status", "mapped"), lambda e: e["status"] == "mapped"),
            (("--page-size", "2M"), lambda e: e["page"] > PAGE),
            (("--page-size", "2097152,1G"), lambda e: e["page"] > PAGE),
            (("--page-size", "4k"), lambda e: e["page"] == PAGE),
            (("--flags", "write"), lambda e: "write" in e["flags"]),
            (("--flags", "write,!dirty"),
             lambda e: "write" in e["flags"] and "dirty" not in e["flags"]),
            (("--memory-type", "wc,tagged"), lambda e: e["type"] in ("wc", "tagged")),
            (("--memory-type", "uc", "--memory-type", "wb", "--flags", "write"),
             lambda e: e["type"] in ("uc", "wb") and "write" in e["flags"]),
            (("--flags", "!write", "--flags", "dirty", "--page-size", "4K"),
             lambda e: "write" not in e["flags"] and "dirty" in e["flags"] and e["page"] == PAGE)):
        got = show("--pid", PID, "--all", *arguments)
        ok(same(got, extents(20, wanted)), " ".join(arguments), got)


def test_mappings():
    with Sleeper() as sleeper:
        pid, maps = sleeper.process.pid, sleeper.maps
        got = show("--pid", pid, "--all", fake="maps")
        ok([(int(e["virtual"], 16), int(e["virtual"], 16) + e["length"], e["mapping"])
            for e in got] == maps, "extents are cut where mappings end, and named", got)
        ok(all(int(e["physical"], 16) == int(e["virtual"], 16) & 0xffffffffff for e in got),
           "in physical memory, too", got)
        joined = show("--pid", pid, "--all", "--merge", fake="maps")
        ok(len(joined) < len(maps) and
           sum(e["length"] for e in joined) == sum(end - start for start, end, _ in maps) and
           all(any(int(e["virtual"], 16) == start and e["mapping"] == name
                   for start, _, name in maps) for e in joined), "but not with --merge", joined)
        done = run("--pid", pid, "--all", "-q", fake="maps")
        ok(done.stdout.count("\n") == len(joined), "nor with -q", done)
        done = run("--pid", pid, "--all", fake="maps")
        ok([line.split()[-1] for line in done.stdout.splitlines()[1:]] ==
           [name.split()[-1] for _, _, name in maps], "names in the table", done)

        for start, end, name in maps:
            done = run("--pid", pid, "--range", f"{start:08x}-{end:08x}", "-q", fake="maps")
            ok(done.returncode == 0 and not done.stderr and
               done.stdout == f"{start & 0xffffffffff:#x} {end - start}\n",
               f"as a line of maps has it: {name}", done)
        start, end, _ = maps[0]
        refused(2, f"write 0x{start:08x}", "--pid", pid, "--range", f"{start:08x}-{end - 1:08x}",
                name="but not another range")
        start, end, _ = next(mapping for mapping in maps if mapping[2] == "[stack]")
        done = run("--pid", pid, "--range", "[stack]", "-q", fake="maps")
        ok(done.returncode == 0 and not done.stderr and
           done.stdout == f"{start & 0xffffffffff:#x} {end - start}\n", "a mapping by name", done)
        done = run("--pid", pid, "--range", "[stack]+8K", "-q", fake="maps")
        ok(done.returncode == 0 and done.stdout == f"{start & 0xffffffffff:#x} 8192\n",
           "and the beginning of one", done)
        for form in ("[stack]+0x1000+8K", f"[stack]+4096-{start + 0x3000:#x}"):
            done = run("--pid", pid, "--range", form, "-q", fake="maps")
            ok(done.returncode == 0 and not done.stderr and
               done.stdout == f"{start + 0x1000 & 0xffffffffff:#x} 8192\n",
               f"an offset in it: {form.split('-')[0]}", done)
        done = run("--pid", pid, "--range", f"[stack]-{end:#x}", "-q", fake="maps")
        ok(done.returncode == 0 and done.stdout.endswith(f" {end - start}\n"), "and an end", done)
        libc = [mapping for mapping in maps if "/libc.so" in mapping[2]]
        done = run("--pid", pid, "--range", os.path.basename(libc[0][2]), "-q", fake="maps")
        ok(done.returncode == 0 and done.stdout.endswith(f" {libc[0][1] - libc[0][0]}\n") and
           done.stderr.count("\n") == 1 and f"{len(libc)} mappings have this name" in done.stderr
           and text(libc[0][0], libc[0][1] - libc[0][0]) in done.stderr,
           "of several the first is taken, and told", done)
        for name in (os.path.basename(libc[0][2]), "[anon]"):
            wanted = [mapping for mapping in maps
                      if os.path.basename(mapping[2]) == name]
            got = show("--pid", pid, "--range", name, "--every", fake="maps")
            ok(len(wanted) > 1 and
               [(int(e["virtual"], 16), int(e["virtual"], 16) + e["length"], e["mapping"])
                for e in got] == wanted, f"every mapping of {name}", got)
            done = run("--pid", pid, "--range", name, "--every", fake="maps")
            ok(done.returncode == 0 and not done.stderr and
               done.stdout.count("\n") == 1 + len(wanted), "as a table", done)
            document = json.loads(run("--pid", pid, "--range", name, "--every", "--summary", "-j",
                                      fake="maps").stdout)
            ok([(int(row["virtual"], 16), row["size"]) for row in document["mappings"]] ==
               [(start, end - start) for start, end, _ in wanted] and
               document["total"]["size"] == sum(end - start for start, end, _ in wanted),
               "their sums", document)
        done = run("--pid", pid, "--range", "[anon]", "-q", fake="maps")
        ok(done.returncode == 0 and done.stderr.count("\n") == 1 and "(--every takes all)" in
           done.stderr, "of several without a name the first", done)
        done = run("--pid", pid, "[anon]", fake="maps")
        ok(done.returncode < 2 and done.stdout.endswith(" [anon]\n") and
           "the first is taken" in done.stderr, "also as an address", done)
        refused(2, "is empty", "--pid", pid, "--range", os.path.basename(libc[0][2]) + "+0",
                name="but not where the length is wrong")
        refused(2, "not a number", "--pid", pid, "--range", os.path.basename(libc[0][2]) + "+x",
                name="or no length at all")


def test_sizes_that_are_not():
    """No error, as the same list may be for many machines; but it is said."""
    lacks = "v2p-query: --page-size {}: this machine has no such pages; there are 4K, 2M, 1G\n"
    for form in ((), ("-q",), ("-j",), ("--summary",)):
        done = run("--kernel", "--all", "--page-size", "64K", *form, fake="few")
        ok(done.returncode == 0 and done.stderr == lacks.format("64K"),
           f"pages of no size that there is {' '.join(form)}", done)
    done = run("--kernel", "--range", f"{HIGHER_HALF + BASE:#x}+4K", "--page-size", "64K",
               fake="few")
    ok(done.returncode == 1 and done.stderr == lacks.format("64K"), "of a range", done)
    done = run("--kernel", "--all", "-q", "--page-size", "64K,2M,512G", "--page-size", "16K",
               fake="few")
    ok(done.returncode == 0 and done.stdout.count("\n") == 2 and
       done.stderr == lacks.format("16K, 64K, 512G"), "all of them in one line", done)
    done = run("--kernel", "--all", "-q", "--page-size", "4K,2M,1G", fake="few")
    ok(done.returncode == 0 and not done.stderr, "and no word of those that are", done)
    refused(3, "no such process", "--pid", PID, "--all", "--page-size", "64K", fake="gone",
            name="of what ends badly there is one line")


def test_names_that_hide():
    """A name may turn the direction of writing, or hold what nobody sees."""
    name = "gpj.\u202egnp\u2066\u200b\u00ad\ufeff\u2028\u061c\U000e0041\u009b\x7fä😀"
    shown = "gpj.?gnp?????????ä😀"
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        with open(path, "w+b") as file:
            file.write(bytes(PAGE))
            file.flush()
            with mmap.mmap(file.fileno(), PAGE), open("/proc/self/maps", encoding="utf-8") as maps:
                start = next(int(line.split("-")[0], 16) for line in maps if path in line)
                for form in (("--", f"{start:#x}"), ("--walk", f"{start:#x}"),
                             ("--range", f"{start:#x}+4K"),
                             ("--summary", "--range", f"{start:#x}+4K")):
                    done = run("--pid", PID, *form, fake="maps")
                    ok(done.returncode < 2 and f"{folder}/{shown}\n" in done.stdout,
                       f"a name that hides: {form[0]}", ascii(done))
                    done = run("--pid", PID, "-j", *form, fake="maps")
                    document = json.loads(done.stdout)
                    rows = document.get("translations", document.get("extents",
                                        document.get("mappings")))
                    ok([row["mapping"] for row in rows] == [path], f"its true name: {form[0]}",
                       ascii(done))
                    ok("ä😀" in done.stdout and
                       not any(c in done.stdout for c in name[4:-2] if not "a" <= c <= "z"),
                       "which no terminal sees", ascii(done.stdout))
    with open("/proc/self/comm", "r+", encoding="utf-8") as comm:
        before = comm.read().rstrip("\n")
        comm.write("a\u202eb\033[m")
        comm.flush()
        done = run("--pid", PID, "--walk", "0x1000")
        ok(f"process {PID} (a?b?[m)" in done.stdout, "a process that hides", ascii(done))
        done = run("--pid", PID, "--walk", "-j", "0x1000")
        ok(json.loads(done.stdout)["target"]["comm"] == "a\u202eb\033[m" and
           "\u202e" not in done.stdout, "its true name", ascii(done))
        comm.write(before)


def test_names_on_a_terminal():
    """A file's name may hold what a terminal acts upon, also above ASCII."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder.encode(), b"name\xc2\x9b31m\x9b\xc3\xa4")
        with open(path, "w+b") as file:
            file.write(bytes(PAGE))
            file.flush()
            with mmap.mmap(file.fileno(), PAGE), \
                    open("/proc/self/maps", "rb") as maps:
                start = next(int(line.split(b"-")[0], 16) for line in maps if path in line)
                for form in (("--", f"{start:#x}"), ("--walk", f"{start:#x}"),
                             ("--range", f"{start:#x}+4K"),
                             ("--summary", "--range", f"{start:#x}+4K")):
                    done = run("--pid", PID, *form, fake="maps", errors="surrogateescape")
                    ok(done.returncode < 2 and f"{folder}/name?31m?ä\n" in done.stdout,
                       f"a nasty name: {form[0]}", ascii(done))
    refused(2, f"v2p-query: ?31m??: process {PID} has no such mapping",
            "--pid", PID, b"\xc2\x9b31m\x9b\xe4".decode(errors="surrogateescape"),
            name="a nasty name that is not there")


def test_symbols():
    with open("/proc/kallsyms", encoding="ascii") as file:
        address = next((int(line.split()[0], 16) for line in file
                        if line.split()[2] == "_text"), 0)
    if not address:
        skip("kernel symbols", "their addresses are hidden here")
        return
    refused(2, "write _text+LENGTH", "--kernel", "--range", "_text")
    done = run("--kernel", "--range", "_text+4K", "--status", "none,mapped")
    ok(done.returncode == 1 and not done.stderr, "a symbol and a length", done)
    done = run("--kernel", "--range", "_text+4096+4K", "--status", "none,mapped")
    ok(done.returncode == 1 and not done.stderr, "a symbol, an offset and a length", done)


def test_summary():
    with Sleeper() as sleeper:
        pid, maps = sleeper.process.pid, sleeper.maps
        document = json.loads(run("--pid", pid, "--summary", "-j", fake="maps").stdout)
        ok([(int(row["virtual"], 16), row["size"], row["mapping"]) for row in document["mappings"]]
           == [(start, end - start, name) for start, end, name in maps], "a row for each mapping",
           document)
        ok(all(row["mapped"] == row["size"] == row["largest"] and row["extents"] == 1 and
               row["page_sizes"] == {"4096": row["size"]} and row["not_mapped"] == {}
               for row in document["mappings"]), "its sums", document)
        total = sum(end - start for start, end, _ in maps)
        ok(document["total"] == {"size": total, "mapped": total, "page_sizes": {"4096": total},
                                 "extents": len(maps), "not_mapped": {},
                                 "largest": max(end - start for start, end, _ in maps)},
           "and of all", document)
        first, last = maps[0], maps[2]
        document = json.loads(run("--pid", pid, "--summary", "--range",
                                  f"{first[0] + PAGE:#x}-{last[1] - PAGE // 2:#x}", "-j",
                                  fake="maps").stdout)
        parts = [(first[0] + PAGE, first[1] - first[0] - PAGE),
                 (maps[1][0], maps[1][1] - maps[1][0]),
                 (last[0], last[1] - last[0] - PAGE // 2)]
        ok([(int(row["virtual"], 16), row["size"]) for row in document["mappings"]] ==
           [part for part in parts if part[1]] and
           all(row["mapped"] == row["size"] for row in document["mappings"]) and
           document["total"]["size"] == sum(size for _, size in parts),
           "of a range that cuts mappings, what is in it", document)
        done = run("--pid", pid, "--summary", fake="maps")
        lines = done.stdout.splitlines()
        ok(done.returncode == 0 and len(lines) == len(maps) + 2 and
           lines[-1].split()[0] == "total" and
           [line.split()[-1] for line in lines[1:-1]] == [name.split()[-1] for _, _, name in maps],
           "as a table", done)

        document = json.loads(run("--pid", pid, "--summary", "-j", fake="first pages").stdout)
        sizes = [end - start for start, end, _ in maps]
        ok([(row["size"], row["mapped"], row["not_mapped"]) for row in document["mappings"]] ==
           [(size, PAGE, {"none": size - PAGE} if size > PAGE else {}) for size in sizes] and
           document["total"]["not_mapped"] == {"none": sum(sizes) - PAGE * len(sizes)},
           "what has no page is not mapped", document)
        start = next(start for start, end, _ in maps if end - start > PAGE)
        done = run("--pid", pid, "--summary", "--range", f"{start:#x}+8K", "-o",
                   "virtual-range,size,mapped,page-sizes,extents,largest,not-mapped",
                   fake="first pages")
        ok([line.split() for line in done.stdout.splitlines()[1:]] ==
           [[begin, "8K", "4K", "4K", "-", "-", "1", "4K", "none", "4K"]
            for begin in (text(start, 2 * PAGE), "total")], "in the table, of a range", done)
        document = json.loads(run("--pid", pid, "--summary", "--flags", "user", "-j",
                                  fake="first pages").stdout)
        ok(all(row["not_mapped"] == {} for row in document["mappings"]),
           "but what a filter keeps back is not told", document)

    huge = sum(e["length"] for e in extents(20, lambda e: e["page"] > PAGE))
    small = sum(e["length"] for e in extents(20, lambda e: e["page"] == PAGE and e["flags"]))
    swapped = sum(e["length"] for e in extents(20, lambda e: not e["flags"]))
    for target, count, fake in ((("--kernel",), 0, "few, without regions"),
                                (("--pid", PID), 20, "few")):
        document = json.loads(run(*target, "--summary", "-p", fake=fake).stdout)
        ok(len(document["mappings"]) == count and document["total"] ==
           {"size": huge + small + swapped, "mapped": huge + small,
            "page_sizes": {"4096": small, "2097152": huge}, "extents": 18, "largest": 2 << 20,
            "not_mapped": {"swapped": swapped}}, f"sizes and statuses, {target[0]}", document)
    document = json.loads(run("--kernel", "--summary", "-j", fake="status 200").stdout)
    none = document["total"]["not_mapped"].pop("none")
    ok(document["total"]["not_mapped"] == {"unknown": swapped} and none + swapped + huge + small ==
       document["total"]["size"], "what a newer module says is in the sums", document)
    done = run("--kernel", "--summary", fake="status 200")
    ok("unknown " not in done.stdout, "not in the usual table", done)
    done = run("--kernel", "--summary", "-o", "+not-mapped", fake="status 200")
    ok("unknown 80K\n" in done.stdout, "but in that of what is not mapped", done)
    done = run("--kernel", "--all", "--summary", fake="few, without regions")
    heading, total = done.stdout.splitlines()
    ok(heading.split() == ["VIRTUAL", "SIZE", "MAPPED", "4K", "2M", "1G", "EXTENTS", "LARGEST",
                            "REGION"] and
       total.split() == ["total", "4.5M", "4.4M", "448K", "4M", "-", "18", "2M", "-"],
       "in the table", done)
    done = run("--kernel", "--summary", "--status", "swapped", "-j", fake="few")
    ok(json.loads(done.stdout)["total"]["not_mapped"] == {"swapped": swapped}, "filtered", done)
    done = run("--pid", PID, "--summary", fake="empty")
    ok(done.returncode == 0 and done.stdout.count("\n") == 2, "of nothing", done)


def test_shared_memory():
    """The swap entry of shared memory is in the page cache."""
    swap, none = ({"V2P_SWAPS": f"fixtures/{file}"} for file in ("swaps", "swaps-none"))
    words = "pages of it that are swapped out are none, not swapped\n"
    with mmap.mmap(-1, PAGE) as shared:
        for form in (("--all",), ("--all", "-q"), ("--all", "-j"), ("--summary",)):
            done = run("--pid", PID, *form, "--status", "swapped", extra=swap, fake="few")
            ok(done.returncode == 0 and done.stderr.count("\n") == 1 and
               done.stderr.endswith(words) and "(/dev/zero (deleted))" in done.stderr and
               words not in done.stdout, f"shared memory and swap: {' '.join(form)}", done)
        for what, swaps, *arguments in (
                ("what has no page is shown, too", swap, "--all", "--status", "swapped,none"),
                ("it is not asked for", swap, "--all"),
                ("there is none in the range", swap, "--range", "[stack]", "--status", "swapped"),
                ("there is no swap area", none, "--all", "--status", "swapped")):
            done = run("--pid", PID, *arguments, extra=swaps, fake="few")
            ok(done.returncode < 2 and not done.stderr, f"no word where {what}", done)
        shared[0] = 1
    done = run("--kernel", "--all", "--status", "swapped", extra=swap, fake="few")
    ok(done.returncode == 0 and not done.stderr, "nor of the kernel", done)


GONE = "the process has ended or runs another program, its address space is gone"


def test_end_in_the_middle():
    """What was printed stays, the error is at its end."""
    for form in ((), ("-q",), ("-j",), ("-p",), ("--json-lines",), ("--summary",),
                 ("--summary", "-j")):
        done = run("--pid", PID, "--all", *form, fake="dies in the middle")
        ok(done.returncode == 3 and
           done.stderr == f"v2p-query: process {PID}: {GONE}\n",
           f"an end in the middle: {' '.join(form)}", done.stderr)
        if "-j" in form or "-p" in form:
            document = json.loads(done.stdout)
            ok(document["error"] == GONE and
               (len(document["mappings"]) == 199 and "total" not in document
                if "--summary" in form else same(document["extents"], extents(200))),
               "JSON is whole, and tells it", document)
        elif form == ("--json-lines",):
            ok(same([json.loads(line) for line in done.stdout.splitlines()], extents(200)),
               "lines of JSON are those before", done.stdout[-200:])
        elif form == ("--summary",):
            ok("total" not in done.stdout and done.stdout.count("\n") == 200,
               "no total of a part", done.stdout[-200:])
        else:
            ok(done.stdout.count("\n") == 200 + (not form), "what came before is there",
               done.stdout[-200:])


def test_plot():
    path = f"{BUILD}/plot.svg"
    if os.path.exists(path):
        os.unlink(path)
    done = run("--pid", PID, "--all", "--plot", path, fake="few")
    if done.returncode == 3 and "iomem" in done.stderr and not os.path.exists(path):
        ok(not done.stdout and done.stderr.count("\n") == 1, "no picture without /proc/iomem", done)
        return
    words = "".join(xml.etree.ElementTree.parse(path).getroot().itertext())
    ok(done.returncode == 0 and not done.stdout and not done.stderr and f"process {PID}" in words,
       "a picture", done)
    done = run("--kernel", "--plot", path, fake="few", preexec_fn=lambda: os.close(1))
    ok(done.returncode == 0 and not done.stderr, "which needs no standard output", done)
    refused(3, "closed", "--kernel", "--plot", "-", preexec_fn=lambda: os.close(1))
    done = run("--kernel", "--plot", "-", fake="few")
    ok(done.returncode == 0 and "kernel" in done.stdout, "on the terminal", done)
    same = run("plot", "-", "--kernel", fake="few")
    ok(same.returncode == 0 and same.stdout == done.stdout, "by the command as well", same)
    run("--pid", PID, "--plot", path, fake="few")
    done = run("plot", "--pid", PID, fake="few")
    with open(path, encoding="utf-8") as file:
        ok(done.returncode == 0 and done.stdout == file.read(),
           "without a file, it goes to standard output", done)
    refused(3, "closed", "plot", "--kernel", preexec_fn=lambda: os.close(1))
    done = run("--pid", PID, "--all", "--plot", path, fake="dies in the middle")
    ok(done.returncode == 3 and not os.path.getsize(path), "no half of one", done)
    os.unlink(path)
    refused(3, "", "--kernel", "--plot", "/nowhere/picture.svg")
    for name in ("x.png", "x.PNG", "a.svg.pdf", "/nowhere/x.jpeg"):
        refused(2, "the picture is an SVG: give a name that ends with .svg",
                "--kernel", "--plot", name, fake="absent")
    for name in ("/nowhere/x", "/nowhere/x.svg", "/nowhere/x.xml", "/nowhere.png/x", "/nowhere/png"):
        refused(3, "No such file", "--kernel", "--plot", name)
    refused(3, "name too long", "--kernel", "--plot", "x" * 256, fake="absent",
            name="a name that is too long, before the module is asked")


main(test_trouble, test_gone_reader, test_table, test_contiguous, test_json, test_ranges, test_filters,
     test_mappings, test_names_on_a_terminal, test_names_that_hide, test_sizes_that_are_not,
     test_symbols, test_summary, test_shared_memory, test_end_in_the_middle, test_plot)
