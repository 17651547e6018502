# SPDX-License-Identifier: GPL-2.0
"""Telling the results of a test, in the Test Anything Protocol."""


class Results:
    """Those of one test, or of one who judges what others have said."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def _tell(self, verdict, name, directive=""):
        self.count += 1
        # What follows this sign would be a directive.
        name = name.replace("#", r"\#")
        print(f"{verdict} {self.count} - {name}{directive}", flush=True)

    def ok(self, good, name, said=""):
        """One result; where it is bad, also what was said."""
        if not good:
            self.remark(said)
            self.failed += 1
        self._tell("ok" if good else "not ok", name)

    def skip(self, name, why):
        """A test that cannot run, and why."""
        self._tell("ok", name, f" # SKIP {why}")

    def remark(self, said):
        for line in str(said).splitlines():
            print("#", line)

    def end(self):
        """Prints the plan; returns the exit status."""
        print(f"1..{self.count}")
        return 1 if self.failed else 0
