#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the comparison of selftests without and with a scan."""
import contextlib
import io
import unittest

import mm_compare

SCANNED = "# scanned: maps=3 extents=40 translations=50 walks=8 gone=1 wrong={} failures=0"


def turn(without, under, exits=(0, 0), wrong=0, scanner=0):
    """What both runs of a turn put out, as lines."""
    return ["==== without", *without, "", f"==== exit {exits[0]} after 3 s",
            "==== with", *under, "", f"==== exit {exits[1]} after 3 s",
            f"==== scanner: {scanner} {SCANNED.format(wrong)}"]


def parse(*turns):
    lines = sum(turns, ["==== test: cow"])
    (test,), ended = mm_compare.parse(lines + ["==== end"])
    assert ended
    return test


def differences(*turns):
    return mm_compare.differences(parse(*turns))


def nothing_told(*turns):
    return mm_compare.nothing_told(parse(*turns))


class Comparing(unittest.TestCase):
    def test_the_same(self):
        said = turn(["1..2", "ok 1 a", "# ok 2 b"], ["ok 1 a", "# ok 2 b"])
        self.assertEqual(differences(said), [])
        self.assertIsNone(nothing_told(said))
        self.assertEqual(sum(parse(said).runs["with"][0].results.values()), 2)

    def test_addresses_and_order_do_not_count(self):
        self.assertEqual(differences(turn(["ok 1 at 0x7f12", "ok 2 took 3.5 s"],
                                          ["ok 1 took 7 s", "ok 2 at 0x7fab"])), [])

    def test_a_result_that_fails_under_the_scan(self):
        self.assertEqual(differences(turn(["ok 1 a"], ["not ok 1 a"])),
                         ["not ok a: [0] times without, [1] with a scan",
                          "ok a: [1] times without, [0] with a scan"])

    def test_a_result_that_is_skipped_under_the_scan(self):
        self.assertEqual(len(differences(turn(["ok 1 a"], ["ok 1 a # SKIP no memory"]))), 2)

    def test_a_result_that_is_missing(self):
        self.assertEqual(len(differences(turn(["ok 1 a", "ok 2 b"], ["ok 1 a"]))), 1)

    def test_another_exit_status(self):
        self.assertEqual(len(differences(turn([], [], exits=(0, 124)))), 1)
        self.assertEqual(len(differences(turn([], [], exits=(1, 139)))), 1)
        self.assertEqual(differences(turn([], [], exits=(1, 0))), [])

    def test_a_test_that_fails_by_itself(self):
        self.assertIn("fails", nothing_told(turn(["not ok 1 a"], ["not ok 1 a"])))
        self.assertIn("fails", nothing_told(turn([], [], exits=(1, 1))))
        self.assertIn("end", nothing_told(turn(["ok 1 a"], ["ok 1 a"], exits=(124, 124))))

    def test_what_passes_beside_what_fails_counts(self):
        for last in "ok 2 b", "not ok 2 b":
            said = turn(["ok 1 a", "not ok 2 b"], ["ok 1 a", last], exits=(1, 0))
            self.assertIsNone(nothing_told(said))
            self.assertEqual(differences(said), [])
            said = turn(["ok 1 a", "not ok 2 b"], ["not ok 1 a", last], exits=(1, 1))
            self.assertIsNone(nothing_told(said))
            self.assertEqual(len(differences(said)), 2)

    def test_what_fails_without_a_scan_in_a_later_turn(self):
        under = turn(["ok 1 a"], ["not ok 1 a"], exits=(0, 1))
        good = turn(["ok 1 a"], ["ok 1 a"])
        itself = turn(["not ok 1 a"], ["ok 1 a"], exits=(1, 0))
        self.assertEqual(len(differences(under, good)), 3)
        self.assertEqual(differences(under, good, itself), [])

    def test_what_one_turn_excuses_is_not_all(self):
        self.assertEqual(len(differences(
            turn(["ok 1 a", "ok 2 b"], ["not ok 1 a", "not ok 2 b"]),
            turn(["not ok 1 a", "ok 2 b"], ["ok 1 a", "ok 2 b"]))), 2)

    def test_a_test_that_skips_itself(self):
        skipped = ["#            OK  a", "ok 1 a # SKIP not enough nodes"]
        self.assertIn("skips", nothing_told(turn(skipped, skipped)))
        self.assertIn("skips", nothing_told(turn([], [], exits=(4, 4))))

    def test_one_that_skips_itself_and_breaks_under_the_scan(self):
        skipped = ["ok 1 a # SKIP not enough nodes"]
        for case in (turn(skipped, ["not ok 1 a"]), turn([], [], exits=(4, 139)),
                     turn(skipped, skipped, exits=(4, 139)),
                     turn(["ok 1 a"], [], exits=(4, 4))):
            self.assertIsNone(nothing_told(case))
            self.assertNotEqual(differences(case), [])

    def test_results_in_colours(self):
        good = "Split huge page... \x1b[32mOK\x1b[0m"
        bad = "Split huge page.... \x1b[31mFail\x1b[0m"
        self.assertEqual(differences(turn([good, bad], [good, bad], exits=(4, 4))), [])
        self.assertEqual(differences(turn([good], [bad])),
                         ["not ok Split huge page: [0] times without, [1] with a scan",
                          "ok Split huge page: [1] times without, [0] with a scan"])

    def test_results_of_userfaultfd(self):
        said = ["Testing minor on shmem... done", "Testing zeropage on anon... failed [reason: no]",
                "Testing wp on anon... skipped [reason: feature missing]"]
        run = parse(turn(said, said)).runs["with"][0]
        self.assertEqual(sorted(verdict for _, verdict in run.results), ["not ok", "ok", "skip"])
        self.assertEqual(differences(turn([said[0]], ["Testing minor on shmem... failed"])),
                         ["not ok Testing minor on shmem: [0] times without, [1] with a scan",
                          "ok Testing minor on shmem: [1] times without, [0] with a scan"])

    def test_the_scan(self):
        self.assertIsNone(mm_compare.scan_problem(*parse(turn([], [])).scans[0]))
        for said, problem in (turn([], [], wrong=2), "2 wrong"), (turn([], [], scanner=139), "139"):
            self.assertIn(problem, mm_compare.scan_problem(*parse(said).scans[0]))
            with contextlib.redirect_stdout(io.StringIO()) as out:
                self.assertTrue(mm_compare.report([parse(turn([], []), said)], True, 0))
            self.assertIn("not ok 2 - cow: the scan", out.getvalue())

    def test_output_that_ends_early(self):
        tests, ended = mm_compare.parse(["==== test: cow", "==== without", "ok 1 a"])
        self.assertFalse(ended)
        self.assertEqual(mm_compare.differences(tests[0]), ["it did not end"])


if __name__ == "__main__":
    unittest.main()
