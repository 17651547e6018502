#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the harness's scripts: what is built again, and what the programs that they
call inherit."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.realpath(__file__))

# Takes the place of a program: tells which descriptors ls inherits from it, of which
# the last is ls's own, and does what the program does.
STAND_IN = """#!/bin/bash
name=${0##*/}
echo "$name:" $(PATH=$REAL_PATH; ls /proc/self/fd) >>"$SEEN"
case $name in
id) echo 0 ;;
apt-get) [ "$2" != download ] || : >package.deb ;;
apt-cache)
	case $1 in
	pkgnames) printf "linux-%s-cloud-amd64\\n" {headers,image}-6.1{,2}.1 ;;
	show) echo "Package: x"; echo "Version: 1" ;;
	esac ;;
apt-config) echo ;;
dpkg-deb) mkdir -p "$3/lib/modules/6.12.1-cloud-amd64" "$3/boot" ;;
mmdebstrap)
	echo "I: what went well" >&2
	[ -z "$BROKEN" ] || { echo "E: what went wrong" >&2; exit 25; }
	tar -C "$FILES" -c usr ;;
unshare | boot | qemu-*) ;;
*) exec "$(PATH=$REAL_PATH type -P "$name")" "$@" ;;
esac
"""

# All of its shell functions that call a program with a lock held, or build and boot.
ALL_OF_IT = """#!/bin/bash
set -euo pipefail
. "${0%/*}/tests/vm/build.sh"
prepare 6.12
own_cache lock true
copy_sources "$root"
logged make.log "$root" - make
boot name "" -- true
echo "$abi, and with the lock's right: $V2P_OUT_IS_OURS"
"""

# Builds by a stand-in for a compiler, which tells what it finds.
BUILT = """#!/bin/bash
set -euo pipefail
. "${0%/*}/tests/vm/build.sh"
root=$HOME
mkdir -p "$root/build"
compile() {
	copy_sources "$root" a b/c.h
	find "$copy" -type f -printf '%P ' >"$out/product"
	sort "$copy/a" >>"$out/product"
	echo compiled
	[ "$(cat "$copy/a")" != broken ]
}
built thing "a b/c.h" product "${VALUE-}" compile
cat "$out/product"
"""


def copy_scripts(folder):
    """What builds, to where it finds sources of our own."""
    for name in ("tests/vm/lib.sh", "tests/vm/build.sh", "packaging/sources"):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.join(HERE, "../..", name), path)


class Built(unittest.TestCase):
    """What is built again, and what is not."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        copy_scripts(self.folder)
        self.write("do", BUILT)
        os.chmod(os.path.join(self.folder, "do"), 0o755)
        self.write("a", "1\n")
        self.write("b/c.h", "")
        self.write("b/d.h", "")
        self.write(".gitignore", "/build\n/tests/out\n")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        # As an editor, or a checkout of what is older, may leave it.
        os.utime(path, (1000000, 1000000))

    def build(self, value=""):
        return subprocess.run([os.path.join(self.folder, "do")], capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": self.folder,
                                   "VALUE": value}, timeout=60, check=False)

    def compiled(self, text, value=""):
        done = self.build(value)
        self.assertEqual(done.stdout.splitlines()[-1].split()[-1], text, done.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.startswith("compiled\n")

    def test_only_what_has_changed(self):
        self.assertTrue(self.compiled("1"))
        self.assertFalse(self.compiled("1"))
        self.write("b/d.h", "no part of it")
        self.assertFalse(self.compiled("1"))
        self.write("a", "2\n")
        self.assertTrue(self.compiled("2"))
        self.assertTrue(self.compiled("2", "for another kernel"))
        self.write("a", "1\n")
        self.assertTrue(self.compiled("1"))

    def test_mode_and_name_tell(self):
        self.compiled("1")
        os.chmod(os.path.join(self.folder, "a"), 0o755)
        self.assertTrue(self.compiled("1"))
        os.rename(os.path.join(self.folder, "b/c.h"), os.path.join(self.folder, "b/e.h"))
        self.assertTrue(self.compiled("1"))

    def test_scripts_tell(self):
        self.compiled("1")
        with open(os.path.join(self.folder, "tests/vm/build.sh"), "a") as file:
            file.write("# changed\n")
        self.assertTrue(self.compiled("1"))

    def test_the_copy_has_its_parts_alone(self):
        self.assertEqual(set(self.build().stdout.splitlines()[1].split()), {"a", "b/c.h", "1"})

    def test_product_comes_back(self):
        self.compiled("1")
        product = os.path.join(self.folder, "tests/out/product")
        with open(product, "w") as file:
            file.write("touched")
        self.assertFalse(self.compiled("1"))
        os.unlink(product)
        self.assertFalse(self.compiled("1"))

    def test_failure_is_not_kept(self):
        self.write("a", "broken")
        for _ in range(2):
            done = self.build()
            self.assertEqual((done.returncode, done.stdout), (1, "compiled\n"))


PROGRAMS = ("apt-cache apt-config apt-get awk bash cat chmod comm cp cpio cut date dirname "
            "dpkg-deb env find flock git grep head id ln ls make mkdir mktemp mmdebstrap mv nproc rm sed "
            "setpriv sha256sum sort tail tar timeout touch true uniq unshare xargs").split()


class Descriptors(unittest.TestCase):
    """What a program inherits of the harness, whatever that was started with."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.vm = os.path.join(self.folder, "tests/vm")
        copy_scripts(self.folder)
        for name in ("files/usr/bin/python3", "files/usr/lib/python3/x", "seen"):
            self.write(name, "")
        for name in PROGRAMS:
            self.write("bin/" + name, STAND_IN)
        self.write("tests/vm/boot", STAND_IN)
        self.write("all-of-it", ALL_OF_IT)

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o755)

    def environment(self):
        return {
            "PATH": os.path.join(self.folder, "bin"), "REAL_PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "XDG_CACHE_HOME": os.path.join(self.folder, "cache"), "HOME": self.folder,
            "SEEN": os.path.join(self.folder, "seen"),
            "FILES": os.path.join(self.folder, "files"), "BROKEN": ""}

    def run_all(self, **more):
        ends = os.pipe()
        try:
            for number in (7, 9, 200):
                os.dup2(ends[0], number)
            return subprocess.run(
                [os.path.join(self.folder, "all-of-it")], env=self.environment() | more, text=True,
                timeout=120,
                pass_fds=(*ends, 7, 9, 200), capture_output=True, check=False)
        finally:
            for number in (*ends, 7, 9, 200):
                os.close(number)

    def test_none_but_the_first_three(self):
        done = self.run_all()
        self.assertEqual((done.returncode, done.stdout),
                         (0, "6.12.1-cloud-amd64, and with the lock's right: 1\n"), done.stderr)
        seen = {}
        with open(os.path.join(self.folder, "seen")) as file:
            for line in file:
                name, numbers = line.strip().split(": ")
                seen.setdefault(name, set()).add(numbers)
        for name in ("mmdebstrap", "apt-get", "dpkg-deb", "unshare", "boot", "flock"):
            self.assertIn(name, seen)
        more = {name: numbers for name, numbers in seen.items() if numbers != {"0 1 2 3"}}
        # It is told which one to lock.
        self.assertEqual(more, {"flock": {"0 1 2 3 9"}})

    def test_qemu_gets_its_ends_of_the_channels(self):
        self.write("bin/qemu-system-x86_64", STAND_IN.replace("$name:", "$*:"))
        self.write("console", "")
        with open(os.path.join(self.folder, "seen")) as other:
            os.set_inheritable(other.fileno(), True)
            done = subprocess.run(
                [sys.executable, os.path.join(HERE, "boot"), "--kernel", "x", "--root",
                 os.path.join(self.folder, "files"), "--console",
                 os.path.join(self.folder, "console"), "true"],
                env=self.environment(), pass_fds=[other.fileno()], capture_output=True,
                text=True, timeout=60, check=False)
            seen = other.read().splitlines()
        qemu = [line for line in seen if line.startswith("-nodefaults")]
        self.assertEqual(len(qemu), 1, done.stderr)
        words, _, numbers = qemu[0].rpartition(": ")
        named = set(re.findall(r"fd=(\d+)", words))
        self.assertEqual(len(named), 4)
        found = set(numbers.split())
        self.assertEqual(len(found - named), 4)  # of which one is that of ls itself
        self.assertLessEqual({"0", "1", "2"} | named, found)
        self.assertIn("sort: 0 1 2 3", seen)

    def test_two_at_a_time(self):
        with subprocess.Popen(["flock", os.path.join(self.folder, "tests"), "cat"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            other.stdin.write(b"x")
            other.stdin.flush()
            other.stdout.read(1)
            done = self.run_all()
            other.stdin.close()
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("another run holds", done.stderr)

    def test_what_mmdebstrap_says_when_it_fails(self):
        done = self.run_all(BROKEN="1")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("E: what went wrong", done.stderr)
        self.assertIn("mmdebstrap failed", done.stderr)


if __name__ == "__main__":
    unittest.main()
