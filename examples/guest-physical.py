#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What is physical memory to a guest of QEMU, with KVM or without, is where on the host?

The guest's memory is memory of the QEMU process. QEMU's monitor tells at which address of that
process a guest-physical address is, v2p where that is on the host. Run it as root, with a
monitor that QEMU was started with by -qmp unix:SOCKET,server=on,wait=off:

    guest-physical.py SOCKET 0x100000 0x101000

What the guest has not used yet has no memory. Others than QEMU tell where they have put the
guest's memory when they give it to KVM, as slots of KVM_SET_USER_MEMORY_REGION: an address is
then userspace_addr + (address - guest_phys_addr) of its slot.
"""
import json
import re
import socket
import struct
import sys

import v2p


class Monitor:
    """QEMU's monitor, of which one client at a time is served."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile("rw", encoding="utf-8")
        self.file.readline()
        self.ask("qmp_capabilities")

    def pid(self):
        """Whoever made the socket."""
        peer = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return struct.unpack("3i", peer)[0]

    def ask(self, command, **arguments):
        print(json.dumps({"execute": command, "arguments": arguments}), file=self.file, flush=True)
        for line in self.file:
            answer = json.loads(line)
            if "error" in answer:
                sys.exit(f"{command}: {answer['error']['desc']}")
            # Between them, it tells of events.
            if "return" in answer:
                return answer["return"]
        sys.exit("QEMU has closed the monitor")

    def host_virtual(self, guest_physical):
        said = self.ask("human-monitor-command",
                        **{"command-line": f"gpa2hva {guest_physical:#x}"}).strip()
        found = re.search(r" is (0x[0-9a-f]+)$", said)
        # Such as of what is no RAM.
        if not found:
            sys.exit(said)
        return int(found.group(1), 16)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: guest-physical.py SOCKET GUEST-PHYSICAL...")
    guest = [int(word, 0) for word in sys.argv[2:]]
    monitor = Monitor(sys.argv[1])
    host = [monitor.host_virtual(one) for one in guest]
    try:
        with v2p.Process(monitor.pid()) as qemu:
            answer = qemu.translate(host)
    except v2p.Error as error:
        sys.exit(f"QEMU, process {monitor.pid()}: {error.strerror}")
    print("GUEST-PHYSICAL HOST-VIRTUAL HOST-PHYSICAL PAGE")
    for i, status in enumerate(answer.status):
        mapped = status == v2p.Status.MAPPED
        physical = hex(answer.physical[i]) if mapped else str(v2p.Status(status))
        page = f"{1 << int(answer.page_shift[i]) - 10}K" if mapped else "-"
        print(hex(guest[i]), hex(host[i]), physical, page)


if __name__ == "__main__":
    main()
