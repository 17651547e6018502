#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of what makes something of the figures: the guard, the attribution, the tables."""
import array
import io
import json
import os
import tempfile
import unittest

import guard
import phases
import renew
import report
from report import recorder


def verdicts(committed, measured):
    return [good for good, _, _ in guard.compare(committed, measured)]


class Guard(unittest.TestCase):
    def test_as_before(self):
        self.assertEqual(verdicts({"a": 100.0, "b": 9000.0}, {"a": 100.0, "b": 8000.0}),
                         [True, True])

    def test_a_tenth_more_at_most(self):
        self.assertEqual(verdicts({"a": 100.0}, {"a": 110.0}), [True])
        self.assertEqual(verdicts({"a": 100.0}, {"a": 110.1}), [False])

    def test_one_of_several(self):
        self.assertEqual(verdicts({"a": 100.0, "b": 40.0}, {"a": 99.0, "b": 45.0}),
                         [True, False])

    def test_missing_measurement(self):
        self.assertEqual(verdicts({"a": 100.0, "b": 1.0}, {"b": 1.0}), [False, True])

    def test_new_figure_skips(self):
        (good, _, skip), = guard.compare({}, {"a": 1.0})
        self.assertTrue(good)
        self.assertIn("no figure is committed", skip)

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "6.12.json"), "w") as file:
                json.dump({"instructions": {"a": 100.0}, "interrupts_off": {"b": 20000}}, file)
            for each, in_a_row, good in ((100.0, 20000, [True, True]),
                                         (120.0, 20000, [False, True]),
                                         (100.0, 21800, [True, True]),
                                         (100.0, 22200, [True, False])):
                measured = {"instructions": {"a": each}, "interrupts_off": {"b": in_a_row}}
                results = guard.judge("6.12", measured, folder)
                self.assertEqual([verdict for verdict, *_ in results], good)
            (good, _, skip), = guard.judge("9.9", measured, folder)
            self.assertTrue(good)
            self.assertIn("no figures are committed", skip)

    def test_kind_without_figures(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "6.12.json"), "w") as file:
                json.dump({"instructions": {}}, file)
            (good, text, skip), = guard.judge(
                "6.12", {"instructions": {}, "interrupts_off": {"b": 1}}, folder)
            self.assertTrue(good)
            self.assertEqual("interrupts off, b: 1 instructions", text)
            self.assertTrue(skip)

    def test_measure(self):
        said = ({"table": "instructions", "name": "a", "v2p": 100.0},
                {"table": "marks", "begin": 1, "end": 2},
                {"table": "recorded", "name": "b", "guarded": True},
                {"table": "recorded", "name": "c", "guarded": False})
        steps = [(1, False), (8, True), (10, True), (11, True), (3, False), (10, True),
                 (2, False)]
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "counted"), "w") as file:
                for row in said:
                    print(json.dumps(row), file=file)
                print(f"{10:016x} t first\t[v2p]\n{12:016x} t last\t[v2p]", file=file)
            for name in "b", "c":
                with open(os.path.join(folder, name + ".trace"), "wb") as file:
                    array.array("Q", (address ^ (recorder.MASKED if masked else 0)
                                      for address, masked in steps)).tofile(file)
            self.assertEqual(guard.measure(folder),
                             {"instructions": {"a": 100.0}, "interrupts_off": {"b": 3}})


KERNEL = 0xffffffff80000000
NAMES = ("entry", "sendmsg", "genl_rcv_msg", "v2p_nl_translate_doit", "__alloc_skb",
         "v2p_translate_addresses", "netlink_unicast", "asm_sysvec_tick", "__x86_return_thunk",
         "v2p_aspace_put", "get_target")
SYMBOLS = [(KERNEL + 16 * index, name) for index, name in enumerate(NAMES)]
FUNCTIONS = phases.Functions(SYMBOLS, [(0x1000, "libv2p.so.1")])


def at(name, offset=0):
    return 0x1000 + offset if name == "user" else KERNEL + 16 * NAMES.index(name) + offset


def steps(*places):
    return [(at(*place) if isinstance(place, tuple) else at(place), False) for place in places]


REQUEST = ("user", "entry", "sendmsg", "__alloc_skb", ("sendmsg", 1),
           "genl_rcv_msg", "__x86_return_thunk",
           "v2p_nl_translate_doit", "__alloc_skb", ("v2p_nl_translate_doit", 4),
           "v2p_translate_addresses", ("v2p_translate_addresses", 1), ("v2p_translate_addresses", 2),
           ("v2p_nl_translate_doit", 5), "v2p_aspace_put",
           ("v2p_nl_translate_doit", 6), "netlink_unicast", ("netlink_unicast", 3),
           ("v2p_nl_translate_doit", 7), ("genl_rcv_msg", 5), ("sendmsg", 6), ("user", 7))


class Phases(unittest.TestCase):
    def test_request(self):
        parts = phases.Attribution(steps(*REQUEST), FUNCTIONS)
        self.assertEqual(dict(parts.phases), {
            "library": 2, "socket": 4 + 2 + 1, "parse": 2 + 1 + 1, "fill": 5, "walk": 3,
            "target": 1})
        self.assertEqual(parts.functions["fill", "__alloc_skb"], 1)
        self.assertEqual(parts.functions["socket", "__alloc_skb"], 1)

    def test_return_through_a_thunk(self):
        request = [*REQUEST[:7], "v2p_aspace_put", ("v2p_aspace_put", 1), "__x86_return_thunk",
                   ("genl_rcv_msg", 2), *REQUEST[7:]]
        parts = phases.Attribution(steps(*request), FUNCTIONS)
        self.assertEqual(parts.phases["target"], 4)
        self.assertEqual(parts.phases["parse"], 5)

    def test_function_that_ends_by_a_jump(self):
        request = [*REQUEST[:7], "get_target", "v2p_aspace_put", ("v2p_aspace_put", 1),
                   ("genl_rcv_msg", 2), *REQUEST[7:]]
        parts = phases.Attribution(steps(*request), FUNCTIONS)
        self.assertEqual(parts.phases["target"], 3)
        self.assertEqual(parts.phases["parse"], 6)

    def test_interrupt_of_the_program(self):
        request = ["user", "asm_sysvec_tick", "sendmsg", *REQUEST]
        parts = phases.Attribution(steps(*request), FUNCTIONS)
        self.assertEqual(parts.interrupted, 2)

    def test_interrupt_counts_for_nobody(self):
        request = [*REQUEST[:12], "asm_sysvec_tick", "sendmsg", *REQUEST[12:]]
        parts = phases.Attribution(steps(*request), FUNCTIONS)
        self.assertEqual(parts.interrupted, 2)
        self.assertEqual(parts.phases["walk"], 3)

    def test_functions_that_are_not_found(self):
        with self.assertRaisesRegex(ValueError, "target, walk"):
            phases.Attribution(steps("user", "sendmsg", "genl_rcv_msg", "v2p_nl_translate_doit",
                                     "__alloc_skb"), FUNCTIONS)

    def test_cut_into_requests(self):
        recording = [(number, False) for number in (9, 1, 5, 6, 2, 7, 1, 8, 2, 1, 4)]
        self.assertEqual([[step[0] for step in part]
                          for part in phases.requests(recording, 1, 2)], [[5, 6], [8]])


class Masked(unittest.TestCase):
    def longest(self, text):
        """A letter for each instruction: upper case with interrupts off, m the module's."""
        return phases.longest_masked([(letter.lower(), letter.isupper()) for letter in text],
                                     lambda address: address == "m")

    def test_runs(self):
        self.assertEqual(self.longest("aamm"), 0)
        self.assertEqual(self.longest("aAMMMmAMm"), 4)
        self.assertEqual(self.longest("mAAMAAAm"), 6)

    def test_runs_of_others(self):
        self.assertEqual(self.longest("AAAAAmMa"), 1)


LOG = b"""Stopped execution of TB chain before 0x7f [ffffffff80000004] x
Trace 0: 0x7f [0000000000000000/0000000000001000/0b/ff] main
RAX=0000000000000000 RBX=0000000000000000
RIP=0000000000001000 RFL=00000246 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0
Trace 0: 0x7f [0000000000000000/ffffffff80000000/0b/ff]
RIP=ffffffff80000000 RFL=00000046 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
Trace 0: 0x7f [0000000000000000/ffffffff80000004/0b/ff]
RIP=ffffffff80000004 RFL=00000246 [---Z-P-] CPL=0 II=0 A20=1 SMM=0 HLT=0
Stopped execution of TB chain before 0x7f [ffffffff80000004] x
Trace 0: 0x7f [0000000000000000/0000000000002000/0b/ff]
RIP=0000000000002000 RFL=00000046 [---Z-P-] CPL=3 II=0 A20=1 SMM=0 HLT=0
"""
RECORDED = [(0x1000, False), (0xffffffff80000000, True), (0x2000, True)]


class Recorder(unittest.TestCase):
    def test_log(self):
        with tempfile.NamedTemporaryFile() as file:
            recorder.condense(io.BytesIO(LOG)).tofile(file)
            file.flush()
            self.assertEqual(list(recorder.load(file.name)), RECORDED)


def growing(of, size, instructions, **more):
    return {"of": of, "size": size, "instructions": instructions, **more}


class Growth(unittest.TestCase):
    def grows(self, *rows):
        rows = list(rows)
        report.excess(rows)
        return [row["grows"] for row in rows]

    def test_flat(self):
        self.assertEqual(self.grows(growing("addresses", 1, 9000.0, kib=0),
                                    growing("addresses", 1000, 130.0, kib=100),
                                    growing("addresses", 1000000, 130.0, kib=100)), [False] * 3)

    def test_more_for_each_address(self):
        self.assertEqual(self.grows(growing("addresses", 1000, 130.0),
                                    growing("addresses", 1000000, 144.0)), [False, True])

    def test_memory(self):
        self.assertEqual(self.grows(growing("addresses", 1000, 130.0, kib=100),
                                    growing("addresses", 1000000, 130.0, kib=5000)),
                         [False, True])

    def test_space_and_processes(self):
        self.assertEqual(self.grows(growing("address space", 1 << 30, 170.0),
                                    growing("address space", 1 << 40, 210.0),
                                    growing("processes", 1, 9000.0),
                                    growing("processes", 1000, 20000.0)),
                         [False, False, False, True])


RESULT = {"line": "6.12",
          "instructions": {name: {"v2p": 100.0, "pagemap": 250.0}
                           for name in (*renew.SHORT, "sorted, 1024")}}


class Documents(unittest.TestCase):
    def test_between_the_marks(self):
        self.assertEqual(renew.replace(f"a\n{renew.BEGIN}old\n{renew.END}b\n", "new\n"),
                         f"a\n{renew.BEGIN}\nnew\n{renew.END}b\n")

    def test_no_marks(self):
        with self.assertRaises(ValueError):
            renew.replace("a\n", "new\n")

    def test_marks_are_there(self):
        for name in "README.md", "docs/performance.md":
            with open(os.path.join(renew.TOP, name)) as file:
                self.assertIn("new", renew.replace(file.read(), "new"))

    def test_short_table(self):
        table = renew.instructions([RESULT], renew.SHORT)
        self.assertIn("| one address | 100.0 | 250.0 | 2.5 |\n", table)
        self.assertNotIn("sorted", table)

    def test_short_rows_are_measured(self):
        for name in os.listdir(guard.FIGURES):
            with open(os.path.join(guard.FIGURES, name)) as file:
                self.assertLessEqual(set(renew.SHORT), set(json.load(file)["instructions"]))


if __name__ == "__main__":
    unittest.main()
