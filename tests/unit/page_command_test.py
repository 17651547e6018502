#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query page against files that /proc and sysfs of several kernels could have."""
import contextlib
import json
import mmap
import os
import struct
import tempfile

from command import main, ok, refused, run

BITS = {name: bit for bit, name in enumerate(
    "LOCKED ERROR REFERENCED UPTODATE DIRTY LRU ACTIVE SLAB WRITEBACK RECLAIM BUDDY MMAP ANON SWAPCACHE "
    "SWAPBACKED HEAD TAIL HUGE UNEVICTABLE HWPOISON NOPAGE KSM THP OFFLINE ZERO IDLE PGTABLE".split())}
BITS |= {"RESERVED": 32, "MLOCKED": 33, "B34": 34, "PRIVATE": 35, "NEW": 50}

IOMEM = """\
00000000-00000fff : Reserved
00001000-0009fbff : System RAM
0009fc00-0009ffff : Reserved
000a0000-000bffff : PCI Bus 0000:00
000c0000-000c91ff : Video ROM
00100000-07ffffff : System RAM
  01000000-01ffffff : Kernel code
08000000-0fffffff : System RAM
10000000-17ffffff : System RAM
18000000-1fffffff : Persistent Memory
  18000000-1fffffff : namespace0.0
30000000-37ffffff : Persistent Memory
  30000000-37ffffff : dax0.0
    30000000-37ffffff : System RAM (kmem)
c0000000-febfffff : PCI Bus 0000:00
  fd000000-fdffffff : 0000:00:02.0
    fd000000-fd0fffff : nvme\u202e
  fea00000-fea00fff : 0000:00:03.0
fec00000-fec003ff : IOAPIC 0
"""
ZONEINFO = """\
Node 0, zone      DMA
        spanned  4095
        present  3998
  start_pfn:           1
Node 0, zone    DMA32
        spanned  28672
  start_pfn:           4096
Node 0, zone   Normal
        spanned  0
Node 1, zone    DMA32
        spanned  65536
  start_pfn:           32768
"""
PCI = {
    "0000:00:02.0": ["0x00000000fd000000 0x00000000fdffffff 0x0000000000040200",
                     "0x000000000000c000 0x000000000000c07f 0x0000000000040101"] +
                    ["0x0000000000000000 0x0000000000000000 0x0000000000000000"] * 4 +
                    ["0x00000000fe000000 0x00000000fe00ffff 0x0000000000046200"],
    "0000:00:03.0": ["0x0000000000000000 0x0000000000000000 0x0000000000000000",
                     "0x00000000fea00000 0x00000000fea00fff 0x0000000000040200"],
    # A bridge has a window, which is no register.
    "0000:00:01.0": ["0x0000000000000000 0x0000000000000000 0x0000000000000000"] * 13 +
                    ["0x00000000fd000000 0x00000000feafffff 0x0000000000000200"],
}


def bits(*names):
    return sum(1 << BITS[name] for name in names)


def write(root, path, text, mode="w"):
    os.makedirs(os.path.dirname(f"{root}{path}"), exist_ok=True)
    with open(f"{root}{path}", mode, **({} if "b" in mode else {"encoding": "utf-8"})) as file:
        file.write(text)


def write_frames(root, path, values, count=0x18000):
    """A number for each frame, 0 but for those."""
    with open(f"{root}{path}", "wb") as file:
        file.truncate(count * 8)
        for frame, value in values.items():
            file.seek(frame * 8)
            file.write(struct.pack("<Q", value))


def block(root, number, node, zones, state="online"):
    folder = f"/sys/devices/system/memory/memory{number}"
    write(root, f"{folder}/state", state + "\n")
    write(root, f"{folder}/valid_zones", zones + "\n")
    os.makedirs(f"{root}{folder}/node{node}")


ANON = bits("UPTODATE", "LRU", "MMAP", "ANON", "SWAPBACKED")
FLAGS = {
    0x1000: bits("RESERVED"),
    0x2000: bits("BUDDY"),
    0x2001: ANON | bits("B34", "REFERENCED"),
    0x2002: bits("LRU", "MMAP", "UPTODATE", "B34"),
    0x2003: bits("LRU", "SWAPBACKED"),
    0x2004: bits("SLAB", "ACTIVE"),
    0x2005: bits("PGTABLE"),
    0x2006: bits("OFFLINE"),
    0x2007: bits("ZERO", "RESERVED"),
    0x2008: ANON | bits("KSM"),
    0x2009: bits("LRU", "RECLAIM"),
    0x200a: bits("LRU", "RECLAIM", "WRITEBACK"),
    0x200b: bits("HWPOISON"),
    0x200c: bits("NEW"),
    # Of order 2, between two of order 0, in front of one of order 1.
    0x2010: bits("UPTODATE", "HEAD", "DIRTY"),
    **{0x2011 + i: bits("TAIL") for i in range(3)},
    0x2014: bits("HEAD"),
    0x2015: bits("TAIL"),
}
# A transparent huge page of 2 MiB, and a page of hugetlb with a poisoned one, by 6.1: tails have
# little of their own.
THP, HUGE = 0x2400, 0x2600
FLAGS |= {THP: ANON | bits("HEAD", "THP", "DIRTY", "B34"), HUGE: bits("HEAD", "HUGE", "UPTODATE", "HWPOISON")}
FLAGS |= {THP + i: bits("TAIL", "THP", "MMAP", "ANON", "B34") for i in range(1, 512)}
FLAGS |= {HUGE + i: bits("TAIL", "HUGE") for i in range(1, 512)}
FLAGS[THP + 7] |= bits("HWPOISON")


@contextlib.contextmanager
def machine(release="6.12.1", nopage=True, flags=FLAGS):
    """Where all these files are: what to have in the environment."""
    with tempfile.TemporaryDirectory() as root:
        write(root, "/proc/iomem", IOMEM)
        write(root, "/proc/zoneinfo", ZONEINFO)
        write(root, "/proc/cpuinfo", "model\t: 1\naddress sizes\t: 40 bits physical, 48 bits virtual\n")
        write(root, "/sys/devices/system/memory/block_size_bytes", "8000000\n")
        block(root, 0, 0, "none")
        block(root, 1, 1, "DMA32")
        block(root, 2, 1, "DMA32 Movable", "offline")
        flags = dict(flags)
        # The end of the file is that of the section: pmem has no frames there that count.
        absent = [*range(0xc0, 0x100), *range(0x10000, 0x18000)]
        flags |= {frame: bits("NOPAGE") if nopage else 0 for frame in absent}
        write_frames(root, "/proc/kpageflags", flags)
        write_frames(root, "/proc/kpagecount", {0x2001: 1, 0x2002: 26, THP + 3: 2})
        write_frames(root, "/proc/kpagecgroup", {0x2001: 77, 0x2002: 78, 0x2003: 1, 0x2008: 79})
        for path in ("top/inner\u202e", "else"):
            os.makedirs(f"{root}/cgroup/{path}")
        os.makedirs(f"{root}/by-id")
        os.symlink(f"{root}/cgroup/top/inner\u202e", f"{root}/by-id/77")
        os.symlink(f"{root}/cgroup", f"{root}/by-id/1")
        os.symlink(f"{root}/by-id", f"{root}/by-id/79")
        write(root, "/proc/self/mounts", f"proc /proc proc rw 0 0\ncgroup2 {root}/cgroup cgroup2 rw 0 0\n")
        for device, lines in PCI.items():
            write(root, f"/sys/bus/pci/devices/{device}/resource", "\n".join(lines) + "\n")
        os.symlink("../../bus/pci/drivers/nvme", f"{root}/sys/bus/pci/devices/0000:00:02.0/driver")
        yield {"V2P_ROOT": root, "V2P_RELEASE": release, "V2P_PAGES": f"{root}/pages", "root": root}


def ask(where, *arguments, fake="few", **options):
    extra = {name: value for name, value in where.items() if name != "root"}
    return run("page", *arguments, fake=fake, extra=extra | options.pop("extra", {}), **options)


def pages(where, *arguments, **options):
    return json.loads(ask(where, "-j", *arguments, **options).stdout)["pages"]


def one(where, address, **options):
    return pages(where, address, **options)[0]


def frame(number):
    return f"pfn:{number:#x}"


def test_forms():
    with machine() as where:
        done = ask(where, frame(0x2001))
        ok(done.stdout == """\
physical    0x2001000  (frame 0x2001)
kind        anonymous memory
resource    System RAM
node        0
zone        dma32
flags       referenced,uptodate,lru,mmap,anonymous,swapbacked,anon_exclusive
mapped      1 time
cgroup      /top/inner?
""" and done.returncode == 0 and not done.stderr, "for people", done)
        done = ask(where, "-j", "0x2001abc")
        expected = {"physical": "0x2001abc", "length": 1, "kind": "anonymous", "resources": ["System RAM"],
                    "node": 0, "zone": "dma32",
                    "flags": ["referenced", "uptodate", "lru", "mmap", "anonymous", "swapbacked",
                              "anon_exclusive"], "mappings": 1, "cgroup_inode": 77,
                    "cgroup": "/top/inner\u202e"}
        ok(json.loads(done.stdout) == {"pages": [expected]} and "\\u202e" in done.stdout, "JSON", done)
        done = ask(where, "-p", "0x2001abc", frame(0x2000))
        pretty = json.dumps({"pages": pages(where, "0x2001abc", frame(0x2000))}, indent=2, ensure_ascii=False)
        ok(done.stdout.replace("\\u202e", "\u202e") == pretty + "\n", "the same for people", done)
        done = ask(where, "--json-lines", "0x2001abc", "0x2000000+8K")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        ok(lines[0] == expected and [line["physical"] for line in lines[1:]] == ["0x2000000", "0x2001000"] and
           [line["length"] for line in lines[1:]] == [4096] * 2, "JSON, one a line", done)
        done = ask(where, "-q", "0x2000000+12K", "0xfec00000")
        ok(done.stdout == "free\nanonymous\nfile\nmmio\n" and done.returncode == 1, "quiet", done)
        done = ask(where, "0x2000ffe+4")
        ok([line for line in done.stdout.splitlines() if line.startswith("physical")] ==
           ["physical    0x2000ffe  (frame 0x2000)", "physical    0x2001000  (frame 0x2001)"] and
           done.stdout.count("\n\n") == 1, "a range that is in two pages", done)


def test_kinds():
    expected = {0x1000: "reserved", 0x2000: "free", 0x2001: "anonymous", 0x2002: "file", 0x2003: "shmem",
                0x2004: "slab", 0x2005: "page-table", 0x2006: "offline", 0x2007: "zero", 0x2008: "ksm",
                0x200b: "other", 0x2010: "other", HUGE: "hugetlb", HUGE + 5: "hugetlb", THP: "anonymous",
                THP + 5: "anonymous"}
    with machine() as where:
        found = ask(where, "-q", *map(frame, expected)).stdout.split()
        ok(found == list(expected.values()), f"{len(expected)} kinds of pages", found)
        poisoned = one(where, frame(0x200b))
        ok(poisoned["poisoned"] and poisoned["flags"] == ["hwpoison"] and
           "\npoisoned    its memory failed\n" in ask(where, frame(0x200b)).stdout and
           ask(where, frame(0x200b)).returncode == 0, "a poisoned page", poisoned)
        ok("poisoned" not in one(where, frame(0x2000)), "one that is not")
        ok(one(where, frame(0x2009))["flags"] == ["lru", "readahead"] and
           one(where, frame(0x200a))["flags"] == ["lru", "writeback", "reclaim"], "one bit for two flags")
        ok(one(where, frame(0x200c))["flags"] == [], "a flag that is newer than the program")
        ok(ask(where, frame(0x2006)).returncode == 1, "what is offline is not memory")


def test_versions():
    """What kernels say differently."""
    names = {}
    for release in ("6.1.0-57-cloud-amd64", "6.11.9", "6.12.117+deb12", "7.3.4+deb13", "odd"):
        with machine(release) as where:
            names[release] = [name for name in one(where, frame(0x2002))["flags"]
                              if name not in ("lru", "mmap", "uptodate")]
    ok(names == {"6.1.0-57-cloud-amd64": ["mappedtodisk"], "6.11.9": ["mappedtodisk"],
                 "6.12.117+deb12": ["owner_2"], "7.3.4+deb13": ["owner_2"], "odd": []},
       "flag 34 by the kernel's name for it", names)
    with machine() as where:
        found = [[one(where, frame(0x2008), extra={"V2P_OWN_FRAME": str(own)})[key] for key in ("kind", "flags")]
                 for own in (0x2001, 0x2008)]
        ok([kind for kind, _ in found] == ["ksm", "anonymous"] and "ksm" in found[0][1] and
           "ksm" not in found[1][1], "where all anonymous pages have KSM's flag, it means nothing", found)
    asked = "0xc9000-0x100000", "0x10000000+8K", "0x18000000+8K", frame(0x200d)
    answers = []
    for nopage in (True, False):
        for fake in ("few", "without page"):
            with machine("7.3.4", nopage) as where:
                module(where, *((number, OFFLINE, UNKNOWN) for number in (0x10000, 0x10001)))
                answers.append(pages(where, *asked, fake=fake))
    # Memory that is no page is one run; 0x200d has no flags, and is there.
    ok(all(answer == answers[0] for answer in answers) and
       [(page["physical"], page["length"], page["kind"]) for page in answers[0]] ==
       [("0xc9000", 0x200, "firmware"), ("0xc9200", 0x36e00, "hole"), ("0x10000000", 8192, "offline"),
        ("0x18000000", 8192, "pmem"), ("0x200d000", 4096, "other")],
       "what is no page has no flags from some version on", answers)
    with machine("6.1.0") as where:
        tail, head = one(where, frame(THP + 5)), one(where, frame(THP))
        ok(tail["flags"] == ["uptodate", "dirty", "lru", "mmap", "anonymous", "swapbacked", "compound_tail",
                             "thp"] and "anon_exclusive" in head["flags"],
           "a page of a folio has the folio's flags, even by 6.1", (tail, head))
        ok("poisoned" not in head and "poisoned" not in tail and one(where, frame(THP + 7))["poisoned"],
           "which of its pages is poisoned")
        ok(one(where, frame(HUGE + 5))["poisoned"] and "or that of another page" in
           ask(where, frame(HUGE + 5)).stdout, "of hugetlb that is not known")


def test_folios():
    with machine() as where:
        found = {number: (page.get("order"), page.get("folio"))
                 for number in (0x200d, 0x2010, 0x2013, 0x2014, 0x2015, 0x2016, THP, THP + 1, THP + 511, HUGE + 256)
                 for page in [one(where, frame(number))]}
        ok(found == {0x200d: (None, None), 0x2010: (2, "0x2010000"), 0x2013: (2, "0x2010000"),
                     0x2014: (1, "0x2014000"), 0x2015: (1, "0x2014000"), 0x2016: (None, None),
                     THP: (9, "0x2400000"), THP + 1: (9, "0x2400000"), THP + 511: (9, "0x2400000"),
                     HUGE + 256: (9, "0x2600000")}, "folios by their order", found)
        every = pages(where, f"{THP << 12:#x}+4M")
        alone = [one(where, frame(THP + i)) | {"length": 4096} for i in (0, 1, 300, 511, 512, 1023)]
        ok(len(every) == 1024 and [every[i] for i in (0, 1, 300, 511, 512, 1023)] == alone,
           "in a range as by themselves", alone)
        text = ask(where, frame(THP + 3)).stdout
        ok("\nfolio       order 9 (2 MiB), at 0x2400000\n" in text and "mapped      2 times\n" in text and
           "anonymous memory, of a transparent huge page\n" in text, "for people", text)
        # Tails without a head are seen while a folio is made or split.
    with machine(flags={0x3001: bits("TAIL"), 0x3002: bits("TAIL")}) as where:
        page = one(where, frame(0x3001))
        ok("order" not in page and page["flags"] == ["compound_tail"], "a tail without a head", page)


def test_places():
    with machine() as where:
        expected = {
            "0xfd000010": ("mmio", ["PCI Bus 0000:00", "0000:00:02.0", "nvme\u202e"],
                           {"pci": "0000:00:02.0", "bar": 0, "driver": "nvme"}),
            "0xfd100000": ("mmio", ["PCI Bus 0000:00", "0000:00:02.0"],
                           {"pci": "0000:00:02.0", "bar": 0, "driver": "nvme"}),
            "0xfe000000": ("mmio", ["PCI Bus 0000:00"],
                           {"pci": "0000:00:02.0", "rom": True, "driver": "nvme"}),
            "0xfea00000": ("mmio", ["PCI Bus 0000:00", "0000:00:03.0"], {"pci": "0000:00:03.0", "bar": 1}),
            "0xfec00000": ("mmio", ["IOAPIC 0"], None),
            "0xc000": ("other", ["System RAM"], None),
            "0xd0000000": ("bus", ["PCI Bus 0000:00"], None),
            "0x500": ("firmware", ["Reserved"], None),
            "0xc0000": ("firmware", ["Video ROM"], None),
            "0x20000000": ("hole", [], None),
            "0x1000000": ("reserved", ["System RAM", "Kernel code"], None),
            "0x1f000000": ("pmem", ["Persistent Memory", "namespace0.0"], None),
            "0x30000000": ("offline", ["Persistent Memory", "dax0.0", "System RAM (kmem)"], None),
        }
        found = {address: (page["kind"], page["resources"], page.get("device"))
                 for address in expected for page in [one(where, address)]}
        ok(found == expected, "what /proc/iomem and PCI devices say", found)
        text = ask(where, "0xfd000010").stdout
        ok("resource    PCI Bus 0000:00 / 0000:00:02.0 / nvme?\n" in text and
           "device      0000:00:02.0, BAR 0, driver nvme\n" in text, "for people", text)
        statuses = {address: ask(where, address).returncode for address in expected}
        ok(all(status == (expected[address][0] not in ("other", "reserved", "pmem"))
               for address, status in statuses.items()), "what is not memory", statuses)
        zones = {address: (page.get("node"), page.get("zone"))
                 for address in ("0x1000", "0xfff000", "0x1000000", "0x7fff000", "0x8000000", "0x10000000",
                                 "0x500") for page in [one(where, address)]}
        ok(zones == {"0x1000": (0, "dma"), "0xfff000": (0, "dma"), "0x1000000": (0, "dma32"),
                     "0x7fff000": (0, "dma32"), "0x8000000": (1, "dma32"), "0x10000000": (1, None),
                     "0x500": (None, None)}, "nodes and zones", zones)
        # A range has all of it, and each but once.
        every = pages(where, "0-0x20000000")
        end = 0
        for page in every:
            good = int(page["physical"], 16) == end
            end += page["length"]
            if not good:
                break
        runs = [page for page in every if page["length"] > 4096]
        ok(good and end == 0x20000000 and [page["kind"] for page in runs] ==
           ["bus", "firmware", "hole", "offline", "pmem"] and
           every[0]["kind"] == "firmware", "a range has no gap, and runs of what is no memory", runs)
        done = ask(where, "0x20000000-0xffffffffff")
        ok(done.stdout.count("physical") == 12, "a range of terabytes", done)
        # A kernel without memory blocks, and one whose zones overlap.
        os.unlink(where["root"] + "/sys/devices/system/memory/block_size_bytes")
        alone = one(where, "0x8000000")
        write(where["root"], "/proc/zoneinfo", ZONEINFO + "Node 1, zone Movable\nspanned 1\nstart_pfn: 32768\n")
        overlapping = one(where, "0x8000000")
        ok((alone["node"], alone["zone"]) == (1, "dma32") and "zone" not in overlapping and
           one(where, "0x8001000")["zone"] == "dma32", "zones alone", (alone, overlapping))


def test_cgroups():
    with machine() as where:
        found = {number: (page.get("cgroup_inode"), page.get("cgroup"))
                 for number in (0x2000, 0x2001, 0x2002, 0x2003, 0x2008) for page in [one(where, frame(number))]}
        ok(found == {0x2000: (None, None), 0x2001: (77, "/top/inner\u202e"), 0x2002: (78, None),
                     0x2003: (1, "/"), 0x2008: (79, None)},
           "cgroups; one that is gone, the root, and one outside of the mount", found)
        ok("\ncgroup      of inode 78\n" in ask(where, frame(0x2002)).stdout, "one without a name")
        root = where["root"]
        # The first version's hierarchy of memory, where there is one, is what numbers are of.
        write(root, "/proc/self/mounts", f"cgroup2 {root}/none cgroup2 rw 0 0\n"
              f"cgroup {root}/else cgroup rw,memoryless 0 0\ncgroup {root}/cgroup cgroup rw,memory 0 0\n")
        ok(one(where, frame(0x2001))["cgroup"] == "/top/inner\u202e", "of the first version")
        os.unlink(root + "/proc/kpagecgroup")
        ok("cgroup_inode" not in one(where, frame(0x2001)), "a kernel without them")


def smbios(*structures):
    table = b""
    for number, (kind, body, *strings) in enumerate(structures):
        table += struct.pack("<BBH", kind, len(body) + 4, number) + body
        table += b"".join(text.encode() + b"\0" for text in strings) + (b"\0" if strings else b"\0\0")
    return table


def device(array, size, *strings):
    body = struct.pack("<HHHHHBBBBBH", array, 0xffff, 64, 64, size, 9, 0, 1, 2, 24, 0)
    return (17, body, *strings)


def test_dimms():
    array = 0
    devices = (16, bytes(11)), device(array, 1024, "A1", "bank"), device(array, 0, "A2", "bank"), \
        device(array, 1024, "B1\x1b", "bank"), device(array, 1024, "", "bank")

    def array_range(start, last):
        return (19, struct.pack("<IIHB", start >> 10, last >> 10, array, 2))

    def device_range(start, last, of):
        return (20, struct.pack("<IIHHBBB", start >> 10, last >> 10, of, 0, 1, 0, 0))
    with machine() as where:
        root = where["root"]
        table = "/sys/firmware/dmi/tables/DMI"
        write(root, table, smbios(*devices, array_range(0, 0x0fffffff)), "wb")
        text = ask(where, "0x2000000").stdout
        ok("\nDIMM        one of A1, B1?  (by SMBIOS)\n" in text, "of an array, any of its modules", text)
        write(root, table, smbios(*devices, array_range(0, 0x0fffffff), device_range(0, 0x1ffffff, 1),
                                  device_range(0x2000000, 0x2000fff, 3)), "wb")
        found = [page.get("dimms") for page in pages(where, "0x1fff000+12K", "0x10000000", "0xfd000000")]
        ok(found == [["A1"], ["B1\x1b"], ["A1", "B1\x1b"], None, None], "a module's own addresses", found)
        ok(one(where, "0x2000000")["dimms_by"] == "SMBIOS", "and who says so")
        write(root, table, smbios(*devices, (19, struct.pack("<IIHBQQ", 0xffffffff, 0xffffffff, array, 2,
                                                            0x2000000, 0x2000fff))), "wb")
        found = [page.get("dimms") for page in pages(where, "0x1fff000+12K")]
        ok(found == [None, ["A1", "B1\x1b"], None], "addresses of 64 bits", found)
        many = (16, bytes(11)), *(device(array, 1024, f"M{i}") for i in range(9))
        write(root, table, smbios(*many, array_range(0, 0x0fffffff)), "wb")
        ok("dimms" not in one(where, "0x2000000"), "too many to say anything")
        whole = smbios(*devices, array_range(0, 0x0fffffff))
        bad = 0
        for length in range(len(whole)):
            write(root, table, whole[:length], "wb")
            bad += ask(where, "0x2000000").returncode != 0
        ok(not bad, f"{len(whole)} tables that end too early")
        edac = "/sys/devices/system/edac/mc/mc0"
        write(root, f"{edac}/dimm0/dimm_label", "CPU0_A\n")
        page = one(where, "0x2000000")
        ok((page["dimms"], page["dimms_by"]) == (["CPU0_A"], "EDAC"), "the only one that EDAC knows", page)
        write(root, f"{edac}/dimm1/dimm_label", "CPU0_B\n")
        os.unlink(root + table)
        ok("dimms" not in one(where, "0x2000000"), "of two it does not tell which")


def test_changing():
    with machine() as where:
        for times, kind in ((1, "anonymous"), (3, "anonymous"), (100, "changing")):
            done = ask(where, "-j", frame(0x2001), extra={"V2P_FLICKER": f"{0x2001}:{times}"})
            page = json.loads(done.stdout)["pages"][0]
            ok(page["kind"] == kind and ("flags" in page) == (kind != "changing") and done.returncode == 0,
               f"a page that changes {times} times", done)
        every = pages(where, "0x2000000+64K", extra={"V2P_FLICKER": f"{0x2003}:1"})
        ok(every == pages(where, "0x2000000+64K"), "one that changes once among others", every)


def test_bad():
    with machine() as where:
        extra = {name: value for name, value in where.items() if name != "root"}
        for words, status, *arguments in (
                ("a physical address is required, or -", 2), ("12x: not a number", 2, "12x"),
                ("5-3: the range ends before it starts", 2, "5-3"), ("is empty", 2, "0x10-0x10"),
                ("wraps around", 2, "0xffffffffffffffff+2"), ("pfn:: its number is not a number", 2, "pfn:"),
                ("no such frame", 2, "pfn:0xffffffffffffffff"), ("- cannot be used with other", 2, "1", "-"),
                ("physical addresses have", 3, "0xffffffffffffffff"),
                ("physical addresses have", 3, "0x1000", "0-0xffffffffffffffff"),
                ("--kernel cannot be used with page", 2, "--kernel", "1"),
                ("--pid cannot be used with page", 2, "--pid", "1", "1")):
            refused(status, words, "page", *arguments, fake="few", extra=extra)
        write(where["root"], "/proc/iomem", "00000000-00000000 : Reserved\n  00000000-00000000 : System RAM\n")
        refused(3, "/proc/iomem shows no addresses: CAP_SYS_ADMIN is missing: run it as root", "page", "1",
                fake="few", extra=extra, name="without the right")
        os.unlink(where["root"] + "/proc/iomem")
        refused(3, "cannot read /proc/iomem: No such file", "page", "1", fake="few", extra=extra,
                name="without /proc/iomem")
    with machine() as where:
        os.unlink(where["root"] + "/proc/kpageflags")
        done = ask(where, "-j", "0x2001000", "0x10000000", "0xfd000000")
        ok([page["kind"] for page in json.loads(done.stdout)["pages"]] == ["ram", "ram", "mmio"] and
           done.returncode == 1 and done.stderr.count("\n") == 1 and "cannot read /proc/kpageflags: No such"
           in done.stderr and done.stderr.endswith(" is shown as far as the module tells\n"),
           "a kernel without flags", done)
        done = ask(where, "-j", "0x2001000+8M", "0x10000000", "0xfd000000", fake="without page")
        ok([page["kind"] for page in json.loads(done.stdout)["pages"]] == ["ram", "offline", "mmio"] and
           done.returncode == 1 and done.stderr.count("\n") == 2 and " is not shown\n" in done.stderr,
           "nor a module that knows", done)
        module(where, (0x2000, ONLINE, FREE, 2), (0x2001, ONLINE, ORDINARY, MOVABLE, 0, 0, 1, 7),
               (0x2002, ONLINE, ORDINARY, 2, 0, 0, 0, 2, 0x801, 1234, 0x5000), (0x2003, OFFLINE, UNKNOWN),
               (0x2004, ONLINE, THP_KIND, 2, 9, 4, 0, 513), (0x2005, ONLINE, UNKNOWN),
               (0x2006, ONLINE, KSM_KIND, 2, 0, 0, 0, 3), (0x2007, ONLINE, POISONED, 2, 0, 0, 0, 1),
               (0x2008, ONLINE, 9, 2, 0, 0, 0, 1))
        found = pages(where, "0x2000000+36K")
        ok([page["kind"] for page in found] == "free ram ram offline ram ram ksm ram reserved".split(),
           "what the module says is told", found)
        ok(found[1]["references"] == 7 and found[1]["node"] == 1 and found[1]["mappings"] == 1 and
           found[2]["file"]["inode"] == 1234 and found[4]["order"] == 9 and found[4]["folio"] == "0x2000000" and
           found[7]["poisoned"] and not any("flags" in page for page in found), "with all that belongs to it", found)
    with machine() as where:
        for file, key in (("kpagecount", "mappings"), ("kpagecgroup", "cgroup_inode")):
            whole, page = (one(where, frame(0x2001), extra={"V2P_BROKEN": name}) for name in ("none", file))
            ok(page == {name: value for name, value in whole.items() if not name.startswith(key[:6])} and key in whole,
               f"{file} that cannot be read", page)


def module(where, *lines):
    """What the module says of frames: (number, status, kind, zone, order, index, node, references, device, inode,
    offset), of which the last ones are 0 where they are missing."""
    write(where["root"], "/pages", "".join(
        " ".join(map(str, [*line, *[0] * (11 - len(line))])) + "\n" for line in lines))


# Statuses, kinds and zones of the module's.
ONLINE, OFFLINE, DEVICE_MEMORY = 1, 2, 3
UNKNOWN, ORDINARY, THP_KIND, KSM_KIND, FREE, SLAB, POISONED = 0, 1, 2, 4, 6, 7, 11
NORMAL, MOVABLE, ZONE_DEVICE = 3, 5, 6


def test_module():
    with machine() as where:
        without = {number: one(where, frame(number)) for number in FLAGS if number < 0x2020 or number in (THP, THP + 5)}
        module(where, (0x2001, ONLINE, ORDINARY, MOVABLE, 0, 0, 1, 7))
        page = one(where, frame(0x2001))
        ok(page == without[0x2001] | {"node": 1, "zone": "movable", "references": 7} and
           "\nreferences  7\n" in ask(where, frame(0x2001)).stdout, "what the module adds", page)
        every = pages(where, "0x2000000+64K")
        ok([page.get("references") for page in every] == [None, 7] + [None] * 14, "in a range", every)
        # Huge pages, whose order and place are known to both.
        module(where, (THP, ONLINE, THP_KIND, 2, 9, 0, 0, 513), (THP + 5, ONLINE, THP_KIND, 2, 9, 5, 0, 513))
        found = [one(where, frame(THP + i)) for i in (0, 5)]
        ok(found == [without[THP + i] | {"references": 513} for i in (0, 5)], "a huge page", found)
        # What disagrees is left out: no memory there, another kind, a page of a folio, its order.
        for why, line, number in (
                ("offline", (OFFLINE, UNKNOWN), 0x2001), ("free", (ONLINE, FREE), 0x2001), ("slab", (ONLINE, SLAB), 0x2001),
                ("not slab", (ONLINE, ORDINARY), 0x2004), ("not free", (ONLINE, ORDINARY), 0x2000),
                ("KSM", (ONLINE, KSM_KIND), 0x2002), ("large", (ONLINE, THP_KIND, 3, 9), 0x2001),
                ("a tail", (ONLINE, ORDINARY, 3, 0, 3), 0x2001), ("not large", (ONLINE, ORDINARY), THP),
                ("the head", (ONLINE, THP_KIND, 3, 9), THP + 5), ("another order", (ONLINE, THP_KIND, 3, 8), THP)):
            module(where, (number, *line, *[0] * (5 - len(line)), 1, 99))
            page = one(where, frame(number))
            ok(page == without[number], f"the module says otherwise: {why}", page)
        for why, line, number in (("nothing", (ONLINE, UNKNOWN, MOVABLE, 0, 0, 1, 0), 0x2004),
                                  ("of a poisoned one", (ONLINE, POISONED, MOVABLE, 0, 0, 1, 3), 0x200b)):
            module(where, (number, *line))
            page = one(where, frame(number))
            expected = without[number] | {"node": 1, "zone": "movable"} | ({"references": 3} if line[-1] else {})
            ok(page == expected, f"the module says {why}", page)
        module(where, (0x2001, ONLINE, KSM_KIND, 2, 0, 0, 0, 2))
        page = one(where, frame(0x2001), extra={"V2P_OWN_FRAME": str(0x2001)})
        ok(page["kind"] == "ksm" and "ksm" in page["flags"], "KSM, which no flag tells of", page)
        # A new page of the page cache is on no list yet.
        module(where, *((number, ONLINE, ORDINARY, 2, 0, 0, 0, 2, 0x801, 1234, 0x5000) for number in (0x200d, 0x2002)))
        found = one(where, frame(0x200d)), one(where, frame(0x2002))
        ok(all(page["file"] == {"device": "8:1", "inode": 1234, "offset": "0x5000"} and page["kind"] == "file"
               for page in found), "a page of a file", found)
        ok("\nfile        8:1 inode 1234 at 0x5000\n" in ask(where, frame(0x2002)).stdout, "for people")
    # Without flags, whether there is a page at all.
    with machine("7.3.4", nopage=False) as where:
        module(where, (0x2020, ONLINE, ORDINARY, 2, 0, 0, 0, 1), (0x2021, OFFLINE, UNKNOWN))
        found = [page["kind"] for page in pages(where, "0x2020000+8K")]
        ok(found == ["other", "offline"], "whether there is a page, where there are no flags", found)
        module(where, (0x18000, DEVICE_MEMORY, 12, ZONE_DEVICE, 0, 0, 1, 0))
        page = one(where, "0x18000000")
        ok((page["kind"], page["node"], page["zone"]) == ("pmem", 1, "device") and
           "node" not in one(where, "0x18000000+8K"), "memory of a device", page)
        module(where, *((number, DEVICE_MEMORY, 12, ZONE_DEVICE, 0, 0, 1, 0) for number in (0x17fff, 0x18000, 0x1ffff)))
        found = pages(where, "0x17fff000+0x8001000")
        ok([(page["kind"], page["length"], page.get("node")) for page in found] ==
           [("offline", 4096, 1), ("pmem", 0x8000000, 1)], "a run of it, by its ends", found)


def test_names():
    """The name of a file that some process has mapped, such as this one's own."""
    with machine() as where, open(__file__, "rb") as file, tempfile.TemporaryFile() as gone:
        gone.write(b"x" * 4096)
        gone.flush()
        held = []
        for number, mapped in enumerate((file, gone)):
            held.append(mmap.mmap(mapped.fileno(), 1, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED))
            status = os.fstat(mapped.fileno())
            module(where, (0x2002, ONLINE, ORDINARY, 2, 0, 0, 0, 2, status.st_dev, status.st_ino, 0))
            name = one(where, frame(0x2002))["file"].get("name", "")
            expected = os.path.realpath(__file__) if not number else " (deleted)"
            ok(name.endswith(expected) and name, f"the name of a file: {name}", name)
        status = os.stat("usage_test.py")
        module(where, (0x2002, ONLINE, ORDINARY, 2, 0, 0, 0, 2, status.st_dev, status.st_ino, 0))
        ok("name" not in one(where, frame(0x2002))["file"], "that of one that nobody has mapped")


def test_without_module():
    for fake, words in (("absent", "not loaded"), ("without page", "the loaded module is older than this program"),
                        ("denied", "needs CAP_SYS_ADMIN in the initial user namespace")):
        with machine() as where:
            page = one(where, frame(0x2001))
            done = ask(where, "-j", frame(0x2001), frame(0x2000), fake=fake)
            ok(json.loads(done.stdout)["pages"][0] == page and done.returncode == 0 and
               done.stderr.count("\n") == 1 and words in done.stderr and
               done.stderr.endswith(": no references and no files are shown\n"), f"the module is {fake}", done)
            done = ask(where, "-q", frame(0x2001), fake=fake)
            ok(done.stdout == "anonymous\n" and not done.stderr, f"quiet is quiet, the module is {fake}", done)
            refused(3, "this machine's physical addresses have", "page", "0x10000000000000", fake=fake,
                    extra={name: value for name, value in where.items() if name != "root"},
                    name=f"beyond all memory, the module is {fake}")


def test_streams():
    with machine() as where:
        done = ask(where, "-q", "-", given="0x2000000\n\n pfn:0x2001\n0x2002000+8K\n")
        ok(done.stdout == "free\nanonymous\nfile\nshmem\n" and done.returncode == 0, "a stream", done)
        done = ask(where, "-j", "-", given="0x2000000\n0x2001000\nno\n0x2002000\n")
        found = json.loads(done.stdout)
        ok(len(found["pages"]) == 2 and found["error"] == "line 3: no: not a number" and
           done.returncode == 2 and done.stderr.startswith("v2p-query: line 3: no: not a number"),
           "a bad line behind good ones", done)
        done = ask(where, "-j", "-", given="")
        ok(done.stdout == '{"pages":[]}\n' and done.returncode == 0, "an empty one", done)
        done = ask(where, "-j", "-", given="no\n")
        ok(not done.stdout and done.returncode == 2, "a bad one alone", done)
        with open("/dev/full", "w", encoding="ascii") as full:
            for form in ((), ("-j",), ("-q",)):
                done = ask(where, *form, "0x2000000+32M", stdout=full)
                ok(done.returncode == 3 and "No space left" in done.stderr and done.stderr.count("\n") == 1,
                   f"a full disk, {form}", done)
        lines = "".join(f"pfn:{0x2000 + i % 16}\n" for i in range(1000))
        done = ask(where, "-q", "-", given=lines)
        ok(done.stdout.count("\n") == 1000 and done.returncode == 1, "a long one", done.stderr)


main(test_forms, test_kinds, test_versions, test_folios, test_places, test_cgroups, test_dimms,
     test_changing, test_module, test_names, test_without_module, test_bad, test_streams)
