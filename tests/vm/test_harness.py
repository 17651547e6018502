#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the harness itself: how it counts, what it takes for a splat, how it
reads QEMU's monitor, which lines need a reason not to run, and what the programs
that it calls inherit."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import choose_tests
import recorder
import tap

HERE = os.path.dirname(os.path.realpath(__file__))


def load(name, path):
    loader = importlib.machinery.SourceFileLoader(name, os.path.join(HERE, path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


boot = load("boot", "boot")
coverage = load("coverage", "../coverage/coverage.py")

RUN = """TAP version 13
1..{programs}
# timeout set to 45
# selftests: v2p: memory_test
{inner}
{outer}
"""


def count(text):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        tally = tap.read(file.name)
    return tally.passed, len(tally.failures), len(tally.skips)


def run(*inner, outer="ok 1 selftests: v2p: memory_test", programs=1):
    return count(RUN.format(inner="\n".join("# " + line for line in inner), outer=outer,
                            programs=programs))


class Counting(unittest.TestCase):
    def test_leaves_count_and_their_sum_does_not(self):
        self.assertEqual(run("1..2", "# Starting 2 tests", "#  RUN  a ...", "#    OK  a",
                             "ok 1 a", "ok 2 b", "# Totals: pass:2"), (2, 0, 0))

    def test_failed_leaf_counts_once(self):
        self.assertEqual(run("1..2", "ok 1 a", "not ok 2 b",
                             outer="not ok 1 selftests: v2p: x # exit=1"), (1, 1, 0))

    def test_failed_leaf_of_a_program_that_claims_success(self):
        self.assertEqual(run("1..1", "not ok 1 a"), (0, 1, 0))

    def test_program_that_died_after_its_last_result(self):
        self.assertEqual(run("1..1", "ok 1 a",
                             outer="not ok 1 selftests: v2p: x # exit=139"), (1, 1, 0))

    def test_program_that_died_half_way(self):
        self.assertEqual(run("1..3", "ok 1 a",
                             outer="not ok 1 selftests: v2p: x # TIMEOUT 45 seconds"), (1, 1, 0))

    def test_results_that_are_missing(self):
        self.assertEqual(run("1..3", "ok 1 a"), (1, 1, 0))
        self.assertEqual(run("1..3"), (0, 1, 0))

    def test_programs_that_are_missing(self):
        self.assertEqual(run("1..1", "ok 1 a", programs=2), (1, 1, 0))

    def test_skips(self):
        self.assertEqual(run("1..2", "ok 1 a # SKIP not in this kernel", "ok 2 - b"), (1, 0, 1))
        self.assertEqual(run("1..0 # SKIP all of it",
                             outer="ok 1 selftests: v2p: x # SKIP"), (0, 0, 1))
        self.assertEqual(count("1..1\nnot ok 1 a # SKIP why\n"), (0, 1, 0))

    def test_program_without_results_of_its_own(self):
        self.assertEqual(run("hello"), (1, 0, 0))

    def test_flat(self):
        self.assertEqual(count("ok 1 - a\nnot ok 2 - b # c\nok 3\n1..3\n"), (2, 1, 0))

    def test_indented(self):
        self.assertEqual(count("1..1\n    ok 1 - a\n    ok 2 - b\n    1..2\nok 1 - both\n"),
                         (2, 0, 0))

    def test_program_that_runs_nothing(self):
        self.assertEqual(run("1..0", "# Totals: pass:0"), (0, 1, 0))
        self.assertEqual(run("ok 1 a", "1..0"), (1, 2, 0))

    def test_nothing_is_a_failure(self):
        self.assertEqual(count(""), (0, 1, 0))
        self.assertEqual(count("TAP version 13\n1..0\n"), (0, 1, 0))

    def test_bail_out(self):
        self.assertEqual(count("1..1\nok 1 a\nBail out! no disk\n"), (1, 1, 0))

    def test_missing_file(self):
        self.assertEqual(tap.read("/nonexistent").failures[0][0][:7], "[Errno ")

    def test_what_a_failure_said(self):
        tally = tap.Tally()
        for line in ("# of another", "ok 1 - a", "# Expected x", "# but y", "not ok 2 - b",
                     "not ok 3 - c"):
            tally.line(line)
        self.assertEqual(tally.failures, [("b", ["Expected x", "but y"]), ("c", [])])

    def test_compared(self):
        tally = tap.Tally()
        tally.line("# # compared: pagemap=12 kernel=3 monitor=4\n")
        tally.line("# compared: pagemap=1 kernel=0 monitor=0\n")
        self.assertEqual(dict(tally.compared), {"pagemap": 13, "kernel": 3, "monitor": 4})


class Choosing(unittest.TestCase):
    def test_programs_and_cases(self):
        self.assertEqual(choose_tests.choose([]), [choose_tests.RUNNER])
        self.assertEqual(
            choose_tests.choose(["memory_test:stack", "names_test.sh:no_maps", "map_test",
                                 "memory_test:v2p.heap", "map_test:v2p.x"]),
            ["KSELFTEST_MEMORY_TEST_ARGS=-t stack -r v2p.heap",
             "KSELFTEST_NAMES_TEST_SH_ARGS=no_maps", choose_tests.RUNNER,
             "-t", "v2p:memory_test", "-t", "v2p:names_test.sh", "-t", "v2p:map_test"])

    def test_what_is_not_there(self):
        for test in ("memory_test:", "memory_test:stac", "nothing_test", "pages", "command.sh",
                     "../v2p/map_test", "names_test.sh:maps", ""):
            with self.assertRaises(choose_tests.Unknown):
                choose_tests.choose([test])

    def test_all_programs_have_cases(self):
        for name in os.listdir(choose_tests.SOURCES):
            program = name.removesuffix(".c")
            if not re.fullmatch(r"\w+_test(\.sh)?", program):
                continue
            text = choose_tests.source_of(program)
            # A script may make its cases of what it reads.
            if name.endswith(".c") or "run_tests" in text:
                self.assertTrue(choose_tests.cases(program, text), name)

    def test_cases(self):
        self.assertEqual(choose_tests.cases("x_test", "TEST(a)\nTEST_F(b, c)\n"
                                            "TEST_F_TIMEOUT(d, e, 3)\nV2P_TEST(f)\n"
                                            "#define G_TEST(name) TEST_F(g, name)\n"),
                         ["a", "c", "e", "f"])
        self.assertEqual(choose_tests.cases("x_test.sh", "run_tests a b \\\n\tc\nd e\n"),
                         ["a", "b", "c"])


class Kernels(unittest.TestCase):
    def test_each_has_its_own_counts(self):
        for name, kernel in (("vm-6.12-five-levels", "6.12"),
                             ("vm-6.12-four-levels-pti", "6.12"),
                             ("vm-6.12-rt-four-levels-pti", "6.12-rt"),
                             ("vm-debug-five-levels", "debug"),
                             ("vm-debug-backports-five-levels", "debug-backports")):
            self.assertEqual(tap.KERNEL.match(name)[1], kernel)
        self.assertIsNone(tap.KERNEL.match("churn-6.12-2-processors"))


class Splats(unittest.TestCase):
    def test_bugs(self):
        for line in (
                "WARNING: CPU: 1 PID: 0 at arch/x86/kernel/smpboot.c:350 topology_sane",
                "BUG: kernel NULL pointer dereference, address: 0000000000000000",
                "BUG: KASAN: slab-out-of-bounds in v2p_walk", "Oops: 0000 [#1] PREEMPT SMP",
                "watchdog: BUG: soft lockup - CPU#0 stuck for 22s!", "Call Trace:",
                "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
                "INFO: task v2p-query:77 blocked for more than 120 seconds.",
                "general protection fault, probably for non-canonical address",
                "WARNING: possible circular locking dependency detected",
                "Kernel panic - not syncing: Fatal exception",
                "kmemleak: unreferenced object 0xffff88800a5f4c40 (size 64):",
                "kmemleak: cannot scan",
                "UBSAN: shift-out-of-bounds in walk.c:12:3", "list_del corruption. prev->next",
                "refcount_t: underflow; use-after-free."):
            self.assertEqual(boot.splats("[    1.5] " + line), ["[    1.5] " + line])

    def test_harmless(self):
        for line in (
                "mtrr: your CPUs had inconsistent fixed MTRR settings",
                "rcu: Hierarchical RCU implementation.", "v2p: loading out-of-tree module",
                "Memory failure: 0x1234: recovery action for dirty LRU page: Recovered",
                "Injecting memory failure for pfn 0x1234 at process virtual address 0x7f00",
                "MCE: Killing special_test:81 due to hardware memory corruption fault",
                "traps: x[81] general protection fault ip:55d sp:7ff error:0 in x",
                "kmemleak: Kernel memory leak detector initialized (mem pool available: 15682)",
                "rcu_tasks: Setting shift to 1", "lockdown is restricted"):
            self.assertEqual(boot.splats("[    1.5] " + line), [])


class StaleCode(unittest.TestCase):
    def test_only_before_anything_of_ours_runs(self):
        console = "[    2.5] Oops: int3: 0000 [#1] PREEMPT SMP PTI"
        self.assertTrue(boot.emulator_broke(console, False))
        self.assertFalse(boot.emulator_broke(console, True))
        self.assertFalse(boot.emulator_broke(console + "\n Modules linked in: v2p(O)", False))
        self.assertFalse(boot.emulator_broke("[    2.5] Oops: 0000 [#1]", False))


class Times(unittest.TestCase):
    def test_since_the_result_before(self):
        now = iter((0, 2, 2.5, 5, 9))
        with tempfile.NamedTemporaryFile("r") as file:
            times = boot.Times(file.name, lambda: next(now))
            times.hear(b"TAP version 13\n# ok 1 a\n# not")
            times.hear(b" ok 2 b\n")
            times.hear(b"# 1..2\nok 1 selftests: v2p: x\n")
            times.hear(b"# ok 1 c\nok 2 selftests: v2p: y\n")
            times.file.close()
            self.assertEqual([line.split(maxsplit=1) for line in file.read().splitlines()],
                             [["2.0", "# ok 1 a"], ["0.5", "# not ok 2 b"],
                              ["5.0", "ok 1 selftests: v2p: x"], ["4.0", "# ok 1 c"],
                              ["4.0", "ok 2 selftests: v2p: y"]])


class Sharing(unittest.TestCase):
    def share(self, *programs):
        with tempfile.TemporaryDirectory() as folder, \
             mock.patch.object(boot.Share, "PROGRAMS", programs), \
             contextlib.redirect_stderr(io.StringIO()) as said:
            share = boot.Share("/some/tree", folder)
            started = share.daemon is not None
            share.end()
        return started, said.getvalue()

    def test_without_it_says_so(self):
        for program, why in (("/nonexistent", "there is no virtiofsd"),
                             ("/bin/false", "virtiofsd does not start")):
            started, said = self.share(program)
            self.assertFalse(started)
            self.assertIn(why, said)
            self.assertRegex(said, r"sees a copy of\s+/some/tree")

    def test_memory_is_shared_only_then(self):
        self.assertNotIn("share=on", " ".join(boot.two_nodes(1024, 2)))
        self.assertEqual(" ".join(boot.two_nodes(1024, 2, True)).count("share=on"), 2)


class FakeQemu(boot.Monitor):
    recorder = None

    def __init__(self, text):
        self.text = text

    def human(self, line, **arguments):
        self.asked = line, arguments
        return self.text


class Relay(unittest.TestCase):
    def test_xp(self):
        qemu = FakeQemu("0000000000001ffc: 0x12 0x34 0x00 0xff 0x01 0x02 0x03 0x04\r\n"
                        "0000000000002004: 0x05\r\n")
        self.assertEqual(qemu.answer("xp 0x1ffc 9"), "123400ff0102030405")
        self.assertEqual(qemu.asked, ("xp /9xb 0x1ffc", {}))

    def test_xp_that_fails(self):
        self.assertEqual(FakeQemu("fff: Cannot access memory\r\n").answer("xp 0xfff 1"),
                         "error fff: Cannot access memory")
        for text in ("", "0000000000001000: 0x12", "0000000000002000: 0x12 0x34"):
            self.assertRegex(FakeQemu(text).answer("xp 0x1000 2"), "^error")

    def test_gva2gpa(self):
        qemu = FakeQemu("gpa: 0x7e08000\r\n")
        self.assertEqual(qemu.answer("gva2gpa 0xffffffff82000000 1"), "0x7e08000")
        self.assertEqual(qemu.asked, ("gva2gpa 0xffffffff82000000", {"cpu-index": 1}))
        self.assertEqual(FakeQemu("gpa: 0\r\n").answer("gva2gpa 0x1000"), "0x0")
        self.assertEqual(FakeQemu("Unmapped\r\n").answer("gva2gpa 0x1000"), "none")

    def test_nonsense(self):
        for question in ("", "xp", "xp 0x1000", "xp 0x1000 0", "xp 0x1000 4097", "xp x 1",
                         "quit", "gva2gpa 0x1 2 3", "xp 0x1000 1 1", "record x"):
            self.assertRegex(FakeQemu("").answer(question), "^error")


class Recording(unittest.TestCase):
    """What QEMU is told; what it logs is among the benchmark's tests."""

    def qemu(self, complaint="", **version):
        self.told = []

        class Qemu:
            def human(_, line):
                self.told.append(line)
                return complaint
        Qemu.version = version
        return Qemu()

    def test_start(self):
        for version, wanted in ((dict(major=7, minor=2), "singlestep on"),
                                (dict(major=10, minor=0), "one-insn-per-tb on")):
            recorder.Recorder(self.qemu(**version), "/x").start("some-name")
            self.assertEqual(self.told, ["logfile /x/some-name.log", wanted,
                                         "log exec,cpu,nochain"])

    def test_stop(self):
        with tempfile.TemporaryDirectory() as folder:
            recording = recorder.Recorder(self.qemu(major=7, minor=2), folder)
            recording.start("name")
            with open(os.path.join(folder, "name.log"), "w") as log:
                log.write("Trace 0: 0x7f [0/0000000000001000/0b/ff] main\n")
            self.assertEqual(recording.stop(), 1)
            self.assertEqual(os.listdir(folder), ["name.trace"])
            self.assertIn("log none", self.told)

    def test_what_cannot_be(self):
        with self.assertRaises(ValueError):
            recorder.Recorder(self.qemu(major=7, minor=2), "/x").start("../name")
        with self.assertRaises(ValueError):
            recorder.Recorder(self.qemu("unknown command", major=7, minor=2), "/x").start("name")


SOURCE = """TRACE_EVENT(v2p_result,
	TP_PROTO(int err),

static int __init first(void)
{
	goto out;
	goto out;
out:
	return 0;
}

static const int table[] = { 1 };

static inline int
second(int (*call)(void))
{
	goto out;
}
""".splitlines()


class Coverage(unittest.TestCase):
    def judge(self, lines, *rows):
        """What is good of the lines with these counts; which reasons are of no use."""
        left = coverage.collections.defaultdict(list)
        for *key, reason in rows:
            left[tuple(key)].append(reason)
        results = [good for good, _ in
                   coverage.judge({"module/a.c": lines}, left, lambda name: SOURCE)]
        return results[1:], [reason for reasons in left.values() for reason in reasons]

    def test_counts(self):
        def document(*files):
            return {"files": [{"file": file, "lines": [
                {"line_number": number, "count": count} for number, count in lines]}
                for file, lines in files]}

        header = "/build/v2p.x/module/compat/asm/a.h"
        self.assertEqual(coverage.counts([
            document(("/build/v2p.x/module/a.c", [(1, 2), (3, 0)]), (header, [(5, 0), (6, 0)]),
                     ("include/linux/list.h", [(1, 1)])),
            document((header, [(5, 4)]), ("/build/v2p.x/module/a.c", [(3, 1)]))]),
            {"module/a.c": {1: 2, 3: 1}, "module/compat/asm/a.h": {5: 4, 6: 0}})

    def test_functions(self):
        self.assertEqual([coverage.function_of(SOURCE, number) for number in (1, 4, 9, 17)],
                         ["TRACE_EVENT", "first", "first", "second"])
        self.assertEqual(coverage.function_of(["/* f() */", "int x;"], 2), "")

    def test_share(self):
        def share(*counts):
            return next(coverage.judge({"module/a.c": dict(enumerate(counts, 1))}, {},
                                       lambda name: SOURCE))[0]

        self.assertTrue(share(*[1] * 19, 0))
        self.assertFalse(share(*[1] * 18, 0))
        self.assertFalse(share())

    def test_reason_is_for_one_line(self):
        row = ("module/a.c", "first", "goto out;", "why")
        self.assertEqual(self.judge({6: 0}), ([False], []))
        self.assertEqual(self.judge({6: 0}, row), ([True], []))
        self.assertEqual(self.judge({6: 0, 7: 0}, row), ([True, False], []))
        self.assertEqual(self.judge({6: 0, 7: 0}, row, row), ([True, True], []))
        self.assertEqual(self.judge({6: 0, 17: 0}, row), ([True, False], []))

    def test_reason_of_no_use(self):
        self.assertEqual(self.judge({6: 1, 7: 1}, ("module/a.c", "first", "goto out;", "runs"),
                                    ("module/a.c", "third", "goto out;", "is not there")),
                         ([], ["runs", "is not there"]))

    def test_left(self):
        self.assertTrue(all(map(all, coverage.read_left())))


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


class Built(unittest.TestCase):
    """What is built again, and what is not."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.makedirs(os.path.join(self.folder, "tests/vm"))
        for name in ("lib.sh", "build.sh"):
            shutil.copy(os.path.join(HERE, name), os.path.join(self.folder, "tests/vm"))
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
        os.makedirs(self.vm)
        for name in ("lib.sh", "build.sh"):
            shutil.copy(os.path.join(HERE, name), self.vm)
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
