#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the harness itself: how it counts, what it takes for a splat, how it
reads QEMU's monitor, and which lines need a reason not to run. scripts_test.py has those
of its shell scripts."""
import contextlib
import importlib.machinery
import importlib.util
import io
import os
import re
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
                             ("vm-6.12-three-levels", "6.12"),
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
        self.assertNotIn("share=on", " ".join(boot.nodes(1024, 2)))
        self.assertEqual(" ".join(boot.nodes(1024, 2, True)).count("share=on"), 2)
        self.assertEqual(" ".join(boot.nodes(1024, 2, True, "riscv64")).count("share=on"), 1)


class Devices(unittest.TestCase):
    def options(self, iommu):
        return " ".join(boot.devices(iommu))

    def test_all_have_the_same_devices(self):
        for iommu in boot.IOMMUS:
            for device in ("nvme", "e1000e", "edu"):
                self.assertRegex(self.options(iommu), rf"-device {device}\b")
            self.assertTrue(self.options(iommu).startswith("-machine q35"))

    def test_iommus_come_before_them(self):
        for iommu in boot.IOMMUS:
            if iommu == "none":
                self.assertNotIn("iommu", self.options(iommu))
            else:
                self.assertRegex(self.options(iommu), r"-device \S*-iommu.*-device nvme")

    def test_the_kernel_is_told_to_use_intels(self):
        for iommu, (_, append) in boot.IOMMUS.items():
            self.assertEqual("intel_iommu=on" in append, iommu.startswith("intel"))


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

    def test_plug(self):
        class Qemu(FakeQemu):
            def execute(self, command, **arguments):
                self.asked = command, arguments
                return 64 << 20
        qemu = Qemu("")
        where = {"path": "/machine/peripheral/plug"}
        self.assertEqual(qemu.answer("plug 64"), "asked")
        self.assertEqual(qemu.asked, ("qom-set", {**where, "property": "requested-size",
                                                  "value": 64 << 20}))
        self.assertEqual(qemu.answer("plugged"), "64")
        self.assertEqual(qemu.asked, ("qom-get", {**where, "property": "size"}))

    def test_nonsense(self):
        for question in ("plug", "plug -1", "plug 0x1", "plug 1 1", "plugged 1",
                         "", "xp", "xp 0x1000", "xp 0x1000 0", "xp 0x1000 4097", "xp x 1",
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

    def test_interrupts(self):
        """As x86 and arm64 tell that they are off."""
        off = recorder.MASKED
        log = io.BytesIO(b"Trace 0: 0x7f [0/0000000000001000/0b/ff] main\n"
                         b"RIP=0000000000001000 RFL=00000202 [-------] CPL=0\n"
                         b"Trace 0: 0x7f [0/0000000000001004/0b/ff] main\n"
                         b"RIP=0000000000001004 RFL=00000002 [-------] CPL=0\n"
                         b"Trace 0: 0x7f [0/0000000000001008/0b/ff] main\n"
                         b" PC=0000000000001008 X00=0000000000000000\nPSTATE=60000045 -ZC- EL1h\n"
                         b"Trace 0: 0x7f [0/000000000000100c/0b/ff] main\n"
                         b" PC=000000000000100c X00=0000000000000000\nPSTATE=600000c5 -ZC- EL1h\n")
        self.assertEqual(list(recorder.condense(log)),
                         [0x1000, 0x1004 ^ off, 0x1008, 0x100c ^ off])

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


if __name__ == "__main__":
    unittest.main()
