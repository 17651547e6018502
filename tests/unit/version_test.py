#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""One version for all: who tells it, and a module that is older than the command."""
import json
import os
import re
import subprocess
import sys
import tempfile

from command import BUILD, ENVIRONMENT, PID, main, ok, run

TOP = os.path.realpath("../..")
VERSION = subprocess.run([f"{TOP}/user/version"], text=True, capture_output=True,
                         check=True).stdout.strip()
NUMBERS = [int(number) for number in VERSION.split(".")]
PROGRAM = r"""
#include <stdio.h>
#include <v2p.h>
int main(void)
{
	printf("%d.%d.%d %s %s\n", V2P_VERSION_MAJOR, V2P_VERSION_MINOR, V2P_VERSION_PATCH,
	       V2P_VERSION, v2p_version());
	return 0;
}
"""
OLDER = ".".join(map(str, (NUMBERS[0] - 1, 99, 100)))
LATER = f"{NUMBERS[0]}.{NUMBERS[1] + 9}.0", f"{NUMBERS[0]}.{NUMBERS[1] + 10}.0"


def read(name):
    with open(f"{TOP}/{name}", encoding="utf-8") as file:
        return file.read()


def test_library():
    ok(len(NUMBERS) == 3 and NUMBERS[0] >= 1, "it is three numbers", VERSION)
    with tempfile.TemporaryDirectory() as folder:
        with open(f"{folder}/version.c", "w", encoding="utf-8") as file:
            file.write(PROGRAM)
        subprocess.run(["cc", f"-I{TOP}/include", f"-I{TOP}/include/uapi", "-o",
                        f"{folder}/version", f"{folder}/version.c", f"-L{BUILD}/lib", "-lv2p"],
                       check=True)
        done = subprocess.run([f"{folder}/version"], text=True, env=ENVIRONMENT,
                              capture_output=True, check=False)
    ok(done.stdout.split() == [VERSION] * 3, "header and library", done)


def test_command():
    with tempfile.TemporaryDirectory() as folder:
        done = run("--version", extra={"V2P_ROOT": folder})
        ok(done.returncode == 0 and not done.stderr and done.stdout ==
           f"v2p-query {VERSION}\nlibv2p {VERSION}\nv2p.ko is not loaded\n", "--version", done)
        os.makedirs(f"{folder}/sys/module/v2p")
        with open(f"{folder}/sys/module/v2p/version", "w", encoding="ascii") as file:
            file.write(f"{OLDER}\n")
        done = run("--version", extra={"V2P_ROOT": folder})
        ok(done.returncode == 0 and not done.stderr and done.stdout.splitlines()[2:] ==
           [f"v2p.ko {OLDER}"], "of a module that is loaded", done)


def warned(version, *arguments, **options):
    """What is said of a module of that version, which keeps nothing from being answered."""
    done = run(*arguments, fake=f"version {version}", **options)
    ok(done.returncode in (0, 1) and done.stdout, f"{version}: {' '.join(map(str, arguments))}", done)
    return done.stderr


def test_older():
    for arguments in (("info",), ("--kernel", "1", "2"), ("--kernel", "-j", "1"),
                      ("--kernel", "-q", "1"), ("walk", "--kernel", "1"), ("owners", "0x1000"),
                      ("summary", "--pid", PID, "--pid", os.getppid()), ("page", "0x1000")):
        said = warned(OLDER, *arguments)
        ok(said.count("\n") == 1 and said.startswith(f"v2p-query: the loaded module, {OLDER}, is "
                                                     f"older than this command, {VERSION}: "),
           "it is said in a line", said)
    said = warned(OLDER, "--kernel", "-", given="1\n2\n" * 3000)
    ok(said.count("\n") == 1, "once of a stream", said)
    for version in (VERSION, *LATER):
        ok(not warned(version, "--kernel", "1"), "nothing is said of it")
    document = json.loads(run("info", "-j", fake=f"version {OLDER}").stdout)
    ok(document["module_version"] == OLDER, "info tells it", document)


def test_python():
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(f"{BUILD}/lib/libv2p.so", f"{folder}/libv2p.so.{NUMBERS[0]}")
        done = subprocess.run(
            [sys.executable, "-c", "import v2p; print(v2p.version())"], text=True,
            env={"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": folder,
                 "PYTHONPATH": f"{TOP}/bindings/python", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, check=False)
    ok(done.stdout.strip() == VERSION, "Python loads that library, and tells it", done)


def test_documents():
    releases = re.findall(r"^## \[(\d.*?)\]", read("CHANGELOG.md"), re.M)
    ok(releases[:1] == [VERSION], "the newest in CHANGELOG.md", releases)
    releases = re.findall(r"^v2p \((.*?)-\S+\) ", read("packaging/debian/changelog"), re.M)
    ok(releases[:1] == [VERSION], "and in that of the packages", releases)


main(test_library, test_command, test_older, test_python, test_documents)
