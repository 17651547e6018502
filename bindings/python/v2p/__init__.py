# SPDX-License-Identifier: LGPL-2.1-only
"""Which physical memory backs a virtual address, right now: libv2p for Python.

    import v2p

    with v2p.Process(1234) as process:
        print(hex(process.physical(0x7fff5c2a3b40)))
        answer = process.translate(addresses, v2p.Field.PHYSICAL | v2p.Field.NODE)
        print(answer.status, answer.physical, answer.node)
        for extent in process.extents(0x7f0000000000, 64 << 20):
            print(hex(extent.address), extent.physical, extent.length)

Every answer is a snapshot: unless its page is pinned, the kernel may move it right after. Who may
ask, and what an answer means, is as libv2p(3) has it. Addresses and lengths are in bytes. It
needs libv2p, and no compiler; arrays are numpy's where that is installed.

An address space belongs to one thread at a time.
"""
import array
import ctypes
import os
from typing import Any, Callable, Iterable, List, Optional, Tuple

from . import abi, answers
from .abi import TO_THE_END
from .answers import (Extent, Info, LevelInfo, Owner, Page, RegionRange, Step, Translation,
                      Walk)
from .constants import (DeviceTranslation, Feature, Field, Flag, Level, MemoryType, PageKind,
                        PageStatus, Region, Status, TableFormat, Zone)
from .errors import Error, NoProcess, NotLoaded, NotPermitted, NotSupported, error_of

try:
    import numpy as _numpy
    numpy: Any = _numpy
except ImportError:
    numpy = None

__all__ = ["AddressSpace", "Arrays", "Device", "DeviceTranslation", "Error", "Extent", "Feature",
           "Field", "Flag", "Info", "Kernel", "Level", "LevelInfo", "MemoryType", "NoProcess",
           "NotLoaded", "NotPermitted", "NotSupported", "Owner", "Page", "PageKind",
           "PageStatus", "Process", "Region", "RegionRange", "Space", "Status", "Step",
           "TO_THE_END", "TableFormat", "Translation", "Walk", "Zone", "info", "owners", "page",
           "version"]

# The arrays that a field asks for, and the type code of their elements.
_ARRAYS = (
    (None, "status", "B"), (Field.PHYSICAL, "physical", "Q"), (Field.PAGE_SHIFT, "page_shift", "B"),
    (Field.FLAGS, "flags", "I"), (Field.ENTRY, "entry", "Q"), (Field.SWAP, "swap_type", "B"),
    (Field.SWAP, "swap_offset", "Q"), (Field.LEVEL, "level", "B"),
    (Field.MEMORY_TYPE, "memory_type", "B"), (Field.PROTECTION_KEY, "protection_key", "B"),
    (Field.NODE, "node", "I"), (Field.PAGE_KIND, "page_kind", "B"),
)
_EVERY_FIELD = Field.PHYSICAL | Field.PAGE_SHIFT | Field.FLAGS
# So many elements are asked for in one call, between which a signal is answered.
_AT_ONCE = 1 << 16


def _new_array(code: str, count: int) -> Any:
    if numpy:
        return numpy.zeros(count, code)
    return array.array(code, bytes(count * array.array(code).itemsize))


def _addresses(given: Iterable[int]) -> Tuple[Any, int]:
    """Numbers as an array of 64 bits each, which is taken as it is where it is one, and how many."""
    if isinstance(given, int):
        given = (given,)
    if numpy:
        taken = numpy.ascontiguousarray(given if hasattr(given, "__len__") else list(given),
                                        dtype="Q")
        return taken, taken.size
    if not (isinstance(given, array.array) and given.typecode == "Q"):
        given = array.array("Q", given)
    return given, len(given)


def _place(buffer: Any, element: int = 0) -> int:
    """Where an element of an array is."""
    if numpy:
        return buffer.ctypes.data + element * buffer.itemsize
    return buffer.buffer_info()[0] + element * buffer.itemsize


class Arrays:
    """
    The answers for many addresses: an array for each field that was asked for, with an element
    for each address: status (always), physical, page_shift, flags, entry, swap_type,
    swap_offset, level, memory_type, protection_key, node, page_kind. Others are None. physical
    means something only where status is Status.MAPPED: 0 is a physical address.
    """
    status: Any
    physical: Any
    page_shift: Any
    flags: Any
    entry: Any
    swap_type: Any
    swap_offset: Any
    level: Any
    memory_type: Any
    protection_key: Any
    node: Any
    page_kind: Any

    def __init__(self, count: int, fields: Field):
        self._count = count
        for field, name, code in _ARRAYS:
            wanted = field is None or fields & field
            setattr(self, name, _new_array(code, count) if wanted else None)

    def __len__(self) -> int:
        return self._count

    def _for_library(self, first: int) -> abi.Arrays:
        places = {name: _place(getattr(self, name), first) for _, name, _ in _ARRAYS
                  if getattr(self, name) is not None}
        return abi.Arrays(**places)


class _Handle:
    """A connection to the module."""

    def __init__(self):
        self.library = abi.load()
        self.pointer = ctypes.c_void_p()
        error = self.library.v2p_open(ctypes.byref(self.pointer))
        if error:
            try:
                self.check(error)
            finally:
                self.close()

    def check(self, result: int) -> int:
        """The result of a call, if it is no error."""
        if result >= 0:
            return result
        words = self.library.v2p_error(self.pointer).decode(errors="replace")
        raise error_of(-result, words)

    def close(self) -> None:
        pointer, self.pointer = self.pointer, ctypes.c_void_p()
        self.library.v2p_close(pointer)

    def __enter__(self) -> "_Handle":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def _call(self, name: str, *arguments: Any) -> int:
        if not self.pointer:
            raise ValueError("it is closed")
        return getattr(self.library, name)(self.pointer, *arguments)

    def call(self, name: str, *arguments: Any) -> int:
        return self.check(self._call(name, *arguments))

    def call_with(self, kind: Any, take: Callable[..., Any], name: str, *arguments: Any) -> None:
        """A call whose last arguments are a callback, which may raise, and its data."""
        raised: List[BaseException] = []

        def guarded(*given: Any) -> int:
            try:
                take(*given[:-1])
            except BaseException as exception:  # pylint: disable=broad-except
                raised.append(exception)
                return 1
            return 0
        result = self._call(name, *arguments, kind(guarded), None)
        if raised:
            raise raised[0]
        self.check(result)


class AddressSpace:
    """
    What can be asked of a process, of the kernel, of a device, or of an address space that is
    open.
    """

    def __init__(self, target: abi.Target):
        self._handle = _Handle()
        self._target = target

    def close(self) -> None:
        """Drop the connection. It cannot be asked any more."""
        self._handle.close()

    def __enter__(self) -> "AddressSpace":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __del__(self) -> None:
        # Not where it could not be opened.
        if hasattr(self, "_handle"):
            self.close()

    def set_retry(self, milliseconds: int) -> None:
        """For how long a call asks anew what is being changed; 100 unless told otherwise."""
        self._handle.call("v2p_set_retry", milliseconds)

    def open(self) -> int:
        """A descriptor of the address space, which the caller closes, and may pass on."""
        return self._handle.call("v2p_space_open", self._target)

    def translate(self, addresses: Iterable[int], fields: Field = _EVERY_FIELD) -> Arrays:
        """Where these addresses are, in any number and order. No address fails another."""
        taken, count = _addresses(addresses)
        answer = Arrays(count, fields)
        for first in range(0, count, _AT_ONCE):
            arrays = answer._for_library(first)  # pylint: disable=protected-access
            self._handle.call("v2p_translate", self._target, _place(taken, first),
                              min(_AT_ONCE, count - first), ctypes.byref(arrays))
        return answer

    def physical(self, address: int) -> Optional[int]:
        """Where an address is, or None."""
        answer = self.translate([address], Field.PHYSICAL)
        return int(answer.physical[0]) if answer.status[0] == Status.MAPPED else None

    def walk(self, address: int) -> Walk:
        """Every page-table entry on the way to an address."""
        walk = abi.Walk()
        self._handle.call("v2p_get_walk", self._target, address, ctypes.byref(walk))
        return answers.walk_of(walk)

    def each_extent(self, take: Callable[[Extent], Any], start: int = 0,
                    length: int = TO_THE_END, *, fields: Field = _EVERY_FIELD,
                    states: Iterable[Status] = (), page_shifts: Iterable[int] = (),
                    with_flags: Flag = Flag(0), without_flags: Flag = Flag(0),
                    memory_types: Iterable[MemoryType] = (), merge: bool = False,
                    physical: Iterable[Tuple[int, int]] = ()) -> None:
        """
        Calls take() with each extent of a range, in the order of addresses, while it is walked;
        what take() raises ends it. states are those that are wanted, by default all but none;
        page_shifts, memory_types and flags leave out other pages; merge takes contiguity alone
        for what makes an extent; physical is the memory that is looked for, as pairs of start
        and length, in order. take() must not ask anything of the same address space.
        """
        ranges = _physical_ranges(physical)
        asked = abi.Range(
            start=start, length=length, fields=fields, merge=merge, with_flags=with_flags,
            without_flags=without_flags, states=_bits(states), page_shifts=_bits(page_shifts),
            memory_types=_bits(memory_types), physical=ranges, physical_count=len(ranges or ()))

        def taken(extent: Any) -> None:
            take(answers.extent_of(extent.contents, bool(fields & Field.NODE)))
        self._handle.call_with(abi.TAKE_EXTENT, taken, "v2p_map", self._target,
                               ctypes.byref(asked))

    def extents(self, start: int = 0, length: int = TO_THE_END, **wanted: Any) -> List[Extent]:
        """The same as a list."""
        found: List[Extent] = []
        self.each_extent(found.append, start, length, **wanted)
        return found

    def contiguous(self, address: int, length: int, page_shift: int = 0) -> Optional[int]:
        """
        The physical address of a range that is one run of physical memory, by pages of at least
        1 << page_shift bytes; None where it is not.
        """
        physical = ctypes.c_uint64()
        if self._handle.call("v2p_is_contiguous", self._target, address, length, page_shift,
                             ctypes.byref(physical)):
            return physical.value
        return None


class Space(AddressSpace):
    """An address space by a descriptor of it, which stays the caller's."""

    def __init__(self, descriptor: int):
        super().__init__(abi.Target(abi.Target.SPACE, id=descriptor))


class Process(AddressSpace):
    """
    A process, by the id of any of its threads. It is the same process for as long as this is
    open, whatever becomes of its id. With user_root, by the page table that user mode runs on.
    """

    def __init__(self, pid: Optional[int] = None, user_root: bool = False):
        self.pid = os.getpid() if pid is None else pid
        self._descriptor = -1  # before all that may fail, as it is closed then
        kind = abi.Target.USER_ROOT if user_root else abi.Target.PID
        super().__init__(abi.Target(kind, id=self.pid))
        try:
            self._descriptor = self.open()
        except NotSupported:
            # A module that is too old for it is asked by the id each time.
            if user_root:
                self.close()
                raise
        except BaseException:
            self.close()
            raise
        else:
            self._target = abi.Target(abi.Target.SPACE, id=self._descriptor)

    def open(self) -> int:
        return super().open() if self._descriptor < 0 else os.dup(self._descriptor)

    def close(self) -> None:
        super().close()
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> "Process":
        return self


class Kernel(AddressSpace):
    """The kernel."""

    def __init__(self):
        super().__init__(abi.Target(abi.Target.KERNEL))

    def __enter__(self) -> "Kernel":
        return self

    def regions(self) -> List[RegionRange]:
        """What its addresses are for, in their order."""
        found = self._array("v2p_regions", abi.RegionRange)
        return [answers.region_of(one) for one in found]

    def per_cpu_offsets(self) -> List[Tuple[int, int]]:
        """
        Pairs: the number of each possible CPU, and what makes the address of its own of a per-CPU
        variable's address in /proc/kallsyms, if it is added.
        """
        found = self._array("v2p_per_cpu_offsets", abi.CpuOffset)
        return [(one.cpu, one.offset) for one in found]

    def _array(self, name: str, kind: Any) -> Any:
        room = self._handle.call(name, None, 0)
        found = (kind * room)()
        return found[:min(room, self._handle.call(name, found, room))]


class Device(AddressSpace):
    """
    The addresses that a device uses for DMA, as its IOMMU translates them: of a PCI device, by
    its name as lspci prints it ("03:00.0"), or by bus and name ("pci/0000:03:00.0",
    "platform/NAME"). With pasid, those that it uses with that number. walk() tells in
    device_translation what becomes of them. It cannot be opened.
    """

    def __init__(self, name: str, pasid: Optional[int] = None):
        if pasid is None:
            target = abi.Target(abi.Target.DEVICE, name=name.encode())
        else:
            target = abi.Target(abi.Target.DEVICE, flags=abi.Target.HAS_PASID, id=pasid,
                                name=name.encode())
        super().__init__(target)
        self.name, self.pasid = name, pasid

    def __enter__(self) -> "Device":
        return self


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in set(numbers))


def _physical_ranges(ranges: Iterable[Tuple[int, int]]) -> Any:
    made = [abi.PhysicalRange(start, length) for start, length in ranges]
    return (abi.PhysicalRange * len(made))(*made) if made else None


def version() -> str:
    """The version of libv2p, such as "1.2.3"; info() tells that of the module."""
    return abi.load().v2p_version().decode()


def info() -> Info:
    """What the module and the machine can do. It takes no right."""
    told = abi.Info()
    with _Handle() as handle:
        handle.call("v2p_get_info", ctypes.byref(told))
    return answers.info_of(told)


def owners(ranges: Iterable[Tuple[int, int]]) -> List[Owner]:
    """
    Which processes map some physical memory: pairs of start and length, in order. What no process
    maps is not found, nor what moves meanwhile, certainly; for the kernel, ask
    Kernel().extents(physical=ranges).
    """
    wanted = _physical_ranges(ranges)
    found: List[Owner] = []

    def taken(pid: int, extent: Any) -> None:
        found.append(Owner(pid, answers.extent_of(extent.contents, False)))
    with _Handle() as handle:
        handle.call_with(abi.TAKE_OWNER, taken, "v2p_owners", wanted, len(wanted or ()))
    return found


def page(physical: Iterable[int]) -> List[Page]:
    """What the kernel knows of the pages that these physical addresses are in."""
    taken, count = _addresses(physical)
    pages = (abi.PageInfo * count)()
    with _Handle() as handle:
        handle.call("v2p_page", _place(taken) if count else None, count, pages)
    return [answers.page_of(int(taken[i]), pages[i]) for i in range(count)]
