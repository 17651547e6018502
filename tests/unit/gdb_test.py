#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The commands for gdb, in a gdb that is none, against the fake kernel: what they take for an
address, what they refuse, and that what they say is what v2p-query says."""
import os
import runpy
import sys
import types
from unittest import mock

from command import COMMAND, PID, environment, main, ok, run

SCRIPT = "../../bindings/gdb/v2p.py"
CODES = ("ARRAY", "FUNC", "METHOD", "STRUCT", "UNION", "REF", "RVALUE_REF", "PTR", "INT", "ERROR")
# These the fake kernel answers by "mapped", from there on for 16 KiB, and by "none".
MAPPED, NONE = 0x100c00000, 1 << 40


class Refused(Exception):
    """What gdb.GdbError is: the words alone are shown."""


class GdbTrouble(Exception):
    """What gdb.error is."""


class Type:
    def __init__(self, code, size, target=None):
        self.code, self.sizeof, self._target = CODES.index(code), size, target

    def strip_typedefs(self):
        return self

    def target(self):
        return self._target


class Value:
    def __init__(self, kind, number=None, address=None, referenced=None):
        self.type, self.number, self.referenced = kind, number, referenced
        self.address = None if address is None else Value(Type("PTR", 8, kind), address)

    def __int__(self):
        if self.number is None:
            raise GdbTrouble("Cannot convert value to long.")
        return self.number

    def referenced_value(self):
        return self.referenced


INT, CHAR, VOID = Type("INT", 4), Type("INT", 1), Type("INT", 1)
STRUCT = Type("STRUCT", 3 << 12)
TABLE = Value(STRUCT, address=MAPPED)
VALUES = {
    "1 << 5": Value(INT, MAPPED), "0": Value(INT, NONE), "-1": Value(INT, -1),
    "&table": Value(Type("PTR", 8, STRUCT), MAPPED), "table": TABLE,
    "array": Value(Type("ARRAY", 1), address=MAPPED), "f": Value(Type("FUNC", 1), address=MAPPED),
    "reference": Value(Type("REF", 8), referenced=TABLE), "returned": Value(STRUCT),
    "text": Value(Type("PTR", 8, CHAR), MAPPED), "pointer": Value(Type("PTR", 8, VOID), MAPPED),
    "opaque": Value(Type("PTR", 8, Type("STRUCT", 0)), MAPPED), "fraction": Value(INT),
    "g(1, 2)": Value(INT, MAPPED), "a[f(1, ',')]": Value(INT, MAPPED), " 4096": Value(INT, 4096),
    " 1 << 20": Value(INT, 1 << 20),
    "','": Value(INT, MAPPED), "(walk)": Value(INT, MAPPED), "walker": Value(INT, MAPPED),
}


class Parameter:
    def __init__(self, *_):
        PARAMETERS.append(self)


class Named:
    def __init__(self, name, *_):
        self.defined[name] = self


class Command(Named):
    defined = {}


class Function(Named):
    defined = {}


PARAMETERS = []
written = []
inferior = types.SimpleNamespace(pid=0, connection=None)


def evaluate(text):
    if text not in VALUES:
        raise GdbTrouble(f"No symbol \"{text}\" in current context.")
    return VALUES[text]


def gdb_of(commands=""):
    """A gdb that has these commands."""
    PARAMETERS.clear()
    Command.defined.clear()
    return types.SimpleNamespace(
        Parameter=Parameter, Command=Command, Function=Function, GdbError=Refused,
        error=GdbTrouble, COMMAND_SUPPORT=0, COMMAND_DATA=0, COMPLETE_EXPRESSION=0,
        PARAM_STRING_NOESCAPE=0, STDERR="stderr",
        execute=lambda line, to_string: commands if line == "complete v2p" else "",
        parse_and_eval=evaluate, selected_inferior=lambda: inferior,
        write=lambda text, stream="stdout": written.append((stream, text)) if text else None,
        **{f"TYPE_CODE_{code}": number for number, code in enumerate(CODES)})


def load(commands=""):
    with mock.patch.dict(sys.modules, gdb=gdb_of(commands)):
        runpy.run_path(SCRIPT)
    PARAMETERS[0].value = COMMAND


def said(text, name="v2p-query", fake=""):
    """What the command prints, or why it refuses."""
    written.clear()
    try:
        with mock.patch.dict(os.environ, environment(fake)):
            Command.defined[name].invoke(text, True)
    except Refused as refused:
        return str(refused) if not written else f"{refused} behind {written}"
    return "".join(text for stream, text in written if stream == "stdout")


def number(text, fake=""):
    """$v2p(text), or why there is none."""
    try:
        with mock.patch.dict(os.environ, environment(fake)):
            return Function.defined["v2p"].invoke(evaluate(text))
    except Refused as refused:
        return str(refused)


def debug(pid, kind):
    inferior.pid = pid
    inferior.connection = kind and types.SimpleNamespace(type=kind)


def test_names():
    load("v2ptables\nv2px")
    ok(sorted(Command.defined) == ["v2p", "v2p-query"], "both commands", Command.defined)
    load("v2p\nv2ptables")
    ok(sorted(Command.defined) == ["v2p-query"], "somebody else's v2p stays", Command.defined)


def test_targets():
    load()
    for pid, kind, words in ((0, None, "no process is being debugged"),
                             (0, "native", "no process is being debugged"),
                             (1, "core", "a core file"),
                             (1, "remote", "\"remote\": v2p knows native processes only"),
                             (0, "extended-remote", "\"extended-remote\": v2p knows native")):
        debug(pid, kind)
        for text in "0", "walk 0", "extents 0, 4096":
            ok(words in said(text), f"{kind}, process {pid}: {text}", said(text))
        ok(words in str(number("0")), f"{kind}, process {pid}: $v2p()", number("0"))
    debug(int(PID), "native")


def test_addresses():
    there = run("--pid", PID, hex(MAPPED)).stdout
    ok(hex(MAPPED) in there, "the command answers", there)
    for text in ("1 << 5", "&table", "table", "array", "f", "reference", "text", "g(1, 2)",
                 "(walk)", "walker"):
        ok(said(text) == there, f"address: {text}", said(text))
    ok(said("0", "v2p") == run("--pid", PID, hex(NONE)).stdout, "no page is an answer", said("0"))
    ok(said("-1") == run("--pid", PID, "0xffffffffffffffff").stdout, "a signed one", said("-1"))
    for text, words in (("returned", "it is in no memory"), ("gone", "No symbol \"gone\" in"),
                        ("fraction", "Cannot convert value"),
                        ("", "v2p-query requires an expression"),
                        ("walk", "v2p-query walk requires an expression"),
                        ("extents", "v2p-query extents requires an expression")):
        ok(said(text).startswith(words), f"refused: {text}", said(text))


def test_walk():
    ok(said("walk  &table") == run("walk", "--pid", PID, hex(MAPPED)).stdout, "a walk",
       said("walk &table"))


def test_extents():
    def asked(length):
        return run("extents", "--pid", PID, f"{MAPPED:#x}+{length}").stdout
    ok(hex(MAPPED) in asked(4096), "the command answers", asked(4096))
    for text, length in (("&table", 3 << 12), ("table", 3 << 12), ("reference", 3 << 12),
                         ("array", 1), ("pointer, 4096", 4096), ("1 << 5, 4096", 4096),
                         ("g(1, 2), 4096", 4096), ("a[f(1, ',')], 4096", 4096),
                         ("',', 4096", 4096)):
        ok(said(f"extents {text}") == asked(length), f"extents of {text}", said(f"extents {text}"))
    more = said("extents pointer, 1 << 20")
    ok(more == asked(1 << 20) + "some of it has no physical page\n", "more than there is", more)
    for text in "1 << 5", "text", "pointer", "opaque", "f", "g(1, 2)":
        ok(said(f"extents {text}").startswith("its type does not tell how long"),
           f"how much of {text}?", said(f"extents {text}"))


def test_number():
    ok(number("&table") == int(run("--pid", PID, "-q", hex(MAPPED)).stdout, 16), "$v2p()",
       number("&table"))
    ok(number("0") == f"{NONE:#x} has no physical page: it is none", "$v2p() of what is not there",
       number("0"))
    ok(str(number("returned")).startswith("it is in no memory"), "$v2p() of no address",
       number("returned"))


def test_trouble():
    line = run("--pid", PID, hex(MAPPED), fake="denied").stderr.strip()
    with mock.patch("os.geteuid", lambda: 1000):
        ok(said("table", fake="denied") == f"{line}; run gdb as root, or: set v2p-command sudo "
           "v2p-query" and "CAP_" in line, "no right", said("table", fake="denied"))
    for name, fake in ("root without the right", "denied"), ("no module", "absent"):
        line = run("--pid", PID, hex(MAPPED), fake=fake).stderr.strip()
        with mock.patch("os.geteuid", lambda: 0):
            ok(line and said("table", fake=fake) == line, name, said("table", fake=fake))
    for program in "/nonexistent/v2p-query", "", "'v2p-query":
        PARAMETERS[0].value = program
        ok(said("table").startswith(f"cannot run \"{program}\"") and
           said("table").endswith("by: set v2p-command"), f"no program: '{program}'", said("table"))
    PARAMETERS[0].value = "sh -c 'kill -9 $$'"
    ok(said("table") == "\"sh -c 'kill -9 $$'\" ended by -9", "a program that is killed",
       said("table"))
    PARAMETERS[0].value = "sh -c 'echo no password >&2; exit 1'"
    ok(said("table") == "no password" == number("table"), "sudo that refuses", said("table"))
    PARAMETERS[0].value = f"env A=b {COMMAND}"
    ok(number("table") == int(run("--pid", PID, "-q", hex(MAPPED)).stdout, 16),
       "a program with something in front", number("table"))


main(test_names, test_targets, test_addresses, test_walk, test_extents, test_number, test_trouble)
