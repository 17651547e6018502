#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of `make dist`: the same of the same, all that is committed, and nothing that is built."""
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest

TOP = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../..")
NEEDED = ("packaging/dist", "packaging/sources", "user/version", "include/v2p-version.h", ".gitignore",
          "packaging/debian/changelog")
BUILT = ("module/x.o", "user/v2p-query/v2p-query", "dist/old.tar.gz")


class Dist(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.tree = os.path.join(self.folder, "tree")
        for name in NEEDED:
            to = os.path.join(self.tree, name)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy(os.path.join(TOP, name), to)
        self.write(self.tree, "module/a file", "text")
        self.write(self.tree, ".ci/run", "")
        os.chmod(os.path.join(self.tree, ".ci/run"), 0o755)
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("-c", "user.name=x", "-c", "user.email=x@v2p.invalid", "commit", "-q", "-m", "x")
        self.name = "v2p-" + self.run_in(self.tree, "user/version").stdout.strip()

    def write(self, tree, name, text):
        path = os.path.join(tree, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run_in(self, tree, *command, **options):
        return subprocess.run(command, cwd=tree, text=True, capture_output=True, timeout=60,
                              check=options.pop("check", True), **options)

    def git(self, *arguments):
        return self.run_in(self.tree, "git", "-c", "safe.directory=*", *arguments).stdout

    def dist(self, tree, **options):
        """The tarball's bytes, and what is said of it."""
        done = self.run_in(tree, "packaging/dist", **options)
        path = done.stdout.strip()
        self.assertEqual(path, os.path.join(os.path.realpath(tree), "dist", f"{self.name}.tar.gz"))
        with open(path, "rb") as file:
            return file.read(), done.stderr

    def unpacked(self):
        """What is in the last tarball, and the tree of it."""
        with tarfile.open(os.path.join(self.tree, "dist", f"{self.name}.tar.gz")) as archive:
            archive.extractall(self.folder)
        return os.path.join(self.folder, self.name)

    def files(self, tree):
        return {(os.path.relpath(os.path.join(folder, name), tree),
                 os.stat(os.path.join(folder, name)).st_mode & 0o111)
                for folder, _, names in os.walk(tree) for name in names}

    def test_all_that_is_committed(self):
        committed = set(self.git("ls-files", "-z").split("\0")[:-1])
        content, said = self.dist(self.tree)
        self.assertEqual(said, "")
        tree = self.unpacked()
        self.assertEqual({name for name, _ in self.files(tree)}, committed)
        self.assertIn((".ci/run", 0o111), self.files(tree))
        for name in BUILT:
            self.write(self.tree, name, "")
        self.assertEqual(self.dist(self.tree), (content, ""))
        self.write(self.tree, "module/new", "")
        self.assertEqual(self.dist(self.tree),
                         (content, "v2p: what is not committed is not in the tarball\n"))

    def test_of_a_clone(self):
        other = os.path.join(self.folder, "other")
        self.git("clone", "-q", self.tree, other)
        self.git("config", "tar.umask", "0077")
        self.assertEqual(self.dist(other)[0], self.dist(self.tree)[0])

    def test_without_a_repository(self):
        self.dist(self.tree)
        tree = self.unpacked()
        content, said = self.dist(tree)
        self.assertEqual(said, "")
        for name in BUILT:
            self.write(tree, name, "")
        os.utime(os.path.join(tree, "module/a file"), (1000000, 1000000))
        os.chmod(os.path.join(tree, "module/a file"), 0o600)
        self.assertEqual(self.dist(tree)[0], content)
        with tarfile.open(os.path.join(tree, "dist", f"{self.name}.tar.gz")) as archive:
            archive.extractall(os.path.join(self.folder, "again"))
        again = self.files(os.path.join(self.folder, "again", self.name))
        self.assertEqual(again, self.files(self.tree) - self.files_of_git())

    def files_of_git(self):
        return {(name, mode) for name, mode in self.files(self.tree)
                if name.startswith((".git/", "dist/"))}

    def test_without_git(self):
        programs = os.path.join(self.folder, "bin")
        os.makedirs(programs)
        for name in ("bash", "dirname", "mktemp", "paste", "rm", "sed", "sh"):
            os.symlink(shutil.which(name), os.path.join(programs, name))
        done = self.run_in(self.tree, "packaging/dist", env={"PATH": programs}, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"^v2p: .*apt-get install git\n$")


if __name__ == "__main__":
    unittest.main()
