# SPDX-License-Identifier: GPL-2.0
"""The kernel's own word on what backs a process's addresses: /proc/PID/pagemap."""
import array
import mmap

PAGE = mmap.PAGESIZE
PRESENT = 1 << 63
FRAME = (1 << 55) - 1


def physical(pid, address, pages=1):
    """Where so many pages are, from the one of an address on; None where one is nowhere."""
    entries = array.array("Q")
    with open(f"/proc/{pid}/pagemap", "rb") as file:
        file.seek(address // PAGE * 8)
        entries.frombytes(file.read(pages * 8))
    return [(entry & FRAME) * PAGE + address % PAGE if entry & PRESENT else None
            for entry in entries]
