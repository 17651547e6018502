#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The columns of v2p-query's tables: by choice, with letters for flags, and within 80 of a terminal."""
import json
import re

from command import COMM, PID, completed, main, ok, refused, run, two

# Of the fake kernel, which makes flags of the bits above the page: present, write and user, "wt"
# and the protection key 4.
TYPED = hex(0x1234 | 3 << 13 | 4 << 15)
SWAPPED, NONE = hex(2 << 40 | 0x9000), hex(1 << 40 | 0x5000)
KINDS = ("translate", "extents", "summary", "owners")


def table(*arguments, fake="few", **options):
    """The lines of a table, each split at blanks."""
    done = run(*arguments, fake=fake, **options)
    return [line.split() for line in done.stdout.splitlines()], done


def test_choice():
    rows, done = table("--pid", PID, "-o", "size,virtual,flags-long", TYPED)
    ok(rows == [["SIZE", "VIRTUAL", "FLAGS-LONG"],
                ["4K", TYPED, "present,write,user,wt,pkey=4"]] and done.returncode == 0,
       "those that are named, in that order", done)
    ok(not any(line.endswith(" ") for line in done.stdout.splitlines()), "without blanks at the end",
       done)
    usual, _ = table("--pid", PID, TYPED)
    rows, done = table("--pid", PID, "-o", "+status,entry", TYPED)
    ok(rows[0] == usual[0] + ["STATUS", "ENTRY"] and rows[1][:-2] == usual[1] and
       rows[1][-2] == "mapped" and rows[1][-1].startswith("0x"), "+: beside the usual ones", done)
    rows, done = table("--pid", PID, "--output=Virtual,STATUS,memory-type,protection-key,level",
                       TYPED, SWAPPED, NONE, hex(1 << 47))
    ok(rows[1:] == [[TYPED, "mapped", "wt", "4", "pte"], [SWAPPED, "swapped", "-", "-", "pte"],
                    [NONE, "none", "-", "-", "pte"], [hex(1 << 47), "invalid", "-", "-", "-"]],
       "in capitals or not; what has no page", done)
    # A column that is not the last is filled up.
    rows, done = table("--pid", PID, "-o", "mapping,pid,virtual", "[stack]", fake="")
    start = done.stdout.splitlines()[0].index("VIRTUAL")
    ok(rows[1][:2] == ["[stack]", PID] and
       done.stdout.splitlines()[1][start - 1:].startswith(" 0x"), "a name in front", done)
    rows, done = table("--kernel", "-o", "symbol,virtual", "jiffies", fake="",
                       extra={"V2P_KALLSYMS": "fixtures/kallsyms"})
    if done.returncode != 2:
        ok(rows[1][0] == "jiffies", "a symbol in front", done)
    rows, done = table("--kernel", "--all", "-o", "bytes,physical-range,virtual")
    ok(rows[0] == ["BYTES", "PHYSICAL-RANGE", "VIRTUAL"] and rows[1][:2] == ["4096", "0x0-0x1000"],
       "of extents", done)
    one, done = table("--kernel", "--summary", "-o", "largest,not-mapped",
                      fake="few, without regions")
    ok(one == [["LARGEST", "NOT-MAPPED"], ["2M", "swapped", "80K"]], "of a summary", done)


def rows_of(done):
    """Without what the kernel counts, which changes."""
    return [line for line in done.stdout.splitlines() if " mappings by " not in line]


def test_headings():
    for command, arguments in (
            ("translate", (TYPED,)), ("extents", ()), ("summary", ()), ("owners", ("0x0+16T",))):
        usual = rows_of(run(command, "--pid", PID, *arguments, fake="few"))
        for option in ("--no-headings", "--noheadings"):
            done = run(command, "--pid", PID, option, *arguments, fake="few")
            ok(rows_of(done) == usual[1:] != [], f"{command} {option}", done)


def test_refused():
    pid = ("--pid", PID)
    for words, *arguments in (
            ("--output siez: no such column; there are virtual, physical, status, size, level, flags, ",
             *pid, "-o", "virtual,siez", "1"),
            ("--output size: it is shown already; there are virtual, ", *pid, "-o", "+size", "1"),
            ("--output Size: it is shown already", *pid, "-o", "size,Size", "1"),
            ("--output: an empty name; there are virtual, physical, ", *pid, "-o", "", "1"),
            ("--output: an empty name; there are ", *pid, "-o", "size,", "1"),
            ("--output: an empty name; there are ", *pid, "-o", "+", "1"),
            ("--output entry: no such column", "extents", *pid, "-o", "entry"),
            ("--output level: no such column", "summary", *pid, "-o", "level"),
            ("--output siez: no such column", *pid, "-j", "-o", "siez", "1"),
            ("option '--output' requires an argument", *pid, "-o", "--json", "1"),
            ("option '-o' requires an argument", *pid, "1", "-o"),
            ("option '--output' is given more than once", *pid, "-o", "size", "-o", "level", "1"),
            ("--output cannot be used with --quiet", *pid, "-q", "-o", "size", "1"),
            ("--no-headings cannot be used with --quiet", *pid, "-q", "--no-headings", "1"),
            ("--no-headings cannot be used with --json", *pid, "-j", "--no-headings", "1"),
            ("--no-headings cannot be used with --json-lines", *pid, "--json-lines", "--noheadings",
             "1"),
            *((f"--output cannot be used with {command}", command, "-o", "size", *target)
              for command, *target in (("walk", *pid), ("contiguous", *pid), ("plot", *pid), ("info",)))):
        refused(2, words, *arguments)


def test_help():
    for command in KINDS:
        done = run(command, "-o", "help", fake="absent")
        names = [line.split()[0] for line in done.stdout.split("\n\n")[0].splitlines()]
        wrong = [name for name in names
                 if run(command, "--pid", PID, "-o", name, *["1"] * (command in ("translate", "owners")),
                        fake="few").returncode not in (0, 1)]
        ok(done.returncode == 0 and len(names) > 10 and len(set(names)) == len(names) and not wrong,
           f"{command}: what help lists can be chosen", (done, wrong))
        usual = dict(line.split(": ") for line in done.stdout.split("\n\n")[1].splitlines())
        for which, target in (("Usually shown", ("--pid", PID)), ("of the kernel", ("--kernel",)),
                              ("of several processes", ("--pid", PID, "--comm", COMM))):
            if command != "owners" and (which in usual or which != "of several processes"):
                shown = run(command, *target, *["1"] * (command == "translate"), fake="few")
                heading = shown.stdout.splitlines()[0].lower().split()
                ok([name for name in usual[which].split(",") if name != "page-sizes"] ==
                   [name for name in heading if name not in ("4k", "2m", "1g")],
                   f"{command}: {which}", (done, shown))
        ok(completed(command, "-o", "") == names == completed(command, "--output", ""),
           f"{command}: and is completed", completed(command, "-o", ""))
        with open("../../user/man/v2p-query.1.rst", encoding="utf-8") as file:
            manual = file.read()
        lacking = [name for name in names if f"**{name}**" not in manual]
        ok(not lacking, f"{command}: the manual names each", lacking)
    every = completed("-o", "")
    ok("not-mapped" in every and "entry" in every and len(set(every)) == len(every),
       "without a command, all are completed", every)
    ok(completed("extents", "-o", "size,lev") == ["size\\,level"] and
       completed("extents", "-o", "+lev") == ["+level"], "behind a comma and a plus",
       completed("extents", "-o", "size,lev"))


def test_flags():
    """A letter for each flag, that the manual explains."""
    with open("../../user/man/v2p-query.1.rst", encoding="utf-8") as file:
        manual = file.read()
    known = dict(re.findall(r"^\| \*\*(.)\*\* \*\*([a-z-]+)\*\*: ", manual, re.M))
    flags = completed("extents", "--flags", "")
    ok(sorted(known.values()) == sorted(flags) and len(known) == len(flags) == 15,
       "the manual has one for each flag", (known, flags))
    # The fake kernel's flags are the bits of the address from the page on, up to user.
    for bits, wanted in ((0, "p-------"), (1, "pw------"), (3, "pwu-----")):
        address = hex(0x1234 | bits << 13)
        rows, done = table("--pid", PID, "-o", "flags,flags-long", address)
        short, words = rows[1]
        ok(short.split(",")[0] == wanted and [known[c] for c in wanted if c != "-"] ==
           [word for word in words.split(",") if word in flags], f"{words} is {short}", done)


def test_json():
    """All that it has anyway, whatever is chosen."""
    for arguments in ((TYPED,), ("--all",), ("--summary",)):
        plain = run("--pid", PID, "-j", *arguments, fake="few")
        for chosen in ("size", "+status" if arguments != ("--summary",) else "+largest"):
            done = run("--pid", PID, "-j", "-o", chosen, *arguments, fake="few")
            ok(done.stdout == plain.stdout and json.loads(done.stdout), f"-j -o {chosen} {arguments[0]}",
               (done, plain))


def test_extents():
    """What is not shown ends no extent, and is not asked for."""
    stack, one, other = two()
    with stack:
        rows, done = table("--pid", one, "--pid", other, "--all", "-o", "comm,pid,bytes")
        ok(rows[0] == ["COMM", "PID", "BYTES"] and {row[1] for row in rows[1:]} == {str(one), str(other)}
           and {row[0] for row in rows[1:]} == {COMM.replace("\u202e", "?")},
           "names of processes, where they are asked for", done)
    cut = run("--pid", PID, "--all", "-o", "virtual-range,mapping", fake="maps").stdout.splitlines()
    whole = run("--pid", PID, "--all", "-o", "virtual-range", fake="maps").stdout.splitlines()
    ok(1 < len(whole) <= len(cut), "without MAPPING, extents are not cut where mappings end",
       (cut, whole))
    region = run("--pid", PID, "--all", "-o", "virtual-range,region", fake="maps").stdout.splitlines()
    ok([line.split()[0] for line in region[1:]] == whole[1:], "REGION is nothing of a process's",
       (region, whole))


# Of the fake kernel: the node is made of three bits of the address, of which 0 means none, the
# kind of the page's number; extents come from nodes and of kinds in turn.
def kinds():
    with open("../../include/v2p.yaml", encoding="utf-8") as file:
        text = file.read()
    entries = re.search(r"^  - name: page-kind\n(.*?)^  - name: ", text, re.M | re.S)[1]
    return re.findall(r"^      - name: (.*)$", entries, re.M)


def test_pages():
    """The node and the kind of a page, of those who ask for them alone."""
    words = kinds()
    pages = {hex(page << 12 | 0x234): (page >> 2 & 7, words[page % len(words)]) for page in (1, 4, 9, 28)}
    rows, done = table("--pid", PID, "-o", "virtual,node,kind", *pages, NONE)
    ok(rows[1:] == [[address, str(node or "-"), kind] for address, (node, kind) in pages.items()] +
       [[NONE, "-", "-"]] and len(set(pages.values())) == 4, "of addresses", done)
    plain = json.loads(run("--pid", PID, "-j", *pages, NONE).stdout)["translations"]
    done = run("--pid", PID, "-j", "-o", "+node,kind", *pages, NONE)
    found = json.loads(done.stdout)["translations"]
    more = [{"node": node, "page_kind": kind} if node else {"page_kind": kind}
            for node, kind in pages.values()] + [{}]
    ok(found == [row | page for row, page in zip(plain, more)] and
       not any("node" in row or "page_kind" in row for row in plain),
       "in JSON, beside what it has anyway", done)
    walks = json.loads(run("walk", "--pid", PID, "-j", *pages, NONE).stdout)["translations"]
    ok(len(walks) == len(plain) and all("walk" in row for row in walks) and
       not any("node" in row or "page_kind" in row for row in walks), "a walk has neither", walks)
    only = json.loads(run("--pid", PID, "-j", "-o", "node", *pages, NONE).stdout)["translations"]
    ok(any("node" in row for row in only) and not any("page_kind" in row for row in only),
       "one of them", only)

    whole = json.loads(run("--pid", PID, "--all", "-j", "-o", "node,kind", fake="few").stdout)["extents"]
    mapped = [e for e in whole if e["status"] == "mapped"]
    ok({e["node"] for e in mapped} == {0, 1, 2} and len({e["page_kind"] for e in mapped}) > 2 and
       not any("node" in e for e in whole if e["status"] != "mapped"), "of extents", whole)
    rows, done = table("--pid", PID, "--all", "-o", "node,kind,virtual")
    ok(rows[1:] == [[str(e.get("node", "-")), e.get("page_kind", "-"), e["virtual"]] for e in whole],
       "in the table", done)
    rows, done = table("owners", "--pid", PID, "-o", "node,kind,virtual", mapped[1]["physical"])
    ok(rows[1] == [str(mapped[1]["node"]), mapped[1]["page_kind"], mapped[1]["virtual"]],
       "of owners", done)


def test_sums():
    """What is mapped, by node and by kind."""
    whole = json.loads(run("--kernel", "--all", "-j", "-o", "node,kind", fake="few").stdout)["extents"]
    nodes, sorts = {}, {}
    for e in whole:
        if e["status"] == "mapped":
            nodes[str(e["node"])] = nodes.get(str(e["node"]), 0) + e["length"]
            sorts[e["page_kind"]] = sorts.get(e["page_kind"], 0) + e["length"]
    plain = json.loads(run("--kernel", "--summary", "-j", fake="few").stdout)["total"]
    done = run("--kernel", "--summary", "-j", "-o", "node,kind", fake="few")
    ok(json.loads(done.stdout)["total"] == plain | {"nodes": nodes, "page_kinds": sorts} and
       len(nodes) == 3, "sums in JSON", done)
    rows, done = table("--kernel", "--summary", "--no-headings", "-o", "node,kind")
    ok([[part.split("=")[0] for part in cell.split(",")] for cell in rows[-1]] ==
       [[f"N{node}" for node in sorted(nodes)], [kind for kind in kinds() if kind in sorts]] and
       f"{next(iter(sorts))}=" in done.stdout, "in the table", done)
    for chosen, last in (("virtual,pid", ["total", PID]), ("size,virtual-range", [None, "total"]),
                         ("pid,virtual", ["total", "-"]), ("comm,mapping", ["total", "-"]),
                         ("mapped,mapping", [None, "total"]), ("region", ["total"])):
        rows, done = table("summary", "--pid", PID, "-o", chosen)
        ok(len(rows[-1]) == len(last) and
           all(wanted in (None, cell) for wanted, cell in zip(last, rows[-1])) and
           not any(line.endswith(" ") for line in done.stdout.splitlines()),
           f"{chosen}: the first that is no sum says total", done)
    stack, one, other = two()
    with stack:
        rows, done = table("summary", "--pid", one, "--pid", other, "-o", "virtual,pid,comm,mapping")
        ok([row[:2] for row in rows[1:]] == [["-", str(one)], ["-", str(other)], ["total", "-"]] and
           rows[-1][2:] == ["-", "-"], "of several, no process's row says it", done)
        done = run("summary", "--pid", one, "--pid", other, "-j", "-o", "+node", fake="few")
        found = json.loads(done.stdout)
        ok(found["total"]["nodes"] == {node: 2 * size for node, size in nodes.items()} and
           [each["total"]["nodes"] for each in found["processes"]] == [nodes] * 2,
           "of several processes, and of all", done)


def test_width():
    """The usual tables, with addresses as those of most machines, and short names."""
    address = hex(0x7fff12345678)
    for command, most, *arguments in (
            ("translate", 56, address), ("extents", 72), ("summary", 74), ("owners", 80, "0x0+64G")):
        done = run(command, "--pid", PID, *arguments, fake="few")
        line = done.stdout.splitlines()[0]
        ok(line.endswith(" MAPPING") and line.rindex(" ") + 1 == most,
           f"{command}: the name stands behind {most} others", done)
    stack, one, other = two()
    with stack:
        done = run("extents", "--pid", one, "--pid", other, fake="few")
        ok(done.stdout.splitlines()[0].index(" MAPPING") + 1 == 66, "of several processes", done)
    for command, most, *arguments in (("translate", 62, address), ("extents", 63)):
        done = run(command, "--pid", PID, "--user-root", *arguments, fake="isolated")
        ok(done.stdout.splitlines()[0].index(" MAPPING") + 1 == most, f"{command} --user-root", done)
    done = run("extents", "--kernel", fake="few")
    ok(done.stdout.splitlines()[0].index(" SIZE  FLAGS        REGION") > 0,
       "of the kernel, FLAGS has room for a memory type", done)


main(test_choice, test_headings, test_refused, test_help, test_flags, test_json, test_extents,
     test_pages, test_sums, test_width)
