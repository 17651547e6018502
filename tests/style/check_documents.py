#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Says which links of the documents lead nowhere, and which files, tests, functions and
make targets they name that are not there."""
import glob
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../..")
LINK = re.compile(r"\[[^][]*\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"(?<![\w./~-])(?:\.ci|docs|include|module|tests|user)/"
                        r"(?:[\w./*-]|\[\w+\])*(?:[\w*]|\[\w+\])")
NAMED_TEST = re.compile(r"\b\w+_test(?:\.(?:sh|py|cc|c))?\b")
NAMED_FUNCTION = re.compile(r"\b(v2p_\w+)(?:\*\*)?(?:\\ )?\(")
# At the beginning of a line of code, or of a piece of it.
NAMED_TARGET = re.compile(r"(?m)(?:^    |`)make ([a-z][a-z-]*)\b")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def anchors(text):
    """What the forges make of headings."""
    return {re.sub(r"[^\w -]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
            for line in text.splitlines() if line.startswith("#")}


def broken_links(top, name, text):
    for link in LINK.findall(re.sub(r"(?m)^    .*$", "", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        path = os.path.join(top, os.path.dirname(name), path) if path else os.path.join(top, name)
        if not os.path.exists(path):
            yield f"link to {link}"
        elif anchor and anchor not in anchors(read(path)):
            yield f"anchor of {link}"


def missing_files(top, text):
    for path in NAMED_FILE.findall(text):
        # What a reader is to write, and what is built.
        if "NAME" not in path and not path.startswith(("tests/out", "user/v2p-query/v2p-query")) \
                and not glob.glob(os.path.join(top, path)):
            yield f"file {path}"


def missing_tests(top, text):
    for test in NAMED_TEST.findall(text):
        places = (f"tests/*/{test}", f"tests/selftests/v2p/{test}") if "." in test else \
                 (f"tests/*/{test}.*", f"tests/selftests/v2p/{test}.c")
        if not any(glob.glob(os.path.join(top, place)) for place in places):
            yield f"test {test}"


def missing_targets(top, text):
    targets = {target for line in re.findall(r"(?m)^\.PHONY: (.*)$", read(top, "Makefile"))
               for target in line.split()}
    for target in NAMED_TARGET.findall(text):
        if target not in targets:
            yield f"make {target}"


def words_of_the_code(top):
    words = set()
    for folder in "include", "module", "user":
        for name in glob.glob(os.path.join(top, folder, "**/*.[ch]"), recursive=True):
            words.update(re.findall(r"\bv2p_\w+", read(name)))
    return words


def complaints(top):
    names = [os.path.relpath(path, top) for pattern in ("*.md", "docs/*.md", "user/man/*.rst")
             for path in sorted(glob.glob(os.path.join(top, pattern)))]
    words = words_of_the_code(top)
    for name in names:
        text = read(top, name)
        found = [*broken_links(top, name, text), *missing_files(top, text),
                 *missing_tests(top, text), *missing_targets(top, text),
                 *(f"function {function}()" for function in NAMED_FUNCTION.findall(text)
                   if function not in words and "NAME" not in function)]
        for one in dict.fromkeys(found):
            yield f"{name}: {one}"


if __name__ == "__main__":
    said = list(complaints(TOP))
    print("".join(f"{line}\n" for line in said), end="")
    sys.exit(bool(said))
