# SPDX-License-Identifier: GPL-2.0
"""Running v2p-query against the fake kernel, and telling the results."""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../lib"))
from results import Results  # noqa: E402

BUILD = sys.argv[1]
COMMAND = f"{BUILD}/v2p-query/v2p-query"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C.UTF-8",
    "LD_LIBRARY_PATH": f"{BUILD}/lib",
    "ASAN_OPTIONS": "verify_asan_link_order=0",
}
PID = str(os.getpid())
LIMIT = 120
# Tests run side by side.
PEAK = f"{BUILD}/peak.{PID}"

results = Results()
ok = results.ok
skip = results.skip


def environment(fake):
    if fake is None:
        return ENVIRONMENT
    return ENVIRONMENT | {"LD_PRELOAD": f"{BUILD}/fake-kernel.so", "V2P_FAKE": fake}


def peak():
    """The most memory that the last program with V2P_PEAK had, in KiB."""
    with open(PEAK, encoding="ascii") as file:
        size = int(file.read())
    os.unlink(PEAK)
    return size


def run(*arguments, before=(), fake="", given=None, extra=None, **options):
    return subprocess.run([*before, COMMAND, *map(str, arguments)], text=True, timeout=LIMIT,
                          input=given, env=environment(fake) | (extra or {}),
                          stdin=subprocess.DEVNULL if given is None else None,
                          stdout=options.pop("stdout", subprocess.PIPE),
                          stderr=subprocess.PIPE, check=False, **options)


def refused(status, words, *arguments, name=None, **options):
    """The status, nothing on standard output, one line that names the cause."""
    done = run(*arguments, **options)
    line = done.stderr
    good = (done.returncode == status and not done.stdout and words in line
            and line.startswith("v2p-query: ") and line.count("\n") == 1
            and line.endswith("try v2p-query --help\n") == (status == 2))
    asked = " ".join(map(str, arguments)) or "no arguments"
    ok(good, f"{name or asked.encode('unicode_escape').decode()}: {status}, "
             f"{line.splitlines()[0][11:] if line else 'nothing said'}", done)


def completed(*words):
    """What bash offers for the last word."""
    script = ("source ../../user/completion/v2p-query; compopt() { :; }; COMP_WORDS=(\"$@\"); "
              "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$*; COMP_POINT=${#COMP_LINE}; _v2p_query \"$1\"; "
              "[ ${#COMPREPLY[@]} = 0 ] || printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script, "bash", COMMAND, *words], text=True,
                          env=ENVIRONMENT, capture_output=True, timeout=LIMIT, check=False)
    return done.stdout.split("\n")[:-1]


class Sleeper:
    """A process whose mappings stay: it has begun its work, and waits for more."""

    def __init__(self, program="cat"):
        self.program = program

    def __enter__(self):
        self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        bufsize=0)
        self.process.stdin.write(b"?")
        self.process.stdout.read(1)
        self.maps = []
        for line in self.read().splitlines():
            fields = line.split(maxsplit=5)
            start, end = (int(part, 16) for part in fields[0].split("-"))
            if start >> 47 == 0:
                self.maps.append((start, end, fields[5] if len(fields) > 5 else "[anon]"))
        return self

    def read(self):
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as file:
            return file.read()

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()


# Nobody else is called so.
COMM = f"v2p{PID}\u202e"


def two():
    """Two processes that are called COMM: what ends them, and their ids in order."""
    stack = contextlib.ExitStack()
    program = f"{stack.enter_context(tempfile.TemporaryDirectory())}/{COMM}"
    os.symlink(shutil.which("cat"), program)
    pids = [stack.enter_context(Sleeper(program)).process.pid for _ in range(2)]
    return stack, *sorted(pids)


def main(*tests):
    for test in tests:
        test()
    sys.exit(results.end())
