#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of judge_sparse.py."""
import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

import judge_sparse

PLANTED = "warning: incorrect type in return expression (different address spaces)"


class Judging(unittest.TestCase):
    def judge(self, *log, built=("a.c", "b.c")):
        """What is said, and the exit status. Each source has its fault in line 2."""
        with tempfile.TemporaryDirectory() as tree:
            os.mkdir(os.path.join(tree, "module"))
            for name in ("a.c", "b.c"):
                with open(os.path.join(tree, "module", name), "w") as file:
                    file.write(f"int x;\nvoid {judge_sparse.PLANT};\n")
            for name in built:
                open(os.path.join(tree, "module", name[:-2] + ".o"), "w").close()
            path = os.path.join(tree, "log")
            with open(path, "w") as file:
                file.write("\n".join(log) + "\n")
            said = io.StringIO()
            argv = ["judge", "--tree", tree, "--inner", "/build/v2p", path]
            with mock.patch("sys.argv", argv), contextlib.redirect_stdout(said):
                status = judge_sparse.main()
        return [line for line in said.getvalue().splitlines() if line[0] in "on"], status

    def test_both_ways_to_name_a_file(self):
        results, status = self.judge(
            "  CHECK   /build/v2p/module/a.c",
            f"/build/v2p/module/a.c:2:1: {PLANTED}",
            "  CC [M]  module/b.o",
            "  CHECK   module/b.c",
            f"module/b.c:2:1: {PLANTED}")
        self.assertEqual([line[:4] for line in results], ["ok 1", "ok 2"])
        self.assertEqual(status, 0)

    def test_sparse_that_did_not_run(self):
        results, status = self.judge(
            "Makefile:1311: C=2 specified, but sparse is not available or not up to date",
            "  CC [M]  module/a.o", built=["a.c"])
        self.assertEqual(results, ["not ok 1 - module/a.c: sparse looked at it"])
        self.assertEqual(status, 1)

    def test_file_that_was_left_out(self):
        results, status = self.judge("  CHECK   module/a.c", f"module/a.c:2:1: {PLANTED}")
        self.assertEqual(results[1], "not ok 2 - module/b.c: sparse looked at it")
        self.assertEqual(status, 1)

    def test_sparse_that_finds_nothing(self):
        results, status = self.judge("  CHECK   module/a.c", built=["a.c"])
        self.assertEqual(results, ["not ok 1 - module/a.c: sparse finds what was planted"])
        self.assertEqual(status, 1)

    def test_fault_of_ours(self):
        _, status = self.judge(
            "  CHECK   module/a.c",
            "module/a.c:1:5: warning: symbol 'x' was not declared. Should it be static?",
            f"module/a.c:2:1: {PLANTED}", built=["a.c"])
        self.assertEqual(status, 1)

    def test_headers_that_sparse_does_not_understand(self):
        results, status = self.judge(
            "  CHECK   module/a.c",
            "/usr/src/linux/list.h:419:16: error: Expected ) at end of cast operator",
            built=["a.c"])
        self.assertEqual(results, [
            "ok 1 - module/a.c # SKIP sparse does not understand the headers: "
            "Expected ) at end of cast operator"])
        self.assertEqual(status, 0)

    def test_fault_that_the_compiler_finds_too(self):
        _, status = self.judge(
            "  CHECK   module/a.c",
            f"module/a.c:2:1: {PLANTED}",
            "  CC [M]  module/a.o",
            "module/a.c:1:5: warning: is no word of sparse's", built=["a.c"])
        self.assertEqual(status, 0)

    def test_nothing_built(self):
        self.assertEqual(self.judge("", built=[])[1], 1)


if __name__ == "__main__":
    unittest.main()
