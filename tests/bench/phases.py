# SPDX-License-Identifier: GPL-2.0
"""What a recorded request spends its instructions on, and how long it keeps interrupts off."""
import bisect
import collections

PHASES = ("library", "socket", "parse", "target", "walk", "fill")

# Instructions belong to a phase from a function's start until its caller goes on.
# Outside of them all it is the library in user mode, the socket in the kernel.
STARTS = {
    "genl_rcv_msg": "parse",
    "v2p_nl_translate_doit": "parse",
    "v2p_nl_walk_doit": "parse",
    "v2p_nl_map_doit": "parse",
    "v2p_nl_map_start": "parse",
    "v2p_nl_map_dumpit": "fill",
    "v2p_target_get_process": "target",
    "v2p_target_get_kernel": "target",
    "v2p_aspace_put": "target",
    "v2p_translate_addresses": "walk",
    "v2p_walk_address": "walk",
    "v2p_extent_walk": "walk",
    "netlink_unicast": "socket",
}
# Once the module begins with a reply, it fills it.
HANDLERS = ("v2p_nl_translate_doit", "v2p_nl_walk_doit", "v2p_nl_map_doit")
REPLY = "__alloc_skb"
# A call returns right behind it.
CALL_BYTES = 8
INTERRUPT = ("asm_sysvec_", "asm_exc_", "asm_common_interrupt", "el1h_64_", "el0t_64_irq")


# A call: from which function, from where, what its instructions count for, and of whom.
Frame = collections.namedtuple("Frame", "function address phase callee", defaults=[""])


class Functions:
    """Which function an address is in: the kernel's by its symbols, the program's by file."""

    def __init__(self, symbols, files):
        known = [(start, f"[{name.partition('.so')[0]}]") for start, name in files] + symbols
        # Of several names of one place, the same in every run.
        self.known = sorted({start: name for start, name in sorted(known, reverse=True)}.items())
        self.starts = [start for start, _ in self.known]

    def at(self, address):
        """Name, and whether it is its first instruction."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0:
            return "?", False
        start, name = self.known[index]
        return name.partition(".")[0], start == address


def requests(recording, begin, end):
    """The parts of a recording between two marks."""
    part = None
    for step in recording:
        if step[0] == begin:
            part = []
        elif step[0] == end and part is not None:
            yield part
            part = None
        elif part is not None:
            part.append(step)


class Attribution:
    """Counts by phase and by function."""

    def __init__(self, request, functions):
        self.phases = collections.Counter()
        self.functions = collections.Counter()
        self.interrupted = 0
        # Functions that were called and have not returned yet.
        self.frames = []
        before = Frame("", 0, None)
        for address, _ in request:
            name, first = functions.at(address)
            self.follow(address, name, first, before)
            before = Frame(name, address, self.phase())
            self.count(before)
        missing = [phase for phase in PHASES if not self.phases[phase]]
        if missing:
            raise ValueError(f"no function is known any more for: {', '.join(missing)}")

    def phase(self):
        return self.frames[-1].phase if self.frames else "socket"

    def follow(self, address, name, first, before):
        if not address >> 63:
            self.frames = [Frame(name, 0, "library")]
            return
        if not before.address >> 63:
            self.frames = []
        if name != before.function:
            if first:
                self.call(name, before)
            else:
                self.leave(address, name)

    def call(self, name, before):
        phase = None if name.startswith(INTERRUPT) else STARTS.get(name, self.phase())
        if name == REPLY:
            self.begin_reply()
            phase = self.phase()
        self.frames.append(Frame(before.function, before.address, phase, name))

    def begin_reply(self):
        for index, frame in enumerate(self.frames):
            if frame.callee in HANDLERS:
                self.frames[index:] = [frame._replace(phase="fill")
                                       for frame in self.frames[index:]]

    def leave(self, address, name):
        """Back to a caller, or its caller's where it has ended by a jump."""
        for index in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[index]
            back = (0 < address - frame.address <= CALL_BYTES if frame.phase
                    else name == frame.function)
            if back:
                del self.frames[index:]
                return

    def count(self, at):
        if at.phase is None:
            self.interrupted += 1
        else:
            self.phases[at.phase] += 1
            self.functions[at.phase, at.function] += 1


def longest_masked(request, of_module):
    """Most instructions in a row with interrupts off, of which some are the module's."""
    longest = length = 0
    own = False
    for address, masked in request:
        if not masked:
            length, own = 0, False
            continue
        length += 1
        own = own or of_module(address)
        if own:
            longest = max(longest, length)
    return longest
