#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of the comparison with a released contract: each way to break it is found."""
import contextlib
import copy
import io
import unittest

import compare_contract

CONTRACT = compare_contract.read(compare_contract.CONTRACT)


def named(entries, name):
    return next(entry for entry in entries if compare_contract.name_of(entry) == name)


class Contract(unittest.TestCase):
    def setUp(self):
        self.new = copy.deepcopy(CONTRACT)
        self.status = named(self.new["definitions"], "status")["entries"]
        self.attributes = self.new["attribute-sets"][0]["attributes"]
        self.operations = self.new["operations"]["list"]
        self.translate = named(self.operations, "translate")["do"]

    def complains(self, *wanted):
        found = list(compare_contract.compare(CONTRACT, self.new))
        self.assertEqual(found, list(wanted))

    def test_same(self):
        self.complains()

    def test_more(self):
        self.status.append({"name": "new"})
        self.attributes.append({"name": "new", "type": "u32"})
        self.new["definitions"].insert(0, {"name": "new", "type": "const", "value": 1})
        self.operations.append({"name": "new", "do": {"request": {"attributes": ["pid"]}}})
        named(self.operations, "translate")["dump"] = {"reply": {"attributes": ["status"]}}
        self.translate["request"]["attributes"].insert(0, "new")
        self.translate["reply"]["attributes"].insert(0, "new")
        self.complains()

    def test_words(self):
        self.new["doc"] = self.status[1]["doc"] = self.attributes[5]["doc"] = "other words"
        named(self.attributes, "pid").pop("doc", None)
        self.complains()

    def test_a_number(self):
        self.status.insert(1, {"name": "new"})
        self.assertIn("/definitions/status/entries/mapped has another number",
                      compare_contract.compare(CONTRACT, self.new))

    def test_numbers_of_attributes(self):
        self.attributes[1:3] = self.attributes[2], self.attributes[1]
        self.assertEqual(len(list(compare_contract.compare(CONTRACT, self.new))), 2)

    def test_numbers_of_operations(self):
        self.operations[0:2] = self.operations[1], self.operations[0]
        self.complains("/operations/list/info has another number",
                       "/operations/list/translate has another number")

    def test_gone(self):
        del self.status[-1]
        self.translate["reply"]["attributes"].remove("entry")
        self.complains(f"/definitions/status/entries/"
                       f"{named(CONTRACT['definitions'], 'status')['entries'][-1]['name']} is gone",
                       "/operations/list/translate/do/reply/attributes/entry is gone")

    def test_changed(self):
        named(self.new["definitions"], "base-states")["value"] = 1
        named(self.attributes, "pid")["type"] = "u64"
        named(self.attributes, "retry")["checks"]["max"] = 1
        self.complains("/definitions/base-states/value was 511",
                       "/attribute-sets/v2p/attributes/pid/type was u32",
                       "/attribute-sets/v2p/attributes/retry/checks/max was 30000")

    def test_stricter(self):
        named(self.attributes, "fields").pop("checks")
        named(self.attributes, "known-states")["checks"] = {"max": 1}
        self.complains("/attribute-sets/v2p/attributes/fields/checks is gone",
                       "/attribute-sets/v2p/attributes/known-states/checks was not there")

    def test_without_a_release(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertEqual(compare_contract.main("/nonexistent"), 0)
        self.assertIn("no release yet", said.getvalue())


if __name__ == "__main__":
    unittest.main()
