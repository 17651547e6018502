#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of who follows the tutorial: what is not printed as it is shown is found."""
import os
import subprocess
import tempfile
import unittest

FOLLOW = os.path.join(os.path.dirname(os.path.realpath(__file__)), "follow")
GOOD = """\
# A heading

    # cat >file <<'END'
    > one  1 0x12
    >
    > two 22
    > END
    # cat file
    one 77 0xabc

    two   3
    # seq 1 20; echo last
    1
    ...
    20
    last
    # false
    # echo "status $?"
    status 1

Words, and code that is no command:

    cat nothing
"""


class Follow(unittest.TestCase):
    def follow(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tutorial.md")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            done = subprocess.run([FOLLOW, path], cwd=folder, text=True, capture_output=True, timeout=60,
                                  check=False)
            return done.returncode, done.stdout.splitlines()[-1].split(" of them")[0]

    def test_as_shown(self):
        self.assertEqual(self.follow(GOOD), (0, "5 commands, 0"))

    def test_what_differs(self):
        for old, new in (("one 77 0xabc", "one seventy"), ("two   3\n", "two   3\n    three\n"),
                         ("    last\n", "    first\n"), ("    ...\n", ""),
                         ("    # false\n", "    # false\n    false\n"), ("status 1", "ended with 1"),
                         ("# cat file\n    one", "# cat none\n    one")):
            with self.subTest(new):
                self.assertIn(old, GOOD)
                self.assertEqual(self.follow(GOOD.replace(old, new)), (1, "5 commands, 1"))

    def test_no_input_for_commands(self):
        self.assertEqual(self.follow("    # cat\n    # echo next\n    next\n"), (0, "2 commands, 0"))

    def test_nothing_to_follow(self):
        self.assertEqual(self.follow("Words.\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
