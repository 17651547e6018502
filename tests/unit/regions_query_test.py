#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What v2p-query says of the kernel's regions and symbols, against the fake kernel."""
import json
import re

from command import PID, main, ok, refused, run

KERNEL = 0xffff800100000000
STRIDE = 0x400000
# What the fake kernel tells of; one that the library does not know has no name.
REGIONS = {"direct-map": (KERNEL, 0xc02000), "vmalloc": (KERNEL + 0xc02000, 0x2000000),
           "vmemmap": (KERNEL + 0x3800000, 0x400000), "text": (0xffffffff80000000, 0x20000000),
           "modules": (0xffffffffa0000000, 0x5f000000), "fixmap": (0xffffffffff200000, 0xe00000)}
# An extent that lies in two of them.
CUT, BORDER = KERNEL + 3 * STRIDE, KERNEL + 0xc02000


def region_of(address):
    return next((name for name, (start, length) in REGIONS.items()
                 if start <= address < start + length), None)


def cells(line):
    return re.split(r"  +", line)


def translations(*arguments, status=0, **options):
    done = run("--kernel", "-j", *arguments, **options)
    return json.loads(done.stdout)["translations"] if done.returncode == status else str(done)


def test_addresses():
    edges = [edge for start, length in REGIONS.values()
             for edge in (start - 1, start, start + length - 1, start + length)]
    edges = [edge for edge in edges if edge < 1 << 64]
    rows = translations(*map(hex, edges), status=1)
    ok([row.get("region") for row in rows] == [region_of(edge) for edge in edges] and
       not any("mapping" in row for row in rows), "in JSON, at the border of each region", rows)
    many = [hex(KERNEL + i * STRIDE) for i in range(100)]
    rows = translations("-", given="\n".join(many))
    ok([row.get("region") for row in rows] == [region_of(int(one, 16)) for one in many],
       "of many", rows)
    done = run("--kernel", hex(CUT), hex(KERNEL + 20 * STRIDE))
    lines = [cells(line) for line in done.stdout.splitlines()]
    ok(lines[0][4:] == ["REGION", "SYMBOL"] and lines[1][4:] == ["direct-map", "-"] and
       lines[2][4:] == ["-", "-"], "in the table", done)
    done = run("--kernel", "-", given="")
    ok(cells(done.stdout.rstrip("\n"))[4:] == ["REGION", "SYMBOL"], "of nothing", done)
    done = run("walk", "--kernel", hex(CUT))
    ok(done.stdout.splitlines()[0] == f"{CUT:#x} of the kernel, in direct-map", "in a walk", done)
    done = run("--kernel", "-j", "--walk", hex(CUT))
    ok(json.loads(done.stdout)["translations"][0]["region"] == "direct-map", "in JSON", done)


def test_extents():
    done = run("extents", "--kernel", "-j", fake="few")
    found = json.loads(done.stdout)["extents"]
    ok(len(found) == 22 and all(row.get("region") == region_of(int(row["virtual"], 16))
                                for row in found), "extents", found)
    first, second = (row for row in found if CUT <= int(row["virtual"], 16) <= BORDER)
    ok(int(second["virtual"], 16) == BORDER and first["length"] == second["length"] == 0x2000 and
       int(second["physical"], 16) == int(first["physical"], 16) + 0x2000 and
       (first["region"], second["region"]) == ("direct-map", "vmalloc"),
       "are cut where a region ends", found)
    done = run("extents", "--kernel", fake="few")
    lines = [cells(line) for line in done.stdout.splitlines()]
    ok(lines[0][-1] == "REGION" and [line[-1] for line in lines[1:]] ==
       [row.get("region", "-") for row in found], "in the table", done)
    done = run("extents", "--kernel", "--merge", "--json-lines", fake="few")
    merged = [json.loads(line) for line in done.stdout.splitlines()]
    ok(len(merged) == 20 and merged[3]["region"] == "direct-map", "but not where all is merged",
       done)
    done = run("extents", "--kernel", "-q", fake="few")
    ok(done.stdout.count("\n") == 20, "nor in quiet output", done)


def test_summary():
    found = json.loads(run("summary", "--kernel", "-j", fake="few").stdout)
    rows = {row["region"]: row for row in found["mappings"] if "region" in row}
    ok(list(rows) == ["direct-map", "vmalloc", "vmemmap"] and
       all((int(row["virtual"], 16), row["size"]) == REGIONS[name] for name, row in rows.items()),
       "a row for each region that has something", found)
    direct = rows["direct-map"]
    ok(direct["mapped"] == 0x1000 + 0x2000 + 0x3000 + 0x2000 and direct["extents"] == 4 and
       direct["not_mapped"] == {"none": direct["size"] - direct["mapped"]}, "and its sums", direct)
    ok(sum(row["size"] for row in found["mappings"]) == found["total"]["size"] and
       sum(row["mapped"] for row in found["mappings"]) == found["total"]["mapped"],
       "of which the total is made", found)
    done = run("summary", "--kernel", fake="few")
    lines = [cells(line) for line in done.stdout.splitlines()]
    ok(lines[0][-1] == "REGION" and lines[1][-1] == "direct-map" and lines[-1][0] == "total",
       "in the table", done)
    done = run("summary", "--kernel", "-j", f"{BORDER:#x}+4K", fake="few")
    ok([(row["region"], row["size"]) for row in json.loads(done.stdout)["mappings"]] ==
       [("vmalloc", 4096)], "of a range, no more than that", done)


def test_plot():
    done = run("plot", "--kernel", "-", fake="few")
    if done.returncode == 3 and "iomem" in done.stderr:
        return
    ok(all(f" {name} " in done.stdout for name in ("direct-map", "vmalloc", "vmemmap")),
       "the picture", done)


def test_columns():
    """A mapping is a process's, a region the kernel's: neither stands for the other."""
    def column(*arguments, **options):
        done = run(*arguments, fake="few", **options)
        return [line.strip() for line in done.stdout.splitlines()], done
    regions, done = column("extents", "--kernel", "-o", "region")
    mappings, _ = column("extents", "--kernel", "-o", "mapping")
    ok(len(regions) == 23 and "direct-map" in regions and mappings == ["MAPPING"] + ["-"] * 20,
       "extents of the kernel are cut where the region is shown alone", (done, mappings))
    rows, done = column("--kernel", "--no-headings", "-o", "mapping,region", hex(CUT))
    ok(cells(rows[0]) == ["-", "direct-map"], "of an address", done)
    rows, done = column("summary", "--kernel", "--no-headings", "-o", "virtual,mapping,region")
    ok(cells(rows[0])[1:] == ["-", "direct-map"], "of a summary", done)
    rows, done = column("owners", "--kernel", "--no-headings", "-o", "mapping",
                        hex((11 * 0x9e3779b1 & 0xffffff) << 21))
    ok(rows[0] == "vmalloc", "of owners there is one column for both", done)
    plain, _ = column("extents", "--pid", PID, "-o", "virtual")
    rows, done = column("extents", "--pid", PID, "-o", "virtual,region")
    ok([row.split()[0] for row in rows] == plain and {row.split()[1] for row in rows[1:]} == {"-"},
       "of a process, the region cuts nothing", done)


def test_older_module():
    old = {"fake": "few, without regions"}
    done = run("--kernel", hex(CUT), **old)
    ok([cells(line)[4:] for line in done.stdout.splitlines()] ==
       [["REGION", "SYMBOL"], ["-", "-"]] and not done.stderr,
       "an older module does not tell of regions", done)
    ok("region" not in run("--kernel", "-j", hex(CUT), **old).stdout, "nor a member")
    done = run("extents", "--kernel", **old)
    ok([cells(line)[-1] for line in done.stdout.splitlines()] == ["REGION"] + ["-"] * 20 and
       not done.stderr, "nor is an extent cut", done)
    ok("region" not in run("extents", "--kernel", "-j", **old).stdout, "in JSON neither")
    done = run("summary", "--kernel", **old)
    ok([cells(line)[0] for line in done.stdout.splitlines()] == ["VIRTUAL", "total"],
       "a total alone", done)
    ok(json.loads(run("summary", "--kernel", "-j", **old).stdout)["mappings"] == [], "in JSON too")


def test_shadow():
    """The shadow of KASAN is left out, where it is known and was not asked for by a range."""
    kasan = "few, with KASAN"
    left_out = ("v2p-query: KASAN's shadow, 0xffff800103800000-0xffff800103c00000, is left out: "
                "one page is mapped all over it\n")
    done = run("extents", "--kernel", "-o", "virtual", "--no-headings", fake=kasan)
    ok(done.stderr == left_out and done.stdout.split() ==
       [hex(KERNEL + i * STRIDE) for i in range(20) if i != 14], "of all extents", done)
    start, length = REGIONS["vmemmap"]
    done = run("extents", "--kernel", "-q", f"{start:#x}+{length:#x}", fake=kasan)
    ok(not done.stderr and done.stdout.count("\n") == 1, "but not of a range in it", done)
    done = run("summary", "--kernel", "-j", fake=kasan)
    ok(done.stderr == left_out and "kasan" not in done.stdout, "of a summary", done)
    inside = f"{(14 * 0x9e3779b1 & 0xffffff) << 21:#x}"
    before, behind = (f"{(i * 0x9e3779b1 & 0xffffff) << 21:#x}" for i in (11, 15))
    done = run("owners", "--kernel", "-q", inside, before, behind, fake=kasan)
    ok(done.returncode == 1 and done.stdout.splitlines() ==
       [f"kernel {KERNEL + i * STRIDE:#x}" for i in (11, 15)], "KASAN's shadow is passed over",
       done)
    done = run("owners", "--kernel", inside, before, behind, fake=kasan)
    ok(cells(done.stdout.splitlines()[1])[-1] == "vmalloc", "an owner has its region", done)
    done = run("owners", "--kernel", "--json-lines", before, fake=kasan)
    ok(json.loads(done.stdout.splitlines()[0])["region"] == "vmalloc", "in JSON", done)
    done = run("owners", "--kernel", "-q", inside, fake="few, without regions")
    ok(done.stdout == f"kernel {KERNEL + 14 * STRIDE:#x}\n", "an older module tells of no shadow",
       done)


NEAR = (
    (0x0, "_text", "the first of two"), (0xfff, "_text+0xfff", "up to the next one"),
    (0x1000, "function", "the symbol itself"), (0x2008, "jiffies_64+0x8", "in a variable"),
    (0x3010, None, "what was freed"), (0x3fff, None, "up to its end"),
    (0x4001, "__init_end+0x1", "behind it"), (0x3fffff, "last+0x3f6fff", "the kernel's last"),
    (0x400000, None, "behind the kernel"), (0xc02000, None, "before a module's"),
    (0xc02010, "ext4:its_text", "a module's"), (0xc03fff, "ext4:its_text+0x1fef", "its end"),
    (0xc04000, None, "too far behind"), (0xc048ff, "ext4:its_data+0xff", "up to another's"),
    (0xc04900, "xfs:another", "of another"), (0xc06000, None, "behind all"),
)


def test_symbols():
    extra = {"V2P_KALLSYMS": "fixtures/kallsyms-near"}
    addresses = [hex(KERNEL + offset) for offset, _, _ in NEAR]
    for given, arguments in ((None, addresses), ("\n".join(addresses), ["-"])):
        rows = translations("--symbols", *arguments, extra=extra, given=given)
        for row, (_, symbol, what) in zip(rows, NEAR):
            ok(row.get("symbol") == symbol, f"--symbols{' -' if given else ''}: {what}", row)
    done = run("--kernel", "--symbols", hex(KERNEL + 0x2008), hex(KERNEL + 0x3010), extra=extra)
    ok([cells(line)[4:] for line in done.stdout.splitlines()[1:]] ==
       [["direct-map", "jiffies_64+0x8"], ["direct-map", "-"]], "in the table", done)
    named = [(hex(KERNEL + offset), symbol) for offset, symbol, _ in NEAR if symbol]
    rows = translations(*(symbol for _, symbol in named), extra=extra)
    ok([(row["virtual"], row["symbol"]) for row in rows] == named, "each can be given back", rows)
    done = run("--kernel", "--symbols", hex(KERNEL + 0xc03fff), extra=extra)
    ok(done.stdout.splitlines()[1].endswith("  ext4:its_text+0x1fef"), "in the table, a module's",
       done)
    done = run("--kernel", "--symbols", "jiffies+8", extra=extra)
    ok(done.stdout.splitlines()[1].endswith("  jiffies+8"), "a name that was given stays", done)
    done = run("walk", "--kernel", "--symbols", hex(KERNEL + 0x2008), extra=extra)
    ok(done.stdout.splitlines()[0] ==
       f"{KERNEL + 0x2008:#x} of the kernel, jiffies_64+0x8, in direct-map", "in a walk", done)
    # Of this one the fake kernel has no page, and the symbol would be start_kernel's neighbour.
    rows = translations("--symbols", "0xffffffff99016a88", status=1,
                        extra={"V2P_KALLSYMS": "fixtures/kallsyms-per-cpu-offsets"})
    ok("symbol" not in rows[0], "what has no page has no symbol", rows)
    rows = translations("--symbols", "0x40000", extra=extra)
    ok("symbol" not in rows[0], "nor has what is not of the kernel's half", rows)
    rows = translations(hex(KERNEL + 0x2008), extra=extra)
    ok("symbol" not in rows[0], "without --symbols there are none", rows)
    done = run("--pid", PID, "--user-root", "--symbols", "-j", hex(KERNEL + 0x2008),
               extra=extra, fake="isolated")
    ok(json.loads(done.stdout)["translations"][0]["symbol"] == "jiffies_64+0x8",
       "user mode's page table has the kernel's half, too", done)
    for chosen in ((), ("-o", "virtual,mapping")):
        done = run("--pid", PID, "--user-root", "--symbols", *chosen, hex(KERNEL + 0x2008),
                   extra=extra, fake="isolated")
        ok(cells(done.stdout.splitlines()[1])[-1] == "jiffies_64+0x8",
           f"in the table under MAPPING {chosen}", done)


def test_without_symbols():
    hidden = {"V2P_KALLSYMS": "fixtures/kallsyms-hidden",
              "V2P_KPTR_RESTRICT": "fixtures/kptr-restrict-2"}
    for words, extra in (("kernel.kptr_restrict is 2", hidden),
                         ("cannot read", {"V2P_KALLSYMS": "/nothing"})):
        plain = run("--kernel", "--json-lines", "-", given=f"{KERNEL:#x}\n" * 2)
        done = run("--kernel", "--json-lines", "--symbols", "-", given=f"{KERNEL:#x}\n" * 2,
                   extra=extra)
        ok(done.returncode == 0 and done.stdout == plain.stdout and words in done.stderr and
           done.stderr.endswith(": no symbols are shown\n") and done.stderr.count("\n") == 1,
           f"a courtesy: {words}", done)
        done = run("--kernel", "--symbols", "-o", "virtual,region", hex(KERNEL), extra=extra)
        ok(done.returncode == 0 and not done.stderr, "not read without a column for them", done)


def test_usage():
    refused(2, "exactly one of --pid, --kernel and --device is required", "--symbols", "1")
    refused(2, "--symbols cannot be used with --quiet", "--kernel", "--quiet", "--symbols", "1")
    refused(2, "--symbols cannot be used with extents", "extents", "--kernel", "--symbols")


main(test_addresses, test_extents, test_summary, test_plot, test_columns, test_older_module,
     test_shadow, test_symbols, test_without_symbols, test_usage)
