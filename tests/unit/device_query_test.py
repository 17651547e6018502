#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query --device, against the fake kernel's devices (fake-device.h)."""
import json
import re

from command import PID, main, ok, refused, run

DEVICE = "03:00.0"
ADDRESS = "0x2345"
NONE = "0x10000002345"
INTERRUPT = "0xfee00000"
TABLES = "VT-d, second-stage tables"


def target(*arguments, **options):
    return json.loads(run(*arguments, "-j", **options).stdout)["target"]


def test_names():
    for name in (DEVICE, "0000:03:00.0", "pci/0000:03:00.0", "pci/03:00.0"):
        done = run("--device", name, "-q", ADDRESS)
        ok(done.returncode == 0 and done.stdout == "0x13c6ef200345\n" and not done.stderr, name, done)
    for words, name in (("a device is 03:00.0, pci/0000:03:00.0 or platform/NAME", "foo"),
                        ("a device is", ""), ("a device is", "platform/" + "x" * 119)):
        refused(2, words, "--device", name, ADDRESS)
    refused(3, "device pci/0000:09:00.0: no such device", "--device", "09:00.0", ADDRESS)
    refused(3, "device usb/1-1: no such bus", "--device", "usb/1-1", ADDRESS)
    refused(3, "device pci/0000:05:00.0: the tables of this kind of IOMMU", "--device", "05:00.0", "-q",
            ADDRESS)
    refused(3, "load a newer one", "--device", DEVICE, ADDRESS, fake="without devices")
    refused(3, "needs CAP_SYS_ADMIN", "--device", DEVICE, ADDRESS, fake="denied")


def test_usage():
    for words, *arguments in (
            ("--device cannot be used with --pid", "--device", DEVICE, "--pid", PID, ADDRESS),
            ("--device cannot be used with --kernel", "--device", DEVICE, "--kernel", ADDRESS),
            ("--device cannot be used with --all-processes", "--device", DEVICE, "--all-processes"),
            ("--device cannot be used with --comm", "extents", "--device", DEVICE, "--comm", "x"),
            ("--user-root cannot be used with --device", "--device", DEVICE, "--user-root", ADDRESS),
            ("--symbols cannot be used with --device", "--device", DEVICE, "--symbols", ADDRESS),
            ("--every cannot be used with --device", "--device", DEVICE, "--every", "--range", "x"),
            ("'--device' is given more than once", "--device", DEVICE, "--device", DEVICE, ADDRESS),
            ("'--pasid' is given more than once", "--device", DEVICE, "--pasid", 1, "--pasid", 1, "1"),
            ("--pasid requires --device", "--pasid", 5, "--pid", PID, ADDRESS),
            ("--pasid requires --device", "--pasid", 5, ADDRESS),
            ("exactly one of --pid, --kernel and --device", ADDRESS),
            ("a PASID is from 0 to 1048575", "--device", DEVICE, "--pasid", 1048576, ADDRESS),
            ("--pasid x: not a number", "--device", DEVICE, "--pasid", "x", ADDRESS),
            ("--device cannot be used with info", "info", "--device", DEVICE),
            ("'--device' requires an argument", "--device"),
            ("main: a device's addresses have no names", "--device", DEVICE, "main"),
            ("[heap]: a device's addresses have no names", "extents", "--device", DEVICE, "[heap]+4K")):
        refused(2, words, *arguments)


def test_addresses():
    done = run("--device", DEVICE, ADDRESS, NONE, INTERRUPT)
    lines = done.stdout.splitlines()
    ok(done.returncode == 1 and lines[0].split() == ["VIRTUAL", "PHYSICAL", "SIZE", "LEVEL", "FLAGS"],
       "the usual columns have nothing of processes", done)
    ok(lines[1].split() == [ADDRESS, "0x13c6ef200345", "4K", "pte", "pw------"] and
       lines[2].split()[1] == "none" and lines[3].split()[1] == "invalid", "three addresses", done)
    ok(done.stderr == f"v2p-query: device pci/0000:03:00.0: {TABLES}\n", "how they are translated", done)
    done = run("--device", DEVICE, "--pasid", 7, "-o", "virtual,physical,mapping,pid,comm", ADDRESS)
    ok(done.returncode == 0 and done.stdout.splitlines()[1].split()[2:] == ["-", "-", "-"],
       "chosen columns of processes are empty", done)
    ok(", PASID 7: " in done.stderr, "with a PASID", done)
    done = run("--device", DEVICE, "-", given=f"{ADDRESS}\n{ADDRESS}\n")
    ok(done.returncode == 0 and done.stdout.count(ADDRESS) == 2, "a stream", done)
    done = run("--device", DEVICE, "--watch=0.01", "--count", 2, ADDRESS)
    ok(done.returncode == 0 and ADDRESS in done.stdout and TABLES in done.stderr, "a watch", done)
    for name, words in (("03:00.1", "passthrough"), ("03:00.2", "blocked"), ("platform/direct", "direct"),
                        ("platform/asked", "asked")):
        done = run("--device", name, ADDRESS)
        ok(done.returncode == (words == "blocked") and f": {words}" in done.stderr, words, done)
    done = run("--help")
    ok("--device DEVICE [--pasid PASID]" in done.stdout and "--device DEVICE " in done.stdout, "the usage")


def test_json():
    got = target("--device", DEVICE, ADDRESS)
    ok(got == {"device": "pci/0000:03:00.0", "pasid": None, "translation": "tables",
               "format": "vtd-second-stage"}, "the target", got)
    got = target("--device", DEVICE, "--pasid", 0, ADDRESS)
    ok(got["pasid"] == 0 and got["format"] == "vtd-first-stage", "with a PASID, which may be 0", got)
    for name, words in (("03:00.1", "passthrough"), ("03:00.2", "blocked"), ("platform/direct", "direct"),
                        ("platform/asked", "asked")):
        got = target("--device", name, ADDRESS)
        ok(got["translation"] == words and "format" not in got, words, got)
    for arguments in (["extents"], ["summary"], ["contiguous", "0x1000+4K"], ["walk", ADDRESS]):
        got = target(arguments[0], "--device", DEVICE, *arguments[1:], fake="few")
        ok(got["translation"] == "tables", f"{arguments[0]}: the same", got)
    done = run("--device", DEVICE, "--json-lines", ADDRESS)
    row = json.loads(done.stdout)
    ok(row["physical"] == "0x13c6ef200345" and not done.stderr, "a line", done)


def test_walks():
    done = run("walk", "--device", DEVICE, "--pasid", 5, ADDRESS, "0x1234")
    heads = re.findall(r"^[├|]\S* (\S+)\[", done.stdout, re.M)
    levels = ["root-table", "context-table", "pasid-directory", "pasid-table", "pgd", "p4d", "pud", "pmd",
              "pte"]
    ok(done.returncode == 0 and heads == levels * 2, "nine steps", done)
    ok("of device pci/0000:03:00.0, PASID 5: VT-d, first-stage tables\n" in done.stdout and
       not done.stderr, "the title says how", done)
    ok("56..48    47..39    38..30    29..21    20..12       11..0   bits\n" in done.stdout,
       "the address has no part of the IOMMU's own tables", done)
    ok(done.stdout.count("present read write") >= 5 and "present write write-only" in done.stdout,
       "what the device may do", done)
    ok("+ 0x345 = 0x13c6ef200345\n" in done.stdout, "and where it leads to", done)
    for name, address, words, status in (
            (DEVICE, NONE, "none: the entry is empty, the device may not use this address", 1),
            (DEVICE, INTERRUPT, "invalid: interrupts are written to 0xfee00000-0xfeefffff", 1),
            (DEVICE, "0x1000000000000", "invalid: outside of what the IOMMU translates", 1),
            ("03:00.1", ADDRESS, f"{ADDRESS}, as it is", 0),
            ("03:00.2", ADDRESS, "none: the IOMMU refuses every address of this device", 1),
            ("platform/direct", ADDRESS, f"no tables were read\n│\n└─ {ADDRESS}, as it is", 0),
            ("platform/asked", NONE, "none: the IOMMU's driver tells of no page here", 1)):
        done = run("--walk", "--device", name, address)
        ok(done.returncode == status and words in done.stdout, f"{name}: {words}", done)
    done = run("--walk", "--device", DEVICE, "-j", ADDRESS)
    steps = json.loads(done.stdout)["translations"][0]["walk"]
    ok([step.get("span") for step in steps] == [None, None, 1 << 39, 1 << 30, 1 << 21, 1 << 12],
       "JSON says what each spans", steps)


def test_ranges():
    few = {"fake": "few"}
    done = run("extents", "--device", DEVICE, **few)
    ok(done.returncode == 0 and done.stdout.split("\n", 1)[0].split() ==
       ["VIRTUAL-RANGE", "PHYSICAL", "LENGTH", "SIZE", "FLAGS"] and done.stdout.count("\n") == 21 and
       TABLES in done.stderr, "extents", done)
    done = run("summary", "--device", DEVICE, **few)
    ok(done.returncode == 0 and done.stdout.count("\n") == 2 and TABLES in done.stderr, "a summary", done)
    done = run("extents", "--device", DEVICE, "-q", "--flags", "write,!write-only", "--page-size", "4K",
               **few)
    ok(done.returncode == 0 and done.stdout and not done.stderr, "with filters", done)
    done = run("extents", "--device", DEVICE, "--page-size", "16K", **few)
    ok("this machine has no such pages" not in done.stderr, "the IOMMU may have other pages", done)
    done = run("plot", "--device", DEVICE, "-", **few)
    ok(done.returncode == 0 and done.stdout.startswith("device pci/0000:03:00.0\n"), "a picture", done)
    done = run("contiguous", "--device", DEVICE, "0x100000000+4K", **few)
    ok(done.returncode == 0 and "one run" in done.stdout, "whether it is contiguous", done)


# Where the fake kernel has an extent of everybody's, and nobody's; the device is passed through.
OWNED, UNOWNED = 0x6ef36200000, "0x1000"
PASSED = "03:00.1"


def mine(rows):
    """Of all processes, those lines that are this one's, but for its own name."""
    return [row.split() for row in rows if row.split()[2:3] == [PID]]


def test_owners():
    few = {"fake": "few"}
    done = run("--device", PASSED, "--owners", hex(OWNED + 0x10), INTERRUPT, **few)
    rows = done.stdout.splitlines()
    own = mine(rows)
    ok(done.returncode == 1 and rows[0].split() == ["DEVICE-ADDRESS", "PHYSICAL", "PID", "COMM", "VIRTUAL",
                                                    "SIZE", "FLAGS", "MAPPING"], "the columns", done)
    ok(len(own) == 1 and own[0][:2] == [hex(OWNED + 0x10)] * 2 and own[0][4] == "0x100400010",
       "whose address it is, and by which of theirs", own)
    ok(rows[-2].startswith(f"{OWNED + 0x10:#x} of the device: {OWNED + 0x10:#x}: ") and
       rows[-1].startswith(f"{INTERRUPT} of the device: invalid: interrupts"), "what was found", rows[-2:])
    ok(done.stderr.count("device pci/0000:03:00.1: passthrough") == 1, "told once", done.stderr)
    done = run("owners", "--device", PASSED, "-q", hex(OWNED), **few)
    ok(done.returncode == 0 and f"{PID} 0x100400000\n" in done.stdout, "quiet", done)
    done = run("owners", "--device", PASSED, "-j", hex(OWNED), INTERRUPT, UNOWNED, **few)
    found = json.loads(done.stdout)
    ok(done.returncode == 1 and [(one["device"], one["device_address"], one["status"])
                                 for one in found["ranges"]] ==
       [("pci/0000:03:00.1", address, status) for address, status in
        ((hex(OWNED), "mapped"), (INTERRUPT, "invalid"), (UNOWNED, "mapped"))] and
       "physical" not in found["ranges"][1] and found["ranges"][2]["mappings"] == 0, "JSON", done)
    extents = [extent for process in found["processes"] for extent in process["extents"]]
    ok(extents and all(extent["device_address"] == hex(OWNED) == extent["physical"]
                       for extent in extents), "each extent has the device's address", extents[:1])
    done = run("owners", "--device", PASSED, "--json-lines", UNOWNED, **few)
    ok(done.returncode == 1 and json.loads(done.stdout)["device_address"] == UNOWNED, "a line", done)
    done = run("owners", "--device", PASSED, "-", given=f"{OWNED:#x}\n{UNOWNED}\n", **few)
    ok(done.returncode == 1 and done.stdout.count("of the device: ") == 2, "a stream", done)
    done = run("owners", "--device", "03:00.2", ADDRESS, **few)
    ok(done.returncode == 1 and done.stdout == f"{ADDRESS} of the device: none: the IOMMU refuses every "
       "address of this device\n", "nothing to look for", done)
    done = run("owners", "--device", PASSED, "-q", *[hex(OWNED)] * 65, **few)
    ok(done.returncode == 0 and done.stdout.split("\n").count(f"{PID} 0x100400000") == 2,
       "more than one search takes", done)
    refused(3, "device pci/0000:09:00.0: no such device", "--owners", "--device", "09:00.0",
            ADDRESS)
    refused(2, "12x: not a number", "--owners", "--device", PASSED, "12x")
    refused(2, "pfn:5: not a number", "--owners", "--device", PASSED, "pfn:5")
    refused(2, "an address is required, or -", "--owners", "--device", PASSED)
    refused(2, "--device cannot be used with --pid", "owners", "--device", PASSED, "--pid", PID, "1")
    plain = run("owners", "--pid", PID, "-j", hex(OWNED), **few)
    ok('"device_address"' not in plain.stdout and '"device":' not in plain.stdout,
       "no word of devices where none is asked", plain)


main(test_names, test_usage, test_addresses, test_json, test_walks, test_ranges, test_owners)
