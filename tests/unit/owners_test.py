#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""v2p-query's search for the owners of physical memory, against the fake kernel."""
import json
import subprocess
import tempfile

from command import COMM, COMMAND, LIMIT, PID, environment, main, ok, refused, run, two

BASE, STRIDE = 0x100000000, 0x400000
HIGHER_HALF = 0xffff800000000000


def physical(i):
    """Where the fake kernel has its extent of this number, of which there are 20."""
    return (i * 0x9e3779b1 & 0xffffff) << 21


def virtual(i):
    return BASE + i * STRIDE


def whole(i):
    """An extent of 4K pages, as it is asked for, and its length."""
    length = (1 + i % 16) * 4096
    return f"{physical(i):#x}+{length}", length


# Number 1 has two pages, 2 has three.
ONE, ONE_LENGTH = whole(1)
TWO, TWO_LENGTH = whole(2)
NOTHING = "0x1000+4K"


def counts(file, *counted):
    """/proc/kpagecount, where frames from these on are mapped so often."""
    for address, *numbers in counted:
        file.seek(address >> 12 << 3)
        for number in numbers:
            file.write(number.to_bytes(8, "little"))
    file.flush()
    return {"V2P_KPAGECOUNT": file.name}


def ask(*arguments, fake="few", **options):
    return run("owners", *arguments, fake=fake, **options)


def test_forms(one, other):
    with tempfile.NamedTemporaryFile() as file:
        extra = counts(file, (physical(1), 2, 3))
        done = ask("--comm", COMM, ONE, extra=extra)
        rows = done.stdout.splitlines()
        cells = [row.split() for row in rows[1:3]]
        ok(done.returncode == 0 and not done.stderr and len(rows) == 4 and rows[0].split() ==
           ["PHYSICAL", "LENGTH", "PID", "COMM", "VIRTUAL", "SIZE", "FLAGS", "MAPPING"] and
           cells == [[f"{physical(1):#x}", "8K", str(pid), COMM.replace("\u202e", "?"),
                      f"{virtual(1):#x}", "4K", "pw------", "-"] for pid in (one, other)] and
           rows[3] == f"{physical(1):#x}-{physical(1) + 8192:#x}: 4 mappings by processes found, of "
           "5 that the kernel counts", "a table, and how many there are", done)
        done = ask("--comm", COMM, "-q", ONE, extra=extra)
        ok(done.stdout == f"{one} {virtual(1):#x}\n{other} {virtual(1):#x}\n", "quiet", done)
        done = ask("--comm", COMM, "-j", ONE, NOTHING, extra=extra)
        found = json.loads(done.stdout)
        alone = json.loads(run("extents", "--pid", one, "-j", f"{virtual(1):#x}+8K",
                               fake="few").stdout)["extents"]
        ranges = [{"physical": f"{physical(1):#x}", "length": 8192, "mappings": 4,
                   "kernel_mappings": 0, "counted": 5},
                  {"physical": "0x1000", "length": 4096, "mappings": 0, "kernel_mappings": 0,
                   "counted": 0}]
        ok(found == {"processes": [{"target": {"pid": pid, "comm": COMM}, "extents": alone}
                                   for pid in (one, other)], "ranges": ranges} and
           done.returncode == 1, "JSON, and one that nobody has", done)
        pretty = ask("--comm", COMM, "-p", ONE, NOTHING, extra=extra).stdout
        ok(pretty.replace("\\u202e", "\u202e") == json.dumps(found, indent=2,
                                                               ensure_ascii=False) + "\n",
           "the same for people", pretty)
        done = ask("--comm", COMM, "--json-lines", ONE, NOTHING, extra=extra)
        ok([json.loads(line) for line in done.stdout.splitlines()] ==
           [{"pid": pid, "comm": COMM} | alone[0] for pid in (one, other)] + ranges,
           "JSON in lines", done)
        done = ask("--pid", one, "-j", NOTHING, extra=extra)
        ok(json.loads(done.stdout) == {"processes": [], "ranges": ranges[1:]} and
           done.returncode == 1, "nothing at all", done)
        pretty = ask("--pid", one, "-p", NOTHING, extra=extra).stdout
        ok(pretty == json.dumps(json.loads(done.stdout), indent=2) + "\n", "for people", pretty)
    done = ask("--pid", one, ONE, extra={"V2P_KPAGECOUNT": "/nothing"})
    ok("2 mappings by processes found; the kernel does not tell how many there are" in done.stdout,
       "what the kernel does not count", done)


def test_who(one, other):
    done = ask("-q", ONE)
    rows = done.stdout.splitlines()
    ok({f"{one} {virtual(1):#x}", f"{other} {virtual(1):#x}", f"{PID} {virtual(1):#x}"} <= set(rows)
       and rows[-1] == f"kernel {virtual(1) + HIGHER_HALF:#x}" and done.returncode == 0,
       "all processes, and the kernel behind them", done)
    done = ask("--all-processes", "-q", ONE)
    ok(f"{one} {virtual(1):#x}" in done.stdout.splitlines() and "kernel" not in done.stdout,
       "all processes, without the kernel", done)
    done = ask("--kernel", ONE)
    row = done.stdout.splitlines()[1].split()
    ok(row[2:5] == ["-", "(kernel)", f"{virtual(1) + HIGHER_HALF:#x}"] and done.returncode == 0 and
       ": 0 mappings by processes" in done.stdout, "the kernel alone", done)
    done = ask("--kernel", "-j", ONE)
    found = json.loads(done.stdout)
    ok(found["processes"][0]["target"] == {"kernel": True} and
       found["ranges"][0]["kernel_mappings"] == 2, "in JSON", done)
    done = ask("--kernel", "--json-lines", ONE)
    ok(json.loads(done.stdout.splitlines()[0])["kernel"] is True, "in lines", done)
    done = ask("--pid", one, "--pid", other, "-q", ONE, fake=f"gone {one}")
    ok(done.returncode == 3 and done.stdout.startswith(f"{other} ") and
       f"process {one}: no such process" in done.stderr, "one that was named is gone", done)
    done = ask("--comm", COMM, "-q", ONE, fake=f"gone {one}")
    ok(done.returncode == 0 and done.stdout == f"{other} {virtual(1):#x}\n" and not done.stderr,
       "one that was found is gone", done)
    # No mappings, no names: they are read where something is found.
    done = ask("--pid", 2147483647, NOTHING)
    ok(done.returncode == 1 and not done.stderr, "mappings that are not needed are not read", done)


def test_many(one, _):
    several = [f"{physical(i):#x}+4K" for i in range(20) if i % 8 != 5]
    done = ask("--pid", one, "-q", *several)
    ok(len(done.stdout.splitlines()) == len(several), "all of them in one search", done)
    done = ask("--pid", one, *several, *several, *several, *several, "--json-lines")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    ok([result["physical"] for result in results if "mappings" in result] ==
       [text.split("+")[0] for text in several] * 4 and
       all(result["mappings"] for result in results if "mappings" in result),
       "more than one search takes, in their order", done)
    done = ask("--pid", one, "-j", ONE, f"{physical(1) + 4096:#x}+4K", f"{physical(1) - 4096:#x}+8K")
    found = json.loads(done.stdout)
    ok(len(found["processes"][0]["extents"]) == 1 and
       [each["mappings"] for each in found["ranges"]] == [2, 1, 1], "what overlaps", done)


def test_stream(one, _):
    process = subprocess.Popen([COMMAND, "owners", "--pid", str(one), "-"], text=True,
                               env=environment("few"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=1)
    said = []
    for asked in (ONE, TWO):
        process.stdin.write(asked + "\n")
        while not said or "found" not in said[-1]:
            said.append(process.stdout.readline())
        said.append("")
    rest, error = process.communicate("\n# \n", timeout=LIMIT)
    ok(said[0].startswith("PHYSICAL") and f" {virtual(1):#x} " in said[1] and "found" in said[2] and
       f" {virtual(2):#x} " in said[4] and "found" in said[5] and not rest,
       "a stream is answered as it comes, with one heading", said)
    ok(process.returncode == 2 and "line 4: #: not a number" in error,
       "and ends at a bad line", error)
    done = ask("--pid", one, "-j", "-", given=f"{ONE}\n{TWO}\n{NOTHING}")
    found = json.loads(done.stdout)
    ok(done.returncode == 1 and [each["mappings"] for each in found["ranges"]] == [2, 3, 0],
       "a stream in one document", done)
    done = ask("--pid", one, "-j", "-", given=f"{ONE}\n12x\n")
    ok(done.returncode == 2 and "12x" in done.stderr and json.loads(done.stdout)["ranges"] and
       "12x" in json.loads(done.stdout)["error"], "what stands in front of a bad line is answered", done)
    done = ask("--pid", one, "-", given="")
    ok(done.returncode == 0 and not done.stdout, "an empty stream", done)
    done = ask("--pid", one, "-p", "-", given="\n")
    ok(done.returncode == 0 and json.loads(done.stdout) == {"processes": [], "ranges": []},
       "an empty stream is a document, too", done)


def test_byte(one, _):
    """A byte, and frames that nobody can use any more."""
    at = physical(1) + 0x1008
    done = ask("--pid", one, "-q", f"{at:#x}")
    ok(done.stdout == f"{one} {virtual(1) + 0x1008:#x}\n", "the address of this very byte", done)
    done = ask("--pid", one, f"{at:#x}")
    row = done.stdout.splitlines()[1].split()
    ok(row[:2] == [f"{at:#x}", "1B"] and f"{at:#x}: 1 mapping by processes" in done.stdout,
       "in a row", done)
    # Number 5 is the first that is poisoned, and was in the frames from 0xa00 on.
    done = ask("--pid", one, "0xa01008", fake="status 4")
    row = done.stdout.splitlines()[1].split()
    ok(done.returncode == 0 and row[0] == "0xa01008" and row[4] == f"{virtual(5) + 0x1008:#x}" and
       row[6].startswith("poisoned,frame=0xa01") and ": 0 mappings by" in done.stdout,
       "a page that failed has an owner, and no mapping", done)
    done = ask("--pid", one, "-j", "pfn:0xa01", fake="status 4")
    extent = json.loads(done.stdout)["processes"][0]["extents"][0]
    ok(extent["frame_physical"] == "0xa01000" and extent["length"] == 4096 and
       extent["status"] == "poisoned", "in JSON", done)


MAPPER = """
import ctypes, sys
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int,
                      ctypes.c_long]
for page in range(2):
    at = int(sys.argv[1]) + page * 4096
    assert libc.mmap(at, 4096, 1 + 2 * page, 0x22 | 0x10, -1, 0) == at
import threading
thread = threading.Thread(target=sys.stdin.read)
thread.start()
print(thread.native_id, flush=True)
"""


def test_threads_and_borders():
    """A process by several ids is one; an extent is cut in the middle of a page."""
    process = subprocess.Popen(["python3", "-c", MAPPER, str(virtual(5))], text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    thread = int(process.stdout.readline())
    done = ask("--pid", thread, "--pid", process.pid, "-j", ONE)
    found = json.loads(done.stdout)
    ok(thread != process.pid and len(found["processes"]) == 1 and
       found["ranges"][0]["mappings"] == 2, "a process that is named by two of its threads", done)
    done = run("extents", "--pid", process.pid, "-j", f"{virtual(5) + 0x800:#x}+8K",
               fake="status 4")
    found = [(extent["virtual"], extent["frame_physical"])
             for extent in json.loads(done.stdout)["extents"]]
    ok(found == [(f"{virtual(5) + offset:#x}", f"{0xa00000 + (offset & -4096):#x}")
                 for offset in (0x800, 0x1000, 0x2000)], "frames behind the border of a mapping",
       done)
    process.communicate()


def test_nobody(one, other):
    """Whoever can be asked is; where nobody can, there is no answer."""
    done = ask("--pid", one, "--pid", other, NOTHING, fake=f"gone {one}")
    ok(done.returncode == 3 and done.stdout.startswith("0x1000-0x2000: 0 mappings"),
       "one that was named is gone, the other has nothing", done)
    many = [f"{0x1000 + i:#x}" for i in range(0, 1300, 10)]
    done = ask("--pid", one, "--pid", other, "-j", *many, fake=f"gone {one}")
    ok(len(json.loads(done.stdout)["ranges"]) == len(many) and done.stderr.count("\n") == 1,
       "all are answered, and the trouble is told once", done.stderr)
    for form in ((), ("-j",), ("--json-lines",)):
        refused(3, "CAP_SYS_ADMIN", "owners", *form, *many, fake="denied", name=f"denied {form}")
        refused(3, "no process is called", "owners", "--comm", "v2p-nobody", *form, *many,
                fake="few", name=f"nobody {form}")
    done = ask("--comm", "v2p-nobody", "-", given=f"{ONE}\n" * 5)
    ok(done.returncode == 3 and not done.stdout and done.stderr.count("\n") == 1,
       "of a stream, no more is read", done)
    done = run("extents", "--comm", COMM, "0xffffffff81000000+4K", fake="")
    ok(done.returncode == 3 and done.stderr.count("\n") == 1 and not done.stdout,
       "what is wrong with the range is told once", done)
    done = run("extents", "--comm", COMM, "--comm", "v2p-nobody", "5-3", fake="few")
    ok(done.stderr.count("\n") == 2 and "ends before it starts" in done.stderr,
       "where nothing is answered, it is said why", done)
    done = run("extents", "--comm", COMM, "--page-size", "64K", fake="denied")
    ok(done.stderr.count("\n") == 1, "no note without an answer", done)


def test_trouble():
    for words, *arguments in (
            ("a physical address is required", ), ("not a number", "12x"), ("negative", "-5"),
            ("its number is not a number", "pfn:x"), ("no such frame", "pfn:0xfffffffffffffff"),
            ("ends before it starts", "5-3"), ("is empty", "5-5"), ("is empty", "5+0"),
            ("wraps around", "0xfffffffffffff000+8K"), ("an empty physical address", ""),
            ("its start is ambiguous", "00100000-3fffffff"), ("its end is not a number", "5-x"),
            ("its length is not a number", "5+x"), ("- cannot be used with other", "-", "5"),
            ("--kernel cannot be used with --pid", "--pid", PID, "--kernel", "5"),
            ("--all cannot be used with owners", "--all", "5")):
        refused(2, words, "owners", *arguments, fake="absent")
    refused(3, "this machine's physical addresses have 46 bits", "owners", "0x400000000000")
    refused(3, "not loaded", "owners", "0x1000", fake="absent")
    for form in ((), ("-q",), ("-j",), ("--json-lines",)):
        refused(3, "CAP_SYS_ADMIN", "owners", "0x1000", *form, fake="denied")
    refused(3, "no such process", "owners", "--pid", PID, "0x1000", fake="gone")
    refused(3, "no process is called", "owners", "--comm", "v2p-nobody", "0x1000", fake="few")
    refused(3, "load a newer one", "owners", "--pid", PID, "0x1000", fake="no physical")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = ask("--pid", PID, ONE, stdout=full)
        ok(done.returncode == 3 and done.stderr.count("\n") == 1 and "No space" in done.stderr,
           "output that cannot be written", done)


def test_older_module():
    """What it cannot do at all is told once, and nobody else is asked."""
    by_space = "the loaded v2p module does not tell node and kind: load a newer one"
    by_message = "the loaded v2p module does not know all that is asked for: load a newer one"
    for fake, words in (("without fields", by_space), ("without open and fields", by_message)):
        for columns in ("+node", "+kind"):
            # One address is not worth a descriptor.
            refused(3, by_message, "--pid", PID, "0x700000001000", "-o", columns, fake=fake,
                    name=f"{fake}: one {columns}")
            for arguments in (("--pid", PID, "0x700000001000", "0x700000002000"),
                              ("extents", "--pid", PID, "0x700000000000+1M"), ("extents", "--pid", PID, "--all"),
                              ("summary", "--pid", PID), ("summary", "--comm", COMM), ("owners", "--pid", PID, ONE),
                              ("owners", "--comm", COMM, ONE), ("owners", ONE)):
                refused(3, words, *arguments, "-o", columns, fake=fake,
                        name=f"{fake}: {' '.join(arguments[:2])} {len(arguments)} {columns}")
        done = ask("--comm", COMM, "-q", ONE, fake=fake)
        ok(done.returncode == 0 and len(done.stdout.splitlines()) == 2 and not done.stderr,
           f"{fake}: all else is answered", done)


def run_all():
    stack, one, other = two()
    with stack:
        for test in (test_forms, test_who, test_many, test_stream, test_byte, test_nobody):
            test(one, other)
        test_older_module()


main(run_all, test_threads_and_borders, test_trouble)
