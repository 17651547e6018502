# SPDX-License-Identifier: LGPL-2.1-only
"""Physical addresses in gdb: where the memory of the process that is debugged is.

    (gdb) source bindings/gdb/v2p.py
    (gdb) v2p &counter
    (gdb) v2p walk $rsp
    (gdb) v2p extents buffer, 64 << 20
    (gdb) print/x $v2p(&counter)

The program v2p-query answers, in its own words.
"""
import json
import os
import shlex
import subprocess

import gdb

BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
# What stands for the address that it is at, as arrays and functions do in C.
OBJECTS = (gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
IN_MEMORY = (*OBJECTS, gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_METHOD)
REFERENCES = (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF)


class Program(gdb.Parameter):
    """Where gdb does not run as root, this may be: set v2p-command sudo v2p-query"""
    set_doc = "Set what is run to ask for physical addresses."
    show_doc = "Show what is run to ask for physical addresses."

    def __init__(self):
        super().__init__("v2p-command", gdb.COMMAND_SUPPORT, gdb.PARAM_STRING_NOESCAPE)
        self.value = "v2p-query"

    def get_set_string(self):
        return ""

    def get_show_string(self, value):
        return f"What is run to ask for physical addresses is \"{value}\"."

    def ask(self, *arguments):
        """What it prints, and whether all that was asked has a physical page."""
        try:
            done = subprocess.run([*shlex.split(self.value or ""), *arguments], check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  encoding="utf-8", errors="backslashreplace")
        except (OSError, ValueError) as error:
            raise gdb.GdbError(f"cannot run \"{self.value}\" ({error}): install v2p-query, or "
                               "say where it is by: set v2p-command") from error
        # 1 is an answer, too: not all has a page. sudo ends by it as well, but says nothing then.
        if done.returncode not in (0, 1) or not done.stdout:
            said = done.stderr.strip() or f"\"{self.value}\" ended by {done.returncode}"
            if "CAP_" in said and os.geteuid():
                said += "; run gdb as root, or: set v2p-command sudo v2p-query"
            raise gdb.GdbError(said)
        gdb.write(done.stderr, gdb.STDERR)
        return done.stdout, not done.returncode


PROGRAM = Program()


def pid():
    """The process that is debugged, if it is one of this machine."""
    inferior = gdb.selected_inferior()
    kind = inferior.connection.type if inferior.connection else None
    if kind == "core":
        raise gdb.GdbError("a core file is not in memory any more: v2p needs the live process")
    if kind not in (None, "native"):
        raise gdb.GdbError(f"it is debugged by a target of the kind \"{kind}\": v2p knows "
                           "native processes only; run v2p-query on the machine that it is on")
    if not inferior.pid:
        raise gdb.GdbError("no process is being debugged: v2p needs one that was started, or "
                           "attached to")
    return str(inferior.pid)


def in_words(evaluate):
    """What that gives; gdb's own errors are told without a trace of Python."""
    try:
        return evaluate()
    except gdb.error as error:
        raise gdb.GdbError(str(error)) from error


def referred(value):
    """What a C++ reference refers to; of anything else, that itself."""
    refers = value.type.strip_typedefs().code in REFERENCES
    return value.referenced_value() if refers else value


def address_of(value):
    """The address that a value is or, as in C, stands for."""
    value = referred(value)
    if value.type.strip_typedefs().code in IN_MEMORY:
        if value.address is None:
            raise gdb.GdbError("it is in no memory, but in a register or computed by gdb")
        value = value.address
    return int(value) & (1 << 64) - 1


def size_of(value):
    """How many bytes there are at a value's address, by its type."""
    kind = referred(value).type.strip_typedefs()
    points = kind.code == gdb.TYPE_CODE_PTR
    if points:
        kind = kind.target().strip_typedefs()
    # Of a char *, as of a void *, the type tells nothing of how much it points to.
    if not kind.sizeof or kind.code not in OBJECTS and (not points or kind.sizeof == 1):
        raise gdb.GdbError("its type does not tell how long it is: v2p extents EXPR, LENGTH")
    return kind.sizeof


def parts(text):
    """A text before its last comma that is in no brackets or quotes, and behind it."""
    depth, quote, comma, escaped = 0, "", None, False
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and not escaped else quote
            escaped = letter == "\\" and not escaped
        elif letter in "\"'":
            quote = letter
        elif letter == "," and not depth:
            comma = place
        else:
            depth += BRACKETS.get(letter, 0)
    return (text, None) if comma is None else (text[:comma], text[comma + 1:])


def show_address(process, text):
    asked = in_words(lambda: hex(address_of(gdb.parse_and_eval(text))))
    return PROGRAM.ask("--pid", process, asked)[0]


def show_walk(process, text):
    asked = in_words(lambda: hex(address_of(gdb.parse_and_eval(text))))
    return PROGRAM.ask("walk", "--pid", process, asked)[0]


def show_extents(process, text):
    def asked():
        start, length = parts(text)
        value = gdb.parse_and_eval(start)
        size = size_of(value) if length is None else int(gdb.parse_and_eval(length))
        return f"{address_of(value):#x}+{size}"
    table, whole = PROGRAM.ask("extents", "--pid", process, in_words(asked))
    return table if whole else table + "some of it has no physical page\n"


SHOW = {"walk": show_walk, "extents": show_extents}


class Show(gdb.Command):
    """Show where memory of the process that is debugged is in physical memory.

v2p-query EXPR                     where the address EXPR is
v2p-query walk EXPR                every page-table entry on the way there
v2p-query extents EXPR[, LENGTH]   the physical runs of LENGTH bytes from EXPR on, or of what
                                   EXPR is or points to

EXPR is an address, as of the command x: &counter, $rsp, 0x7fffffffe000. Arrays, functions and
structures stand for the address that they are at. A variable that is called walk or extents has
to be in brackets. Unless another command is called v2p, that does the same.

The answer is that of the program v2p-query: see also show v2p-command, and $v2p(EXPR)."""

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)
        self.name = name

    def invoke(self, argument, _from_tty):
        word, *rest = argument.split(None, 1) or [""]
        show = SHOW.get(word, show_address)
        text = argument if show is show_address else "".join(rest)
        if not text:
            raise gdb.GdbError(f"{' '.join([self.name, word]).strip()} requires an expression; "
                               f"try: help {self.name}")
        gdb.write(show(pid(), text))


class Physical(gdb.Function):
    """$v2p(EXPR): the physical address of the address EXPR, as a number.

It is an error where there is none."""

    def __init__(self):
        super().__init__("v2p")

    def invoke(self, value):
        process = pid()
        asked = in_words(lambda: hex(address_of(value)))
        answer = json.loads(PROGRAM.ask("--pid", process, "--json-lines", asked)[0])
        if answer["status"] != "mapped":
            raise gdb.GdbError(f"{asked} has no physical page: it is {answer['status']}")
        return int(answer["physical"], 16)


def is_command(name):
    return name in gdb.execute(f"complete {name}", to_string=True).splitlines()


# Others have a v2p for other targets.
for command in ["v2p-query"] + ["v2p"] * (not is_command("v2p")):
    Show(command)
Physical()
