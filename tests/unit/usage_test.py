#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The command line of v2p-query: what is refused, commands by name, completion, the manual."""
import os
import re

from command import PID, completed, main, ok, refused, run

MAPPED, NONE = 0x1234, 1 << 40 | 0x5678


def test_addresses():
    bad = (
        ("exactly one of --pid, --kernel and --device is required",),
        ("an address is required, - to read them from standard input, or --range, --all, --summary, "
         "--contiguous or --plot;", "--kernel"),
        ("exactly one of --pid, --kernel and --device is required", "1"),
        ("--kernel cannot be used with --pid", "--pid", "1", "--kernel", "1"),
        ("--user-root cannot be used with --kernel", "--kernel", "--user-root", "1"),
        ("--user-root requires --pid", "--user-root", "1"),
        ("--user-root cannot be used with info", "info", "--user-root"),
        ("option '--pid' is given more than once", "--pid", "1", "--pid", "1", "1"),
        ("option '--pid' requires an argument", "1", "--pid"),
        ("not a number", "--pid", "abc", "1"),
        ("not a number", "--pid", "12x", "1"),
        ("not a number", "--pid", "", "1"),
        ("negative", "--pid", "-1", "1"),
        ("from 1 to", "--pid", "0", "1"),
        ("from 1 to", "--pid", "2147483648", "1"),
        ("64 bits", "--pid", "99999999999999999999", "1"),
        ("unknown option '-x'", "--kernel", "-x", "1"),
        ("unknown or ambiguous option '--bogus'", "--kernel", "--bogus", "1"),
        ("unknown or ambiguous option '--p'", "--kernel", "--p", "1"),
        ("option '--kernel' doesn't allow an argument", "--kernel=1", "1"),
        ("option '--quiet' doesn't allow an argument", "--kernel", "--quiet=1", "1"),
        ("--json cannot be used with --quiet", "--kernel", "-q", "-j", "1"),
        ("--pretty cannot be used with --quiet", "--kernel", "-qp", "1"),
        ("--quiet cannot be used with --walk", "--kernel", "--walk", "-q", "1"),
        ("--quiet cannot be used with walk", "walk", "--kernel", "-q", "1"),
        ("unexpected argument '1'", "--info", "1"),
        ("--kernel cannot be used with --info", "--info", "--kernel"),
        ("--kernel cannot be used with info", "info", "--kernel"),
        ("--quiet cannot be used with --info", "--info", "-q"),
        ("an address is required, or - to read them from standard input;", "walk", "--kernel"),
        ("an address is required, or -", "translate", "--kernel"),
        ("- cannot be used with other addresses", "--kernel", "-", "1"),
        ("- cannot be used with other addresses", "--kernel", "1", "-"),
        ("- cannot be used with other addresses", "--kernel", "-", "-"),
        ("'sumary' is not a command; there are translate, walk, watch, extents, summary, contiguous, plot, owners, "
         "page, info;", "sumary"),
        ("sumary: no such kernel symbol; nor is it a command: there are translate, walk, ",
         "sumary", "--kernel"),
        ("; nor is it a command: there are translate", "help", "--pid", PID),
        ("negative", "--kernel", "-1"),
        ("negative", "--kernel", "1", "-1"),
        ("negative", "--kernel", "--", "-1"),
        ("negative", "--kernel", "--", "-0x1"),
        ("64 bits", "--kernel", "0x10000000000000000"),
        ("64 bits", "--kernel", "18446744073709551616"),
        ("not a number", "--kernel", "0x12g"),
        ("not a number", "--kernel", "12 "),
        ("not a number", "--kernel", "1", "2", "3x"),
        ("starts with 0x): write 0x12ab;", "--kernel", "12ab"),
        ("write 0xffffffff81000000;", "--kernel", "ffffffff81000000"),
        ("write 0x7f12ab000000;", "--pid", PID, "7f12ab000000"),
        ("write 0x602000000000, or 0x8c29ff0400 if it is decimal", "--pid", PID, "602000000000"),
        ("write 0x00400000,", "--pid", PID, "00400000"),
        ("write 0x56555000,", "--pid", PID, "56555000"),
        ("write 0x1234567890123456,", "--kernel", "1", "1234567890123456"),
        ("ambiguous: write 12, without the zero", "--pid", "0012", "1"),
        ("empty address", "--kernel", ""),
        ("no such mapping", "--pid", PID, "[nothing]"),
        ("no such mapping", "--pid", PID, "libnothing.so+8"),
        ("offset", "--pid", PID, "[stack]+8x"),
        ("?", "--pid", PID, "a\nb\033[1m"),
    )
    for words, *arguments in bad:
        refused(2, words, *arguments)


def test_commands():
    """A word first, or an option: the same."""
    for word, option, *more in (
            ("translate", None, hex(MAPPED), hex(NONE)), ("walk", "--walk", hex(MAPPED)),
            ("walk", "--walk", "--json-lines", hex(MAPPED)),
            ("extents", "--all"), ("summary", "--summary"), ("summary", "--summary", "-j"),
            ("extents", "--all", "-q", "--flags", "write"),
            ("extents", "--all", "--json-lines", "--merge")):
        by_word = run(word, "--kernel", *more, fake="few")
        by_option = run("--kernel", *[option] * bool(option), *more, fake="few")
        ok(by_word.stdout and (by_word.returncode, by_word.stdout, by_word.stderr) ==
           (by_option.returncode, by_option.stdout, by_option.stderr),
           f"{word} is {option or 'what is meant without a word'}: {' '.join(more)}",
           (by_word, by_option))
    ok(run("info").stdout == run("--info").stdout != "", "info is --info")
    for word, option in (("extents", ()), ("summary", ("--summary",))):
        done = run(word, "--pid", PID, "0x100000000+4K", fake="few")
        same = run("--pid", PID, *option, "--range", "0x100000000+4K", fake="few")
        ok(done.returncode == 0 and done.stdout == same.stdout != "",
           f"{word} takes a range as its argument", (done, same))
    done = run("walk", "walk", "--kernel", extra={"V2P_KALLSYMS": "fixtures/kallsyms"})
    ok(done.returncode == 2 and "walk: no such kernel symbol;" in done.stderr,
       "behind a command, its name is any other", done)
    for arguments in (("--kernel", "walk"), ("--", "walk", "--kernel"),
                      ("translate", "--kernel", "walk"), ("translate", "walk", "--kernel")):
        done = run(*arguments, extra={"V2P_KALLSYMS": "fixtures/kallsyms"})
        ok(done.returncode == 2 and ("walk: no such kernel symbol" in done.stderr or
                                     "exactly one" in done.stderr),
           f"what is called like a command: {' '.join(arguments)}", done)


def test_completion():
    commands = ["translate", "walk", "watch", "extents", "summary", "contiguous", "plot", "owners", "page",
                "info"]
    ok(completed("")[:10] == commands and "--kernel" in completed(""), "commands and options",
       completed(""))
    ok(completed("s") == ["summary"], "a command that is begun", completed("s"))
    ok(completed("--kernel", "--pag") == ["--page-size"], "an option that is begun")
    ok(completed("walk", "--") == ["--pid", "--kernel", "--user-root", "--device",
                                           "--pasid", "--walk", "--symbols", "--json", "--pretty", "--json-lines",
                                           "--help"],
       "those that go with the command", completed("walk", "--"))
    ok(completed("page", "--") == ["--quiet", "--json", "--pretty", "--json-lines", "--help"] and
       completed("p") == ["plot", "page"], "those of page", completed("page", "--"))
    ok(completed("--kernel", "--status", "s") == ["swapped"], "a status",
       completed("--kernel", "--status", ""))
    ok(completed("extents", "--flags", "sp") == ["special"], "a flag")
    ok(completed("--kernel", "") == [] and completed("extents", "--merge", "") == [],
       "nothing, not an empty word", completed("--kernel", ""))
    ok(completed("plot", "--pid", str(os.getpid()), "") == [], "files, not names of mappings",
       completed("plot", "--pid", str(os.getpid()), ""))
    ok(completed("--page-size", "") == ["4K", "2M", "1G"], "a size")
    ok(PID in completed("--pid", ""), "a process")
    ok(r"\[stack\]" in completed("--pid", PID, ""), "the name of a mapping",
       completed("--pid", PID, ""))
    ok("--complete" not in completed("--kernel", "--"), "but not itself")


def synopsis(text):
    """The lines of a synopsis, each in one piece."""
    found = text.split("\n\n")[0].removeprefix("Usage: ")
    return [" ".join(line.split()) for line in re.split(r"\n *(?=v2p-query)", found)]


def test_manual():
    with open("../../user/man/v2p-query.1.rst", encoding="utf-8") as file:
        manual = file.read()
    part = manual.split("SYNOPSIS\n========\n\n")[1].split("\n\n")[0]
    part = re.sub(r"\n\|  +", " ", part)
    lines = [re.sub(r"\\ |[*\\]", "", line.removeprefix("| ")) for line in part.split("\n")]
    said = synopsis(run("--help").stdout)
    ok(lines == said, "the manual has the synopsis of --help", "\n".join(lines + said))
    options = re.findall(r"^ .*--([a-z-]+)", run("--help").stdout.split("\n\n")[3], re.M)
    lacking = [option for option in options if not re.search(rf"^(-\w, )?--{option}\b", manual, re.M)]
    ok(len(options) > 15 and not lacking, "and each of its options", lacking)


def test_ranges():
    bad = (
        ("option '--range' requires an argument", "--kernel", "--range"),
        ("an empty range", "--kernel", "--range", ""),
        ("START-END", "--kernel", "--range", "0x1000"),
        ("START-END", "--kernel", "--range", "17"),
        ("is empty", "--kernel", "--range", "0x1000-0x1000"),
        ("is empty", "--kernel", "--range", "0x1000+0"),
        ("is empty", "--kernel", "--range", "0x1000+0K"),
        ("ends before it starts", "--kernel", "--range", "0x2000-0x1000"),
        ("wraps around", "--kernel", "--range", "0xfffffffffffff000+0x1001"),
        ("wraps around", "--kernel", "--range", "2+0xffffffffffffffff"),
        ("64 bits", "--kernel", "--range", "0x1000-0x10000000000000000"),
        ("64 bits", "--kernel", "--range", "0x1000+16777216T"),
        ("larger than any", "--kernel", "--range", "0-0xffffffffffffffff"),
        ("negative", "--kernel", "--range", "-5"),
        ("option '--range' requires an argument", "--kernel", "--range", "--all"),
        ("+5: its start is missing", "--kernel", "--range", "+5"),
        ("empty", "--pid", PID, "--range", "[stack]+0"),
        ("its offset is not a number", "--pid", PID, "--range", "[stack]+8x+4K"),
        ("its offset is not a number", "--pid", PID, "--range", "[stack]+8K-0xffffffffffffffff"),
        ("ends before it starts", "--pid", PID, "--range", "[stack]-0x1000"),
        ("no such mapping", "--pid", PID, "--range", "[nothing]+8+4K"),
        ("no such mapping", "--pid", PID, "--range", "no-such-name"),
        ("an empty file name", "--kernel", "--plot", ""),
        ("option '--plot' requires an argument (or is the file ./--json?)", "--kernel", "--plot",
         "--json"),
        ("option '--plot' is given more than once", "--kernel", "--plot", "-", "--plot", "x.svg"),
        ("--contiguous or --plot", "--kernel"),
        ("its end is not a number", "--kernel", "--range", "0x1000-"),
        ("its end is not a number", "--kernel", "--range", "0x1000-0x2000-0x3000"),
        ("its end is not a number", "--kernel", "--range", "0x1000-4K"),
        ("its start is not a number", "--kernel", "--range", "1f000-0x20000"),
        ("its start is ambiguous (hexadecimal starts with 0x): write 0x555555554000, or 0x8159b102d0 "
         "if it is decimal", "--pid", PID, "--range", "555555554000-555555556000"),
        ("write 0x7f12ab000000;", "--pid", PID, "--range", "7f12ab000000-7f12ab028000"),
        ("write 0xf7d00000;", "--pid", PID, "--range", "f7d00000-f7d28000"),
        ("write 0xf7d00000;", "--pid", PID, "--range", "f7d00000+4K"),
        ("write 0xffffffff81000000;", "--kernel", "--range", "ffffffff81000000-ffffffff82000000"),
        ("write 0xffffffff82000000;", "--kernel", "--range",
         "0xffffffff81000000-ffffffff82000000"),
        ("its end is ambiguous", "--pid", PID, "--range", "0x400000-00402000"),
        ("its end is not a number (hexadecimal starts with 0x): write 0x7f12ab028000;", "--pid", PID,
         "--range", "0x7f12ab000000-7f12ab028000"),
        ("its length is ambiguous", "--pid", PID, "--range", "0x400000+0000000000002000"),
        ("its length is ambiguous", "--pid", PID, "--range", "[stack]+000000002000"),
        ("its length is not a number", "--kernel", "--range", "0x1000+4Q"),
        ("its length is not a number", "--kernel", "--range", "0x1000+K"),
        ("its length is not a number", "--kernel", "--range", "0x1000+4KK"),
        ("its length is negative", "--kernel", "--range", "0x1000+-4"),
        ("no such mapping", "--pid", PID, "--range", "[nothing]"),
        ("no such mapping", "--pid", PID, "--range", "[nothing]+4K"),
        ("its length is not a number", "--pid", PID, "--range", "[stack]+x"),
        ("--all cannot be used with --range", "--kernel", "--range", "1+1", "--all"),
        ("--every requires --range", "--pid", PID, "--all", "--every"),
        ("--every cannot be used with --kernel", "--kernel", "--range", "_text", "--every"),
        ("--every requires --range, --all, --summary or --plot", "--pid", PID, "--every", "0x1000"),
        ("no such mapping", "--pid", PID, "--range", "[stack]+4K", "--every"),
        ("option '--range' is given more than once", "--kernel", "--range", "1+1", "--range", "2+2"),
        ("--pid, --comm, --all-processes, --kernel or --device is required", "--all"),
        ("unexpected argument '0x5'", "--kernel", "--all", "0x5"),
        ("unexpected argument '0x5'", "extents", "--kernel", "0x1000+4K", "0x5"),
        ("unexpected argument '0x5'", "plot", "--kernel", "a.svg", "0x5"),
        ("--walk cannot be used with --all", "--kernel", "--all", "--walk"),
        ("--walk cannot be used with --summary", "--kernel", "--summary", "--walk"),
        ("--all cannot be used with walk", "walk", "--kernel", "--all"),
        ("--all cannot be used with --info", "--info", "--all"),
        ("--merge cannot be used with --info", "--info", "--merge"),
        ("--merge requires --range or --all", "--kernel", "--merge", "1"),
        *((f"{filter[0]} requires --range, --all, --summary or --plot", "--kernel", *filter, "1")
          for filter in (("--status", "none"), ("--flags", "write"), ("--memory-type", "wb"))),
        ("--page-size requires --range, --all, --summary, --contiguous or --plot", "--kernel",
         "--page-size", "4K", "1"),
        ("--json-lines cannot be used with --json", "--kernel", "--all", "--json-lines", "-j"),
        ("--json-lines cannot be used with --quiet", "--kernel", "--all", "--json-lines", "-q"),
        ("--pretty cannot be used with --quiet", "--kernel", "--all", "-q", "-p"),
        ("--merge cannot be used with --summary", "--kernel", "--all", "--merge", "--summary"),
        ("--merge cannot be used with --plot", "--kernel", "--all", "--merge", "--plot", "-"),
        ("--summary cannot be used with --plot", "--kernel", "--all", "--summary", "--plot", "-"),
        ("--json cannot be used with --plot", "--kernel", "--plot", "-", "-j"),
        ("--json-lines cannot be used with --plot", "--kernel", "--plot", "-", "--json-lines"),
        ("--quiet cannot be used with --summary", "--kernel", "--summary", "-q"),
        ("--json-lines cannot be used with --summary", "--kernel", "--summary", "--json-lines"),
        ("no such status; there are none, mapped, swapped", "--kernel", "--all", "--status", "gone"),
        ("no such status", "--kernel", "--all", "--status", "mapped,"),
        ("no such status", "--kernel", "--all", "--status", "invalid"),
        ("not a power of two", "--kernel", "--all", "--page-size", "3K"),
        ("not a power of two", "--kernel", "--all", "--page-size", "0"),
        ("not a number", "--kernel", "--all", "--page-size", "4K,huge"),
        ("no such flag; there are present, write, user", "--kernel", "--all", "--flags", "w"),
        (", contiguous, encrypted, changing, write-only; try", "--kernel", "--all", "--flags", "read"),
        ("no such flag", "--kernel", "--all", "--flags", "!!write"),
        ("write-only; it is a memory type: --memory-type", "--kernel", "--all", "--flags", "wb"),
        ("no such memory type; there are unspecified, wb, wc", "--kernel", "--all",
         "--memory-type", "write"),
        ("write: both wanted and not", "--kernel", "--all", "--flags", "write,!write"),
    )
    for words, *arguments in bad:
        refused(2, words, *arguments)


main(test_addresses, test_ranges, test_commands, test_completion, test_manual)
