#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The picture of physical memory: what stands in it, its size, the file it goes to."""
import fcntl
import os
import pty
import random
import re
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import unicodedata
import xml.etree.ElementTree

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
    # What is freed is to be used again, or memory would seem to grow.
    "ASAN_OPTIONS": "quarantine_size_mb=1",
}
LIMIT = 120
SVG = "{http://www.w3.org/2000/svg}"
K, M, G, T = 1 << 10, 1 << 20, 1 << 30, 1 << 40
PAGE, HUGE = 12, 21
NONE, MAPPED, SWAPPED, GUARD = 0, 1, 2, 5
FIRST_COLOUR, OTHERS_COLOUR = "#0072b2", "#707070"
LEFT, CELL, BAR = 164, 3, 9

# A megabyte with the PC's hole, another after it, and half of one far away.
MACHINE = """\
00000000-0009ffff : System RAM
000a0000-000bffff : PCI Bus 0000:00
000f0000-000fffff : System ROM
00100000-001fffff : System RAM
  00110000-0015ffff : Kernel code
fd000000-fdffffff : 0000:00:02.0
140000000-1400fffff : pmem
  140000000-14007ffff : System RAM (kmem)
"""
BIG_MACHINE = "00001000-bfffffff : System RAM\n100000000-1003fffffff : System RAM\n"

results = Results()
ok = results.ok


def same(got, wanted, name):
    ok(got == wanted, name, f"got\n{got}\nwanted\n{wanted}")


def line(physical, length, name="", shift=PAGE, status=MAPPED):
    if isinstance(name, str):
        name = name.encode()
    return b"%x %x %d %d %s\n" % (physical, length, shift, status, name)


def machine(text):
    with open("iomem", "w", encoding="ascii") as file:
        file.write(text)
    return "iomem"


def draw(lines, path="picture.svg", subject="process 199 (demo)", iomem=None, **options):
    if iomem is None:
        iomem = machine(MACHINE)
    given = lines if isinstance(lines, bytes) else b"".join(lines)
    return subprocess.run([PROGRAM, path, subject, iomem, options.get("system", "none")], input=given,
                          env=ENVIRONMENT | options.get("extra", {}), timeout=LIMIT,
                          check=False, stdout=options.get("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE)


def picture(lines, **options):
    done = draw(lines, **options)
    if done.returncode or done.stderr:
        raise RuntimeError(str(done))
    with open("picture.svg", "rb") as file:
        text = file.read()
    return text, xml.etree.ElementTree.fromstring(text)


def titles(svg):
    return [title.text for title in svg.iter(SVG + "title")]


def words(svg):
    return [word.text for word in svg.iter(SVG + "text")]


def legend(svg):
    """Bytes by name, as the tooltips have them."""
    found = [re.fullmatch(r"(.*): (\d+) bytes", title, re.S) for title in titles(svg)]
    return {match[1]: int(match[2]) for match in found if match}


def paths(svg, colour):
    """What is drawn in a colour: the tint of cells, and their solid parts."""
    for group in svg.iter(SVG + "g"):
        if group.get("fill") == colour:
            return [path.get("d") for path in group.findall(SVG + "path")]
    return None


def test_legend():
    lines = [line(0x110000, 8 * K, "[heap]"), line(0x120000, 4 * K, "[heap]"),
             line(0x180000, 64 * K, "/usr/lib/libc.so.6"), line(0, 0x3000, "[stack]"),
             line(0xfd000000, 2 * M, "/dev/fb0", HUGE), line(0x150000, K * 4),
             line(0x9f000, 8 * K, "half"),
             line(0, 12 * K, "[heap]", PAGE, SWAPPED), line(0, 4 * K, "[heap]", PAGE, GUARD),
             line(0, T, "[heap]", PAGE, NONE)]
    text, svg = picture(lines)
    same(legend(svg), {"/dev/fb0": 2 * M, "/usr/lib/libc.so.6": 64 * K, "[heap]": 12 * K,
                       "[stack]": 12 * K, "half": 8 * K, "(no name)": 4 * K},
         "bytes in the legend are those that were added")
    total = sum(legend(svg).values())
    ok(f"2.1 MiB mapped in 7 extents, 2 MiB ({2 * M * 100 / total:.0f}%) on huge pages, "
       "longest run 2 MiB" in words(svg), "the summary", words(svg))
    ok("not in memory: 12 KiB swapped, 4 KiB guard" in words(svg), "what is not in memory")
    same([word for word in titles(svg) if "outside" in word],
         ["/dev/fb0: 2097152 bytes outside of memory", "half: 4096 bytes outside of memory"],
         "what is outside of the machine's memory")
    ok("outside of memory" in words(svg) and "2.0 MiB" in words(svg), "which has a row of its own")
    ok("process 199 (demo) in physical memory" in words(svg), "the title")
    same(svg.get("width"), "1000", "1000 pixels wide")
    names = {element.tag for element in svg.iter()}
    same(names, {SVG + name for name in ("svg", "title", "clipPath", "rect", "text", "g", "path")},
         "no script, no picture, no style")
    ok(not re.search(rb"href|@|url\((?!#)|https?://(?!www\.w3\.org/2000/svg\")", text),
       "no reference outside")
    same(picture(lines)[0], text, "the same again gives the same")


def test_many_names():
    """One that grows bit by bit, between many others and after larger ones."""
    lines = [line(G + i * M, M, f"early {i}") for i in range(600)]
    for i in range(1000):
        lines.append(line(4 * G + i * M, 4 * K, "the largest"))
        lines += [line(8 * G + (i * 8 + j) * M, 4 * K, f"late {i} {j}") for j in range(8)]
    _, svg = picture(lines, iomem=machine("100000000-fffffffff : System RAM\n"))
    found = legend(svg)
    ok(next(iter(found.items())) == ("the largest", 4000 * K) and len(found) == 9 and
       found["all others"] == (600 - 7) * M + 8000 * 4 * K, "the largest of 8,601 names",
       found)
    _, svg = picture([line(0x100000, 256 * 4 * K, "most"), line(0, 4 * K, "a page", HUGE)])
    ok(">99%" in words(svg) and "<1%" in words(svg) and "100%" not in words(svg) and
       not any("(0%)" in word for word in words(svg)), "all but a page is not 100%", words(svg))


def test_place():
    iomem = machine("00000000-3fffffff : System RAM\n")
    _, svg = picture([line(0x1000000, 64 * K, "solid")], iomem=iomem)
    tint, solid = paths(svg, FIRST_COLOUR)
    x, y = map(int, re.match(r"M(\d+) (\d+)", tint).groups())
    same((x, tint, solid), (LEFT, f"M{LEFT} {y}h{CELL}v-{BAR}h-{CELL}z", tint),
         "64 KiB of 64 are a solid cell, at the start of the second row")
    _, svg = picture([line(0x1ff0000, 32 * K, "half")], iomem=iomem)
    tint, solid = paths(svg, FIRST_COLOUR)
    x = LEFT + 255 * CELL
    same((tint, solid), (f"M{x} {y}h{CELL}v-{BAR}h-{CELL}z", f"M{x} {y}h{CELL}v-5h-{CELL}z"),
         "32 KiB of 64 are a solid half, at the end of that row")
    _, svg = picture([line(0x1200000, 2 * M, "huge", HUGE)], iomem=iomem)
    marks = [group.find(SVG + "path").get("d") for group in svg.iter(SVG + "g")
             if group.find(SVG + "title") is not None
             and group.find(SVG + "title").text == "huge pages"]
    same(marks, [f"M{LEFT + 32 * CELL} {y + 2}h{32 * CELL}v-2h-{32 * CELL}z"],
         "a huge page is marked from end to end")
    _, svg = picture([line(0x1000000, 16 * K, "less"), line(0x1008000, 20 * K, "more")],
                     iomem=iomem)
    same(legend(svg), {"less": 16 * K, "more": 20 * K}, "two mappings in one cell")
    # The legend is one line longer.
    same(paths(svg, FIRST_COLOUR)[0], f"M{LEFT} {y + 18}h{CELL}v-{BAR}h-{CELL}z",
         "the one with more of it has it")


def nodes(block, *blocks):
    """A folder as /sys/devices/system: which node has which blocks of memory."""
    system = tempfile.mkdtemp(dir=".")
    os.mkdir(f"{system}/memory")
    with open(f"{system}/memory/block_size_bytes", "w", encoding="ascii") as file:
        file.write(f"{block:x}\n")
    for node, numbers in blocks:
        os.makedirs(f"{system}/node/node{node}", exist_ok=True)
        for number in numbers:
            os.mkdir(f"{system}/node/node{node}/memory{number}")
        with open(f"{system}/node/node{node}/memory_failure", "w", encoding="ascii"):
            pass
    return system


def test_nodes():
    """Where the memory of another node begins."""
    iomem = machine("00000000-3fffffff : System RAM\n100000000-13fffffff : System RAM\n")
    lines = [line(0x1000000, 2 * M, "[heap]")]
    blocks = (0, range(4)), (1, (*range(4, 6), 33)), (10, (6, 7)), (0, (32,))
    system = nodes(128 * M, *blocks)
    starts = [(0, 0), (1, 512 * M), (10, 768 * M), (0, 4 * G), (1, 4 * G + 128 * M)]
    _, svg = picture(lines, iomem=iomem, system=system)
    same([title for title in titles(svg) if title.startswith("node ")],
         [f"node {node} from {start:#x}" for node, start in starts], "borders of nodes")
    places = [(path.get("d"), group.find(SVG + "text").text) for group in svg.iter(SVG + "g")
              if (group.findtext(SVG + "title") or "").startswith("node ")
              for path in group.findall(SVG + "path")]
    # All rows are of the same size, and what is in one stands in the place for it.
    columns = [int(re.match(r"M(\d+)", path)[1]) for path, _ in places]
    ok(len(places) == 5 and [word for _, word in places] == [f"node {node}" for node, _ in starts] and
       all((x - LEFT) % CELL == 0 and x >= LEFT for x in columns), "each with a line and a name", places)
    for extra in ({"TERM": "dumb"}, {}):
        done = draw(lines, path="-", iomem=iomem, system=system, extra=extra | {"COLUMNS": "100"})
        said = re.findall(r"-- node (\d+) from (0x[0-9a-f]+) --", done.stdout.decode())
        same(said, [(str(node), hex(start)) for node, start in starts], "on a terminal")
    for system in (nodes(128 * M, (0, range(8))), nodes(0, *blocks), "none"):
        text, _ = picture(lines, iomem=iomem, system=system)
        ok(b"node " not in text, "none where there is one, or nobody tells")


def test_names():
    nasty = {
        '<b>&"quoted"\'</b>': None,
        "]]><!-- &amp; -->": None,
        "äöü 漢字 😀": None,
        b"control\x01\x1b[31m\x7f": "control??[31m?",
        b"not \xff UTF-8 \xc3": "not ? UTF-8 ?",
        b"more \xc2\x9b31m \x9b31m\xc2\xa0": "more ?31m ?31m\u00a0",
        b"never \xef\xbf\xbe in \xef\xbf\xbf XML": "never ? in ? XML",
        "/" + "long" * 1000: None,
    }
    wanted = {shown or name: (1 + i) * 4 * K for i, (name, shown) in enumerate(nasty.items())}
    lines = [line(0x100000 + 0x10000 * i, (1 + i) * 4 * K, name) for i, name in enumerate(nasty)]
    _, svg = picture(lines, subject='process 1 (<&">\x1b)')
    same(legend(svg), wanted, "names of any kind")
    ok('process 1 (<&">?) in physical memory' in words(svg), "a title of any kind", words(svg))
    ok(all(len(word) < 80 for word in words(svg)), "long names are cut")


def test_room():
    """Words that are wider than most, and what is beside them."""
    _, svg = picture([line(0x100000, 4 * K, "/" + "W" * 57 + "/base.so"),
                      line(0x110000, 8 * K, "/" + "漢字" * 40 + "/base.so"),
                      line(0x120000, 12 * K, "/" + "i" * 66 + "/base.so")])
    cut = [word for word in words(svg) if word.endswith("/base.so")]
    # An em is 13 pixels, of which such letters take nearly all or a third.
    ok(len(cut) == 3 and all((word.count("W") + word.count("漢") + word.count("字")) * 13 +
                             word.count("i") * 4 + 60 < 530 for word in cut) and len(cut[0]) > 66,
       "names are cut by their width, and end with the file's name", cut)

    label = next(text for text in svg.iter(SVG + "text") if "without memory" in text.text)
    dashes = next(re.fullmatch(r"M(\d+) (\d+)\.5h(\d+)M(\d+) \2\.5h-\3", path.get("d"))
                  for path in svg.iter(SVG + "path") if path.get("stroke-dasharray"))
    left, y, dash, right = map(int, dashes.groups())
    ok(label.get("text-anchor") == "middle" and int(label.get("x")) == (left + right) // 2 and
       right - left - 2 * dash >= len(label.text) * 7.5 and dash > 100,
       "a hole's dashes end beside its label", dashes[0])
    rows = [int(row) for row in re.findall(r"M\d+ (\d+)h", "".join(
        path.get("d") for path in svg.iter(SVG + "path") if path.get("fill") == "#e9ecef"))]
    below = min(row for row in rows if row > y) - BAR
    ok(int(label.get("y")) + 4 <= below, "which is above the next row", (label.get("y"), below))

    iomem = machine("00000000-3fffffff : System RAM\n")
    for size, wide in ((4 * K, 2), (8 * M, 384), (64 * M, 768)):
        _, svg = picture([line(0, 4 * M, "x"), line(4 * G, size, "out")], iomem=iomem)
        rect = next(rect for rect in svg.iter(SVG + "rect") if len(rect))
        ok(abs(float(rect.get("width")) - wide) < 1,
           f"{size // K} KiB outside of memory: {wide} pixels where a row of 768 has 16 MiB",
           rect.attrib)


def extents(count, names):
    """Of a process that has been running for long: a page here, a page there."""
    choose = random.Random(count)
    for i in range(count):
        shift = choose.choice((PAGE, PAGE, HUGE))
        address = choose.randrange(4 * G, T) >> shift << shift
        yield line(address, choose.randrange(1, 4) << shift, f"/a/mapping/{i * names // count}",
                   shift)


def memory(arguments, given):
    """A run's greatest size in KiB."""
    with open("given", "wb") as file:
        file.writelines(given)
    with open("given", "rb") as file:
        done = subprocess.run(arguments, stdin=file, env=ENVIRONMENT | {"V2P_PEAK": "peak"},
                              timeout=LIMIT, check=False)
    if done.returncode:
        return None
    with open("peak", encoding="ascii") as file:
        return int(file.read())


def test_bounds():
    iomem = machine(BIG_MACHINE)
    arguments = [PROGRAM, "picture.svg", "many", iomem, "none"]
    few = memory(arguments, extents(30_000, 30_000))
    many = memory(arguments, extents(1_000_000, 30_000))
    ok(few and many and many < few + 4096,
       f"1,000,000 extents of 30,000 mappings take the memory of 30,000: {many} KiB, {few}")
    size = os.stat("picture.svg").st_size
    ok(20 * K < size < 10 ** 6, f"and {size} bytes of picture")
    svg = xml.etree.ElementTree.parse("picture.svg").getroot()
    choose = [int(word.split()[1], 16) for word in extents(1_000_000, 30_000)]
    same(sum(legend(svg).values()), sum(choose), "that tell of each byte")
    ok(len(legend(svg)) == 9 and "all others" in legend(svg), "in nine lines")

    worst = []
    for cell in range(64 * 256):
        # Neighbours differ in colour, in height and in the size of their pages.
        shift = (PAGE, HUGE)[cell % 2]
        worst.append(line(cell * 64 * M, (1 + cell * 5 % 32) * 2 * M, f"{cell % 9}", shift))
    text, _ = picture(worst, iomem=machine("00000000-ffffffffff : System RAM\n"))
    ok(len(text) < 10 ** 6, f"the busiest picture has {len(text)} bytes")

    ranges = [(1 << 51) // 300 * i >> 12 << 12 for i in range(300)]
    text, svg = picture([line(start, 4 * K, "x") for start in ranges],
                        iomem=machine("".join(f"{start:x}-{start + 0xffff:x} : System RAM\n"
                                              for start in ranges)))
    ok(len(text) < 200 * K and int(svg.get("height")) < 2500 and legend(svg) == {"x": 1200 * K},
       "memory in 300 places of the address space", svg.attrib)


def test_memory():
    def trouble(iomem, said, name):
        if os.path.exists("picture.svg"):
            os.unlink("picture.svg")
        done = draw([line(0, 4 * K)], iomem=iomem)
        text = done.stderr.decode()
        ok(done.returncode == 3 and said in text and text.count("\n") == 1 and not done.stdout
           and text.startswith("v2p-query: ") and not os.path.exists("picture.svg"),
           f"{name}: {text.strip()}", done)

    trouble(machine(""), "lists no memory", "no memory at all")
    trouble(machine("00000000-0009ffff : Reserved\n"), "lists no memory", "only other things")
    trouble(machine("00000000-00000000 : System RAM\n00000000-00000000 : PCI Bus 0000:00\n"
                    "  00000000-00000000 : System RAM (kmem)\n"), "as root", "addresses hidden")
    trouble("absent", "absent: No such file", "no list of memory")
    trouble(machine("ffffffffff000000-ffffffffffffffff : System RAM\n"), "lists no memory",
            "memory where none can be")

    svgs = [picture([line(0x100000, 64 * K, "x")], iomem=machine(text))[0] for text in (
        "00100000-001fffff : System RAM\n",
        "00180000-001fffff : System RAM\n00100000-0017ffff : System RAM\n",
        "00100000-001bffff : System RAM\n00110000-0011ffff : System RAM\n"
        "00170000-001fffff : System RAM\nnonsense\n0-: System RAM\n00000000 : System RAM\n",
    )]
    ok(svgs[0] == svgs[1] == svgs[2], "memory listed in pieces, in any order, and twice")
    _, svg = picture([])
    ok("0x200000 to 0x140000000: 5.0 GiB without memory" in words(svg), "a hole is cut out",
       words(svg))
    ok("5120 MiB" in words(svg) and "0x140000000" in words(svg), "memory that was plugged in")
    ok("0 B mapped in 0 extents, 0 B (0%) on huge pages, longest run 0 B" in words(svg),
       "nothing at all", words(svg))


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_file():
    before = set(os.listdir("."))
    lines = [line(0x100000, 64 * K, "x")]

    def refused(path, said, name):
        done = draw(lines, path=path)
        text = done.stderr.decode()
        ok(done.returncode == 3 and path in text and said in text and text.count("\n") == 1,
           f"{name}: {text.strip()}", done)

    refused("absent/picture.svg", "No such file", "no folder")
    refused(".", "directory", "a folder")
    refused("iomem/picture.svg", "Not a directory", "a file as a folder")
    refused("x" * 256, "too long", "a name that is too long")
    refused("/dev/full", "No space", "a full device")
    os.umask(0o027)
    os.unlink("picture.svg")
    text, _ = picture(lines)
    same(mode("picture.svg"), 0o640, "rights of a new file")
    os.chmod("picture.svg", 0o604)
    with open("picture.svg", "ab") as file:
        file.write(b"more" * 10000)
    os.symlink("picture.svg", "link.svg")
    inode = os.stat("picture.svg").st_ino
    draw(lines, path="link.svg")
    with open("picture.svg", "rb") as file:
        same(file.read(), text, "a file that is there is written anew")
    ok(os.path.islink("link.svg") and mode("picture.svg") == 0o604 and
       os.stat("picture.svg").st_ino == inode, "it is the same file, by a link as well")
    os.unlink("link.svg")
    same(draw(lines, path="").stdout, text, "standard output")
    same(draw(lines, path="/dev/fd/1").stdout, text, "a pipe")
    draw(lines, path="picture.svg", iomem="absent")
    same(os.stat("picture.svg").st_size, len(text), "no list of memory: what was there stays")
    picture(lines)
    same(set(os.listdir(".")), before | {"picture.svg"}, "nothing is left behind")


def letters(**rows):
    """A picture in letters, at 80 columns: 64 cells of 8 KiB in a row of half a megabyte."""
    def row(label, cells):
        return f"{label:>10}  {cells}"
    return [row(label, rows.get(key, cells)) for key, label, cells in (
        ("zero", "0 MiB", "." * 64),
        ("half", "0.5 MiB", "." * 16 + " " * 48),
        ("one", "1 MiB", "." * 64),
        ("one_and_a_half", "1.5 MiB", "." * 64),
    )] + [" " * 12 + "-- 0x200000 to 0x140000000: 5.0 GiB without memory --",
          row("5120 MiB", "." * 64)]


def test_letters():
    lines = [line(0, 8 * K, "[heap]"), line(0x4000, 4 * K, "[heap]"),
             line(0x9e000, 16 * K, "[stack]"), line(0x100000, 512 * K, "[anon]", HUGE),
             line(0x1f0000, 64 * K, "/usr/lib/x86_64-linux-gnu/libsomething.so.1.2.3"),
             line(0xfd000000, 8 * K, "/dev/fb0"), line(0, 20 * K, "[heap]", PAGE, SWAPPED)]
    done = draw(lines, path="-")
    wanted = [
        "process 199 (demo)",
        "612 KiB mapped in 6 extents, 512 KiB (84%) on huge pages, longest run 512 KiB",
        "not in memory: 20 KiB swapped",
        "",
        "            +0              +128 KiB        +256 KiB        +384 KiB",
        *letters(zero="d.d" + "." * 61, half="." * 15 + "c" + " " * 48, one="A" * 64,
                 one_and_a_half="." * 56 + "b" * 8),
        f"{'outside':>10}  ce",
        "",
        "                                        mapped        on huge  extents   longest",
        "aA  [anon]                             512 KiB  84%   512 KiB        1   512 KiB",
        "bB  ...nux-gnu/libsomething.so.1.2.3    64 KiB  10%         -        1    64 KiB",
        "cC  [stack]                             16 KiB   3%         -        1    16 KiB",
        "dD  [heap]                              12 KiB   2%         -        2     8 KiB",
        "eE  /dev/fb0                             8 KiB   1%         -        1     8 KiB",
        "",
        "A letter is 8 KiB: a capital for huge pages, . is not mapped, blank no memory",
    ]
    same(done.stdout.decode().split("\n"), wanted + [""], "letters, where there is no terminal")
    ok(done.returncode == 0 and not done.stderr, "and nothing else")

    many = [line(0x100000 + i * 8 * K, (20 - i) * 4 * K, f"mapping {i:02}") for i in range(20)]
    text = draw(many, path="-").stdout.decode().splitlines()
    same([row.split()[0] for row in text if re.match(r"..  (mapping|all)", row)],
         ["aA", "bB", "cC", "dD", "eE", "fF", "gG", "hH", "xX"], "the largest have their own")
    ok(any(re.match(r"xX  all others +312 KiB  37%", row) for row in text),
       "the smallest are taken together", "\n".join(text))


def columns(text):
    return sum(1 + (unicodedata.east_asian_width(character) == "W") for character in text)


def on_terminal(width, lines, **environment):
    """What it draws on a terminal of a width, and what of that is no colour."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    iomem = machine("00000000-3fffffff : System RAM\n")
    with subprocess.Popen([PROGRAM, "-", "process 199 (demo)", iomem, "none"],
                          env=ENVIRONMENT | environment, stdin=subprocess.PIPE,
                          stdout=slave) as process:
        os.close(slave)
        process.stdin.write(b"".join(lines))
        process.stdin.close()
        text = b""
        while True:
            try:
                more = os.read(master, 65536)
            except OSError:
                # The other side has been closed.
                break
            text += more
        process.wait(LIMIT)
    os.close(master)
    text = text.decode().replace("\r\n", "\n")
    return text, re.sub(r"\033\[[0-9;]*m", "", text)


def test_terminal():
    lines = [line(0, 4 * K, "[heap]"), line(0x10000000, 0x10000000, "[anon]", HUGE),
             line(0x20000000, 0x10000000, "/usr/lib/x86_64-linux-gnu/libc.so.6")]
    for width in (20, 60, 80, 133, 250, 1000):
        coloured, plain = on_terminal(width, lines)
        rows = [row for row in plain.splitlines() if re.match(" +[0-9]+ MiB  ", row)]
        used = {len(row) for row in rows}
        ok(16 <= len(rows) <= 32 and len(used) == 1
           and min(width, 524) * 0.9 <= max(used) <= max(width, 28)
           and max(map(len, plain.splitlines())) <= max(width, 28),
           f"{width} columns: {max(used)} are used in {len(rows)} rows", plain)
        ok(any(set(row[12:]) == {"▓"} for row in rows)
           and any(set(row[12:]) == {"█"} for row in rows)
           and rows[0][12] == "▂" and set(rows[0][13:]) == {" "},
           f"{width} columns: shades for huge pages, heights for what is mapped", plain)
    wide = [line(0x30000000, 64 * M, "/漢字/" + "漢" * 30 + "字.so"),
            line(0x34000000, 32 * M, "漢字")]
    _, plain = on_terminal(70, lines + wide)
    rows = [columns(row) for row in plain.splitlines() if row.startswith("██")]
    ok(len(rows) == 5 and set(rows) == {70} and "漢字.so " in plain,
       "wide characters take two columns", plain)
    ok(len(set(re.findall(r"\033\[38;5;[0-9]+m", coloured))) == 3, "a colour for each mapping",
       coloured)
    for name, environment in (("NO_COLOR", {"NO_COLOR": "1"}), ("a dumb terminal", {"TERM": "dumb"}),
                              ("no UTF-8", {"LC_ALL": "C"})):
        text, _ = on_terminal(80, lines, **environment)
        ok(text.isascii() and "\033" not in text and "BBBB" in text, f"{name}: letters", text)
    ok("\033[" in on_terminal(80, lines, NO_COLOR="")[0], "an empty NO_COLOR says nothing")


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        test_legend()
        test_many_names()
        test_place()
        test_nodes()
        test_names()
        test_room()
        test_bounds()
        test_memory()
        test_file()
        test_letters()
        test_terminal()
        os.chdir("/")
    return results.end()


sys.exit(main())
