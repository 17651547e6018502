#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The completions of v2p-query for bash, zsh and fish: each offers all that there is."""
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time

from command import BUILD, ENVIRONMENT, LIMIT, PID, completed, main, ok, run, skip

FOLDER = os.path.realpath("../../user/completion")
# The command is found as the user's is.
SHELL = ENVIRONMENT | {"PATH": f"{BUILD}/v2p-query:{ENVIRONMENT['PATH']}", "TERM": "dumb"}

# The completion as zsh calls it, and what it calls told instead: a word a line.
ZSH = r"""
fpath=($1 $fpath); shift
autoload -Uz _v2p-query
_call_program() { shift; eval "$@" }
_describe() { print -rl -- $prefix${^${${(P)2}%%:*}} }
_files() { print -r -- "(files)" }
_pids() { print -r -- "(pids)" }
compadd() { print -rl -- ${(P)2} }
compset() { prefix=${(M)words[CURRENT]##$~2} }
words=("$@") CURRENT=$# prefix=
_v2p-query
"""
FISH = r"""
source $argv[1]/v2p-query.fish
complete -C "$argv[2]"
"""


def program(*arguments):
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(arguments, env=SHELL | {"HOME": home}, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=LIMIT, check=False)
    return done.stdout.splitlines() if not done.stderr else [done.stderr]


def of_bash(*words):
    return [word.replace("\\", "") for word in completed(*words)]


def of_zsh(*words):
    said = program("zsh", "-f", "-c", ZSH, "zsh", FOLDER, "v2p-query", *words)
    return [word for word in said if word and word.startswith(words[-1])]


def of_fish(*words):
    said = program("fish", "--no-config", "-c", FISH, FOLDER, " ".join(("v2p-query",) + words))
    return [line.split("\t")[0] for line in said]


SHELLS = (("bash", of_bash, "v2p-query", "-n"), ("zsh", of_zsh, "_v2p-query", "-n"),
          ("fish", of_fish, "v2p-query.fish", "--no-execute"))


def each_shell():
    for name, offers, file, check in SHELLS:
        if shutil.which(name):
            yield name, offers, file, check
        else:
            skip(f"the completion for {name}", f"there is no {name}")


def usage():
    """The commands and options that --help tells of."""
    parts = run("--help").stdout.split("\n\n")
    return set(re.findall(r"^  ([a-z]+)", parts[2], re.M)), \
        set(re.findall(r"^  (?:-\w,|   ) (--[a-z-]+)", parts[3], re.M))


def test_whole():
    commands, options = usage()
    ok(len(commands) > 9 and len(options) > 25, "the usage tells of commands and options")
    for name, offers, file, check in each_shell():
        done = subprocess.run([name, check, f"{FOLDER}/{file}"], capture_output=True, text=True, check=False)
        ok(done.returncode == 0 and not done.stderr, f"{name}: the syntax", done)
        got = set(offers("--"))
        ok(got == options, f"{name}: every option", got ^ options)
        got = set(offers(""))
        ok(commands <= got, f"{name}: every command", commands - got)
        for command in sorted(commands):
            said = run(command, "--complete", command, fake=None).stdout.splitlines()
            wanted = {line.split("\t")[0] for line in said}
            got = set(offers(command, "--"))
            ok(got == wanted and "--help" in got, f"{name}: every option of {command}", got ^ wanted)


def test_words():
    for name, offers, _, _ in each_shell():
        for words, wanted in (
                (("--status", "s"), ["swapped"]), (("--kernel", "--flags", "write,!sp"), ["write,!special"]),
                (("extents", "-o", "virtual-"), ["virtual-range"]),
                (("watch", "--watch-flags", "chan"), []), (("--kernel", ""), []),
                (("--pid", PID, "[sta"), ["[stack]"])):
            got = offers(*words)
            ok(got == wanted, f"{name}: {' '.join(words)}: {' '.join(wanted) or 'nothing'}", got)


def test_devices():
    """Their names hold a colon, which bash takes for the end of a word."""
    folders = [(bus, f"/sys/bus/{bus}/devices") for bus in ("pci", "platform")]
    there = sorted(f"{bus}/{name}" for bus, folder in folders if os.path.isdir(folder)
                   for name in os.listdir(folder))
    if not there:
        skip("the names of devices", "there is no /sys here, or no device in it")
        return
    for name, offers, _, _ in each_shell():
        got = offers("--device", "p")
        ok(sorted(got) == there, f"{name}: every device", set(got) ^ set(there))
        if not any(one.startswith("pci/") for one in there):
            skip(f"{name}: behind a colon", "this machine has no PCI device")
            continue
        got = offers("--device", "pci/0000:")
        wanted = [one for one in there if one.startswith("pci/0000:")]
        if name == "bash":
            wanted = [one.replace("pci/0000:", "") for one in wanted]
        ok(sorted(got) == wanted, f"{name}: behind a colon", got)


def typed(setup, line, wanted):
    """What a shell on a terminal makes of a line, the last of which is a tab."""
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe("zsh", ["zsh", "-f", "-i"], SHELL)
    shown, deadline = b"", time.monotonic() + LIMIT
    for text, until in ((f"{setup}; echo rea''dy\n", b"ready"), (line, wanted.encode())):
        os.write(terminal, text.encode())
        shown = b""
        while until not in shown and time.monotonic() < deadline:
            if select.select([terminal], [], [], 1)[0]:
                shown += os.read(terminal, 65536)
    os.close(terminal)
    os.waitpid(pid, 0)
    return shown


def test_typed():
    """zsh's completion in an interactive shell, with nothing that stands in for its functions."""
    if not shutil.which("zsh"):
        skip("zsh on a terminal", "there is no zsh")
        return
    setup = f"PROMPT=; fpath=({FOLDER} $fpath); autoload -Uz compinit; compinit -u -D"
    for line, wanted in (("v2p-query --kernel --cou\t", "--count "), ("v2p-query su\t", "summary "),
                         ("v2p-query --status none,mig\t", "none,migrating ")):
        shown = typed(setup, line, wanted)
        ok(wanted.encode() in shown, f"zsh on a terminal: {wanted}", shown)


main(test_whole, test_words, test_devices, test_typed)
