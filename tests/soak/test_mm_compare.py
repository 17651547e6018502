#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the comparison of selftests without and with a scan."""
import unittest

import mm_compare

SCANNED = "# scanned: maps=3 extents=40 translations=50 walks=8 gone=1 wrong={} failures=0"


def compare(without, under, exits=(0, 0), wrong=0, scanner=0):
    """Returns the parsed test, and what speaks against it."""
    text = "\n".join([
        "==== without: cow", *without, "", f"==== exit {exits[0]}",
        "==== with: cow", *under, "", f"==== exit {exits[1]}",
        f"==== scanner: {scanner} {SCANNED.format(wrong)}", "==== end"])
    tests, ended = mm_compare.parse(text.splitlines())
    assert ended and len(tests) == 1
    return tests[0], mm_compare.differences(tests[0])


class Comparing(unittest.TestCase):
    def test_the_same(self):
        test, different = compare(["1..2", "ok 1 a", "# ok 2 b"], ["ok 1 a", "# ok 2 b"])
        self.assertEqual(different, [])
        self.assertEqual(len(test.runs["with"].results), 2)
        self.assertIsNone(mm_compare.scan_problem(test))

    def test_addresses_and_order_do_not_count(self):
        self.assertEqual(compare(["ok 1 at 0x7f12", "ok 2 took 3.5 s"],
                                 ["ok 1 took 7 s", "ok 2 at 0x7fab"])[1], [])

    def test_a_result_that_fails_under_the_scan(self):
        self.assertEqual(compare(["ok 1 a"], ["not ok 1 a"])[1],
                         ["without: ok a", "with: not ok a"])

    def test_a_result_that_is_skipped_under_the_scan(self):
        self.assertEqual(len(compare(["ok 1 a"], ["ok 1 a # SKIP no memory"])[1]), 2)

    def test_a_result_that_is_missing(self):
        self.assertEqual(compare(["ok 1 a", "ok 2 b"], ["ok 1 a"])[1], ["without: ok b"])

    def test_another_exit_status(self):
        self.assertEqual(len(compare([], [], exits=(0, 124))[1]), 1)

    def test_a_test_that_fails_by_itself(self):
        def why(*arguments, **options):
            return mm_compare.nothing_told(*compare(*arguments, **options))
        self.assertIn("fails", why(["not ok 1 a"], ["not ok 1 a"]))
        self.assertIn("fails", why([], [], exits=(1, 1)))
        self.assertIn("fails", why(["ok 1 a", "not ok 2 b"], ["ok 1 a", "ok 2 b"]))
        self.assertIsNone(why(["ok 1 a", "not ok 2 b"], ["ok 1 a", "not ok 2 b"], exits=(1, 1)))
        self.assertIsNone(why(["ok 1 a"], []))

    def test_a_test_that_skips_itself(self):
        skipped = ["#            OK  a", "ok 1 a # SKIP not enough nodes"]
        self.assertIn("skips", mm_compare.nothing_told(*compare(skipped, skipped)))
        self.assertIn("skips", mm_compare.nothing_told(*compare([], [], exits=(4, 4))))

    def test_one_that_skips_itself_and_breaks_under_the_scan(self):
        skipped = ["ok 1 a # SKIP not enough nodes"]
        for case in (compare(skipped, ["not ok 1 a"]), compare([], [], exits=(4, 139)),
                     compare(skipped, skipped, exits=(4, 139)),
                     compare(["ok 1 a"], [], exits=(4, 4))):
            self.assertIsNone(mm_compare.nothing_told(*case))
            self.assertNotEqual(case[1], [])

    def test_results_in_colours(self):
        good, bad = "Split huge page... \x1b[32mOK\x1b[0m", "Split huge page.... \x1b[31mFail\x1b[0m"
        self.assertEqual(compare([good, bad], [good, bad], exits=(4, 4))[1], [])
        self.assertEqual(compare([good], [bad])[1],
                         ["without: ok Split huge page", "with: not ok Split huge page"])

    def test_the_scan(self):
        self.assertIn("2 wrong", mm_compare.scan_problem(compare([], [], wrong=2)[0]))
        self.assertIn("139", mm_compare.scan_problem(compare([], [], scanner=139)[0]))

    def test_output_that_ends_early(self):
        tests, ended = mm_compare.parse(["==== without: cow", "ok 1 a"])
        self.assertFalse(ended)
        self.assertEqual(mm_compare.differences(tests[0]), ["it did not end"])


if __name__ == "__main__":
    unittest.main()
