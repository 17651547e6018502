#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The library's binary interface has only grown since the last release, and what would break
it is found: each in a copy of the headers."""
import os
import re
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path[1:1] = [os.path.join(HERE, "../lib"), os.path.join(HERE, "../style")]
import compare_abi  # noqa: E402
from results import Results  # noqa: E402

TYPES, API, MAP, WIRE, IOCTL = ("include/v2p-types.h", "include/v2p.h", "user/lib/libv2p.map",
                                "include/uapi/linux/v2p.h", "include/uapi/linux/v2p_ioctl.h")


def end_of(name):
    """Where a structure's last member is."""
    return rf"(struct {name} \{{[^}}]*?)\n\}};"


AT_END = r"\1\n\tuint64_t more;\n};"
# What is done to which file, by a regular expression, and what is to be said of that but for
# numbers, of which N is any.
CHANGES = [
    ("a member at the end of what has its size", TYPES, end_of("v2p_arrays"), AT_END, []),
    ("a member made of what is reserved", TYPES, r"uint8_t reserved\[26\]", "uint8_t more[26]", []),
    ("a member made of a part of that", TYPES, r"uint8_t reserved\[22\];",
     r"uint8_t more;\n\tuint8_t reserved[21];", []),
    ("what is at the end of another grows", TYPES, end_of("v2p_translation"), AT_END, []),
    ("a constant more", WIRE, "__V2P_STATUS_MAX,", "V2P_STATUS_MORE, __V2P_STATUS_MAX,", []),
    ("a function more", MAP, "v2p_open;", r"v2p_open;\n\tv2p_more;", [],
     (API, r"int v2p_open\(", r"int v2p_more(void);\nint v2p_open(")),
    ("two of one type in another order", TYPES,
     r"(\tuint8_t \*status;\n)(\tuint64_t \*physical;\n)(\tuint8_t \*page_shift;\n)", r"\3\2\1",
     ["v2p_arrays.status was uint8_t * at N, N bytes: it is uint8_t * at N, N bytes",
      "v2p_arrays.page_shift was uint8_t * at N, N bytes: it is uint8_t * at N, N bytes"]),
    ("a member in the middle", TYPES, r"(\tuint32_t max_batch;)", r"\tuint32_t more;\n\1",
     ["v2p_info.max_batch was uint32_t at N, N bytes: it is uint32_t at N, N bytes",
      "v2p_info.level_count was unsigned int at N, N bytes: it is unsigned int at N, N bytes",
      "v2p_info.levels was struct v2p_level_info[N] at N, N bytes: it is struct v2p_level_info[N] at N, "
      "N bytes", "v2p_info.more is neither at the end nor in what was reserved"]),
    ("a member in padding", TYPES, r"(\tuint8_t virtual_bits;)", r"\1\n\tuint8_t more;",
     ["v2p_info.more is neither at the end nor in what was reserved"]),
    ("a member gone", TYPES, r"\tconst struct v2p_physical_range \*physical;\n\tsize_t physical_count;\n", "",
     ["v2p_range.physical is gone", "v2p_range.physical_count is gone",
      "struct v2p_range had N bytes, and has N"]),
    ("another type of the same size", TYPES, r"uint64_t \*physical;", "int64_t *physical;",
     ["v2p_arrays.physical was uint64_t * at N, N bytes: it is int64_t * at N, N bytes"]),
    ("a member at the end of what comes in arrays", TYPES, end_of("v2p_extent"), AT_END,
     ["v2p_extent.more is neither at the end nor in what was reserved",
      "struct v2p_extent had N bytes, and has N"]),
    ("its size no longer in front", TYPES, r"(struct v2p_range \{\n)(\tsize_t size;\n)(\tuint64_t start;\n)",
     r"\1\3\2", ["struct v2p_range no longer begins with its size",
                 "v2p_range.size was size_t at N, N bytes: it is size_t at N, N bytes",
                 "v2p_range.start was uint64_t at N, N bytes: it is uint64_t at N, N bytes"]),
    ("a member behind one that may grow", TYPES, end_of("v2p_walk"), AT_END, []),
    ("and that one growing", TYPES, end_of("v2p_walk"), AT_END,
     ["v2p_walk.translation was struct v2p_translation at N, N bytes: it is struct v2p_translation at N, "
      "N bytes"], (TYPES, end_of("v2p_translation"), AT_END)),
    ("an ioctl's members in another order", IOCTL,
     r"(\t__u32 known_states;\n)(\t__u32 known_flags;\n)(\t__u32 changing;)", r"\2\1\3",
     ["v2p_ioctl_translate.known_states was __u32 at N, N bytes: it is __u32 at N, N bytes",
      "v2p_ioctl_translate.known_flags was __u32 at N, N bytes: it is __u32 at N, N bytes"]),
    ("a constant before others", WIRE, r"(\tV2P_ZONE_DEVICE,)", r"\tV2P_ZONE_MORE,\n\1",
     ["constant V2P_ZONE_DEVICE was N: it is N"]),
    ("another constant", TYPES, "V2P_MAX_LEVELS 8", "V2P_MAX_LEVELS 9",
     ["constant V2P_MAX_LEVELS was N: it is N",
      "v2p_info.levels was struct v2p_level_info[N] at N, N bytes: it is struct v2p_level_info[N] at N, "
      "N bytes"]),
    ("a function gone", MAP, r"\tv2p_page;\n", "", ["function v2p_page V2P_N.N is gone"]),
    ("a function of another version", MAP, r"(V2P_1\.0 \{\nglobal:)\n\tv2p_close;",
     r"V2P_1.99 {\nglobal:\n\tv2p_close;\n};\n\1", ["function v2p_close V2P_N.N is gone"]),
    ("a parameter of another type", API, r"(int v2p_set_retry\(.*?)unsigned int", r"\1int",
     ["function v2p_set_retry V2P_N.N was int (struct v2p *, unsigned int): it is int (struct v2p *, int)"]),
    ("what is handed to a callback", TYPES, r"v2p_owner_fn\(pid_t", "v2p_owner_fn(long",
     ["type v2p_owner_fn was int (pid_t, const struct v2p_extent *, void *): "
      "it is int (long int, const struct v2p_extent *, void *)"]),
]
results = Results()


def changed(folder, changes):
    """What the headers promise with these changes."""
    for name in (TYPES, API, MAP, WIRE, IOCTL, "include/v2p-version.h"):
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        shutil.copy(f"{compare_abi.TOP}/{name}", f"{folder}/{name}")
    for name, old, new in changes:
        text, count = re.subn(old, new, compare_abi.read(folder, name), count=1)
        if not count:
            raise ValueError(f"{old!r} is not in {name}")
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)
    return list(compare_abi.promised(folder))


def main():
    now = list(compare_abi.promised())
    results.ok(not list(compare_abi.compare(now, now)) and len(now) > 300, "the same is the same", now)
    for name, file, old, new, wanted, *more in CHANGES:
        with tempfile.TemporaryDirectory() as folder:
            found = list(compare_abi.compare(now, changed(folder, [(file, old, new), *more])))
        found = [re.sub(r"\b\d+|(?<=_)\d+", "N", one) for one in found]
        results.ok(found == wanted, name, "\n".join(found))
    if not os.path.exists(compare_abi.RELEASED):
        results.skip("it has only grown since the last release", "there is none yet")
    else:
        found = list(compare_abi.compare(compare_abi.read(compare_abi.RELEASED).splitlines(), now))
        results.ok(not found, "it has only grown since the last release", "\n".join(found))
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
