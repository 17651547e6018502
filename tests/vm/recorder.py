# SPDX-License-Identifier: GPL-2.0
"""Records the instructions that a guest executes, by way of QEMU's log.

A recording is an array of 64-bit numbers, one for each instruction executed: its
address with bit 62 inverted where interrupts were off. That bit equals bit 63 in
every address that there can be.
"""
import array
import os
import re
import resource

# QEMU writes some 1,300 bytes for an instruction: enough for three million.
LOG_LIMIT = 4 << 30
MASKED = 1 << 62
# Of the registers that tell it: x86's IF, and arm64's DAIF.I, which says the opposite.
INTERRUPT_FLAG = 1 << 9
INTERRUPT_MASK = 1 << 7

# Each instruction is a block of its own, whose execution QEMU announces and may
# take back when an interrupt is due. The registers follow the announcement.
EVENT = re.compile(rb"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/|"
                   rb"^RIP=[0-9a-f]+ RFL=([0-9a-f]+)|^PSTATE=([0-9a-f]+)|"
                   rb"^(Stopped execution of TB chain before)", re.M)


def limit_log():
    """Keeps a guest that hangs while it is recorded from filling the disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (LOG_LIMIT, LOG_LIMIT))


def condense(log):
    """The recording that a log's lines tell of."""
    recording = array.array("Q")
    tail = b""
    while True:
        block = log.read(1 << 24)
        lines, end, rest = (tail + block).rpartition(b"\n")
        for address, flags, state, stopped in EVENT.findall(lines):
            if address:
                recording.append(int(address, 16))
            elif flags or state:
                if (not int(flags, 16) & INTERRUPT_FLAG if flags
                        else int(state, 16) & INTERRUPT_MASK):
                    recording[-1] ^= MASKED
            elif stopped and recording:
                recording.pop()
        tail = rest
        if not block:
            return recording


def load(path):
    """Pairs of an address and whether interrupts were off."""
    recording = array.array("Q")
    with open(path, "rb") as file:
        recording.frombytes(file.read())
    for number in recording:
        masked = bool(number >> 62 & 1) != bool(number >> 63)
        yield (number ^ MASKED if masked else number), masked


class Recorder:
    def __init__(self, monitor, folder):
        self.monitor = monitor
        self.folder = folder
        self.name = None
        # It was renamed in QEMU 8.1.
        old = tuple(monitor.version[part] for part in ("major", "minor")) < (8, 1)
        self.single = "singlestep" if old else "one-insn-per-tb"

    def path(self, kind):
        return os.path.join(self.folder, f"{self.name}.{kind}")

    def human(self, line):
        complaint = self.monitor.human(line).strip()
        if complaint:
            raise ValueError(complaint)

    def start(self, name):
        if not re.fullmatch(r"[\w-]+", name):
            raise ValueError("not a name")
        self.name = name
        self.human(f"logfile {self.path('log')}")
        self.human(f"{self.single} on")
        self.human("log exec,cpu,nochain")

    def stop(self):
        self.human("log none")
        self.human(f"{self.single} off")
        # The log is complete when QEMU has gone on to another.
        self.human("logfile /dev/null")
        with open(self.path("log"), "rb") as log:
            recording = condense(log)
        os.unlink(self.path("log"))
        with open(self.path("trace"), "wb") as file:
            recording.tofile(file)
        return len(recording)
