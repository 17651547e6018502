#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the check of the documents: a check that finds nothing has no complaint either."""
import os
import tempfile
import unittest

import check_documents

FILES = {
    "Makefile": ".PHONY: unit check\n",
    "module/walk.c": "int v2p_walk_one(void);\n",
    "tests/selftests/v2p/map_test.c": "",
    "tests/selftests/v2p/names_test.sh": "",
    "tests/unit/plot_test.py": "",
    "docs/other.md": "# Some words: a heading\n",
    "user/man/x.rst": "**v2p_walk_one**\\ ()\n",
}
GOOD = """\
# Title

[one](docs/other.md), [two](docs/other.md#some-words-a-heading), [three](#title), [four](https://v2p.invalid/)
`module/walk.c`, `module/w*.[ch]`, tests/out/log, `module/NAME.c`, `map_test`, `names_test.sh`, `plot_test`, `plot_test.py`, `v2p_walk_one()`, `make unit`

    make check TESTS=map_test    # whether all that they make of it is there
"""


class Documents(unittest.TestCase):
    def complaints(self, readme, **more):
        with tempfile.TemporaryDirectory() as top:
            for name, text in {**FILES, "README.md": readme, **more}.items():
                os.makedirs(os.path.join(top, os.path.dirname(name)), exist_ok=True)
                with open(os.path.join(top, name), "w", encoding="utf-8") as file:
                    file.write(text)
            return list(check_documents.complaints(top))

    def test_nothing_wrong(self):
        self.assertEqual(self.complaints(GOOD), [])

    def test_each_fault(self):
        for text, complaint in (
                ("[one](none.md)", "link to none.md"),
                ("[one](docs/other.md#none)", "anchor of docs/other.md#none"),
                ("[one](#none)", "anchor of #none"),
                ("`module/none.c`", "file module/none.c"),
                ("module/none.[ch]", "file module/none.[ch]"),
                ("`none_test`", "test none_test"),
                ("`map_test.sh`", "test map_test.sh"),
                ("`plot_test.c`", "test plot_test.c"),
                ("`v2p_none()`", "function v2p_none()"),
                ("`make none`", "make none"),
                ("    make none", "make none")):
            with self.subTest(text):
                self.assertEqual(self.complaints(f"{GOOD}\n{text}\n"), [f"README.md: {complaint}"])

    def test_links_from_a_folder(self):
        self.assertEqual(self.complaints(GOOD, **{"docs/more.md": "[a](other.md) [b](../README.md)"}),
                         [])
        self.assertEqual(self.complaints(GOOD, **{"docs/more.md": "[a](docs/other.md)"}),
                         ["docs/more.md: link to docs/other.md"])

    def test_manual_pages(self):
        self.assertEqual(self.complaints(GOOD, **{"user/man/x.rst": "**v2p_none**\\ ()\n"}),
                         ["user/man/x.rst: function v2p_none()"])


if __name__ == "__main__":
    unittest.main()
