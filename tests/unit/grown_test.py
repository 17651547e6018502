#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""One more status and one more flag in the contract reach all that lists them.

The sources are copied. The specification gets the two, and the generated header what the
kernel tree's generator, which is not here, would write for them; our own writes all
other lists. The user's tools are built from that, the fuzzer's requests, and what the
module does for those who do not know the two.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from command import ENVIRONMENT, LIMIT, main, ok, skip

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.join(HERE, "../..")
CC = os.environ.get("CC", "cc")
PKG_CONFIG = os.environ.get("PKG_CONFIG", "pkg-config")
COMPILE = (CC, "-std=gnu11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-O1",
           "-Iinclude", "-Iinclude/uapi")

# What request.c puts into requests, in the end: each bit that it may.
REQUESTS = r"""
#include <stdio.h>
#include <string.h>
#include <linux/v2p.h>
#include "request.h"

int main(void)
{
	static const struct places places = { { 1, -1 }, { 2, -1 }, 3, 4 };
	uint32_t seen[V2P_A_MAX + 1] = { 0 };
	struct random random = { 1 };
	unsigned long turn;
	unsigned int i;

	for (turn = 0; turn < 300000; turn++) {
		struct request request;

		request_make(&request, &random, 16, &places);
		for (i = 0; i < request.count; i++) {
			const struct attribute *attribute = &request.attributes[i];
			uint32_t value;

			if (attribute->size != sizeof(value))
				continue;
			memcpy(&value, attribute->small, sizeof(value));
			seen[attribute->type] |= value;
		}
	}
	printf("%u %u %u %u\n", seen[V2P_A_STATES], seen[V2P_A_WITH_FLAGS],
	       seen[V2P_A_WITHOUT_FLAGS], seen[V2P_A_MEMORY_TYPES]);
	return 0;
}
"""

# What module/known.h makes of a status and flags, for who knows the new ones and who does not.
KNOWN = r"""
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#define static_assert _Static_assert
#include "module/known.h"

int main(void)
{
	struct v2p_known none = { 0, 0 }, all = { ~0U, ~0U };
	u8 status;

	for (status = 0; status <= V2P_STATUS_MAX; status++) {
		u8 told = v2p_known_status(&none, status);

		if (v2p_known_status(&all, status) != status)
			return 1;
		if (status <= V2P_STATUS_INVALID ? told != status : told != V2P_STATUS_MARKER)
			return 2;
	}
	printf("%u\n", v2p_known_flags(&none, V2P_FLAG_MASK));
	return v2p_known_flags(&all, ~0U) != ~0U || !v2p_known_matters();
}
"""


class Tree:
    """A copy of what the unit tests build, in which the contract may grow."""

    def __init__(self, path):
        self.path = path
        for part in ("include", "user", "bindings", "module/known.h",
                     "tests/gen-lists", "tests/unit", "tests/fuzz", "tests/lib"):
            to = os.path.join(path, part)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            if os.path.isdir(os.path.join(TOP, part)):
                shutil.copytree(os.path.join(TOP, part), to,
                                ignore=shutil.ignore_patterns("build", "*.[oa]", "*.so*", "*.d"))
            else:
                shutil.copy(os.path.join(TOP, part), to)

    def change(self, name, pattern, replacement):
        path = os.path.join(self.path, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        text, count = re.subn(pattern, replacement, text, flags=re.S)
        assert count == 1, f"{name} has {count} of {pattern}"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, *command):
        return subprocess.run(command, cwd=self.path, env=ENVIRONMENT, text=True,
                              capture_output=True, timeout=900, check=False)

    def make(self, *targets):
        return self.run("make", "-s", "-C", "user", f"O={self.path}/o", f"CC={CC}",
                        "CFLAGS=-O1 -Werror", *(f"{self.path}/o/{target}" for target in targets))

    def query(self, *arguments, fake):
        environment = ENVIRONMENT | {"LD_LIBRARY_PATH": f"{self.path}/o/lib", "V2P_FAKE": fake,
                                     "LD_PRELOAD": f"{self.path}/fake-kernel.so"}
        return subprocess.run([f"{self.path}/o/v2p-query/v2p-query", *arguments], text=True,
                              env=environment, timeout=LIMIT, capture_output=True,
                              stdin=subprocess.DEVNULL, check=False)


def grow_header(tree):
    """Returns the number of the new status, and the bit of the new flag."""
    header = "include/uapi/linux/v2p.h"
    with open(os.path.join(tree.path, header), encoding="utf-8") as file:
        text = file.read()
    statuses = re.search(r"enum v2p_status \{(.*?)\};", text, re.S).group(1)
    status = len(re.findall(r"^\tV2P_STATUS_\w+,$", statuses, re.M))
    flags = re.search(r"enum v2p_flag \{(.*?)\};", text, re.S).group(1)
    flag = len(re.findall(r"^\tV2P_FLAG_(?!MASK)\w+ = \d+,$", flags, re.M))
    tree.change(header, r"(enum v2p_status \{[^}]*?)(\n\n\t/\* private)",
                r"\1\n\tV2P_STATUS_GROWN,\2")
    tree.change(header, r"(enum v2p_flag \{[^}]*?)\n\n\t/\* private: \*/\n\tV2P_FLAG_MASK = \d+",
                rf"\1\n\tV2P_FLAG_GROWN_FLAG = {1 << flag},\n\n\t/* private: */\n"
                rf"\tV2P_FLAG_MASK = {(2 << flag) - 1}")
    return status, flag


def grow_spec(tree):
    for kind, after in (("status", "invalid"), ("flag", "write-only")):
        tree.change("include/v2p.yaml",
                    rf"(  - name: {kind}\n    type: (?:(?!\n  - ).)*?\n      - name: {after}\n"
                    rf"        doc:(?:(?!\n      - |\n  - ).)*)",
                    rf"\1\n      - name: grown{'-flag' if kind == 'flag' else ''}\n"
                    r"        doc: for this test")


def test_lists(tree):
    done = tree.make("lib/libv2p.a")
    ok(done.returncode and done.stderr.count("a name for each") >= 2,
       "without names for them the library does not build", done.stderr)
    grow_spec(tree)
    done = tree.run("tests/gen-lists", "--check", tree.path)
    ok(done.returncode and {"grown", "grown-flag"} <= set(re.findall(r"[\w-]+", done.stdout)),
       "the check sees that the lists lack them", done)
    done = tree.run("tests/gen-lists", tree.path)
    ok(not done.returncode, "the lists are made anew", done)
    done = tree.run("tests/gen-lists", "--check", tree.path)
    ok(not done.returncode and not done.stdout, "so that the check has no complaint", done)
    for name, words in (("tests/fuzz/words.dict", '"grown"'),
                        ("tests/fuzz/v2p.txt", ", V2P_STATUS_GROWN\n"),
                        ("tests/fuzz/v2p.txt", ", V2P_FLAG_GROWN_FLAG\n"),
                        ("bindings/python/v2p/constants.py", "    GROWN = 9\n"),
                        ("bindings/python/v2p/constants.py", "    GROWN_FLAG = 1 << 15\n")):
        with open(os.path.join(tree.path, name), encoding="utf-8") as file:
            ok(words in file.read(), f"{name}: {words.strip()}")
    done = tree.make("lib/libv2p.a", "v2p-query/v2p-query")
    ok(not done.returncode, "with names the library does build", done.stderr)
    done = tree.run(*COMPILE, "-fPIC", "-shared", "-o", "fake-kernel.so",
                    *(f"tests/unit/{name}.c"
                      for name in ("fake-kernel", "fake-answers", "fake-device", "fake-map", "fake-space",
                                   "peak")),
                    *tree.run(PKG_CONFIG, "--cflags", "libnl-genl-3.0").stdout.split())
    ok(not done.returncode, "and so does the fake kernel", done.stderr)


def test_filters(tree):
    done = tree.query("--kernel", "--all", "--status", "nonsense", fake="few")
    ok(done.returncode == 2 and ", grown;" in done.stderr and "invalid" not in done.stderr,
       "--status lists it", done)
    done = tree.query("--kernel", "--all", "--flags", "nonsense", fake="few")
    ok(done.returncode == 2 and ", grown-flag;" in done.stderr, "--flags lists it", done)
    for option, word in (("--status", "grown"), ("--flags", "grown-flag")):
        done = tree.query("--complete", option, fake="few")
        ok(done.returncode == 0 and done.stdout.split()[-1:] == [word],
           f"a shell completes it behind {option}", done)


def test_sums(tree, status):
    fake = f"status {status}"
    done = tree.query("--kernel", "--all", "-j", "--status", "grown", fake=fake)
    rows = json.loads(done.stdout)["extents"] if not done.returncode else []
    ok(rows and all(row["status"] == "grown" for row in rows),
       "--status asks for it", done)
    absent = sum(row["length"] for row in rows)
    done = tree.query("--kernel", "--all", "-j", fake=fake)
    whole = sum(row["length"] for row in json.loads(done.stdout)["extents"])
    done = tree.query("--kernel", "--summary", "-j", fake=fake)
    total = json.loads(done.stdout)["total"]
    # Of the kernel's regions, most is none.
    ok(absent and total["not_mapped"] == {"none": total["size"] - whole, "grown": absent}
       and total["mapped"] + absent == whole, "the summary's sums have all bytes", done.stdout)
    done = tree.query("--kernel", "--summary", "-o", "not-mapped", fake=fake)
    ok("grown " in done.stdout.splitlines()[-1], "so has its table", done.stdout)
    done = tree.query("--kernel", "--plot", "-", fake=fake)
    if done.returncode == 3 and "iomem" in done.stderr:
        skip("and the picture", "/proc/iomem cannot be read")
    else:
        ok("not in memory: " in done.stdout and " grown" in done.stdout,
           "and the picture", done)
    done = tree.query("--kernel", "--all", "--flags", "grown-flag", "-q", fake=fake)
    ok(not done.returncode and not done.stdout, "--flags asks for it", done)


def test_requests(tree, status, flag):
    with open(f"{tree.path}/seen.c", "w", encoding="utf-8") as file:
        file.write(REQUESTS)
    done = tree.run(*COMPILE, "-Itests/fuzz", "-Itests/lib", "-Wno-missing-field-initializers",
                    "-o", "seen", "seen.c", "tests/fuzz/request.c", "tests/fuzz/address.c")
    ok(not done.returncode, "the fuzzer's requests build", done.stderr)
    done = tree.run("./seen")
    states, with_flags, without_flags, types = map(int, done.stdout.split())
    ok(states == (2 << status) - 1, "they ask for every status", f"{states:#x}")
    ok(types == 0x1ff, "for every memory type", f"{types:#x}")
    ok(with_flags == without_flags == (2 << flag) - 1, "and with every flag",
       f"{with_flags:#x} {without_flags:#x}")


def test_known(tree):
    os.makedirs(f"{tree.path}/stub/linux")
    with open(f"{tree.path}/stub/linux/build_bug.h", "w", encoding="utf-8"):
        pass
    with open(f"{tree.path}/known.c", "w", encoding="utf-8") as file:
        file.write(KNOWN)
    command = (*COMPILE, "-I.", "-Istub", "-o", "known", "known.c")
    done = tree.run(*command)
    ok(done.returncode and "needs a stand-in" in done.stderr,
       "without a stand-in for the status the module does not build", done.stderr)
    tree.change("module/known.h", r"(v2p_stand_ins\[\] = \{\n)", r"\1\tV2P_STATUS_MARKER,\n")
    done = tree.run(*command)
    ok(not done.returncode, "with one it does", done.stderr)
    done = tree.run("./known")
    ok(not done.returncode and int(done.stdout) == 0x7fff,
       "who knows neither is told of the stand-in, and not of the flag", done)


def test_all():
    with tempfile.TemporaryDirectory() as path:
        tree = Tree(path)
        status, flag = grow_header(tree)
        test_lists(tree)
        test_filters(tree)
        test_sums(tree, status)
        test_requests(tree, status, flag)
        test_known(tree)


main(test_all)
