# SPDX-License-Identifier: LGPL-2.1-only
"""Where drgn's objects are in physical memory.

    $ sudo drgn -p 1234                         # or drgn alone, for the kernel
    >>> from v2p.drgn import extents, physical, walk
    >>> hex(physical(prog["counter"]))
    >>> walk(prog["buffer"])
    >>> extents(prog["table"])

An object is meant, not what it points to: physical(prog["list"]) is where the pointer is, and
physical(prog["list"][0]) where the element is that it points to. Core dumps are refused: their
memory is not there any more. drgn answers from its own reading of page tables in a core dump of
the kernel; v2p asks the machine, of the moment, and knows processes as well.
"""
from typing import List, Optional

import drgn

from . import AddressSpace, Extent, Kernel, Process, Walk

__all__ = ["address_space", "extents", "physical", "walk"]


def address_space(prog: drgn.Program) -> AddressSpace:
    """That of what a program of drgn's is about, a process or the kernel; to be closed."""
    if not prog.flags & drgn.ProgramFlags.IS_LIVE:
        raise ValueError("a core dump is not in memory any more: v2p needs what is live")
    if prog.flags & drgn.ProgramFlags.IS_LINUX_KERNEL:
        return Kernel()
    return Process(prog.main_thread().tid)


def _address(thing: drgn.Object) -> int:
    if thing.address_ is None:
        raise ValueError("this is in no memory, but a value of drgn's")
    return thing.address_


def physical(thing: drgn.Object) -> Optional[int]:
    """The physical address of an object's first byte, None where there is no page."""
    with address_space(thing.prog_) as space:
        return space.physical(_address(thing))


def walk(thing: drgn.Object) -> Walk:
    """Every page-table entry on the way to an object."""
    with address_space(thing.prog_) as space:
        return space.walk(_address(thing))


def extents(thing: drgn.Object) -> List[Extent]:
    """The physical runs that an object is in, addresses and lengths in bytes."""
    with address_space(thing.prog_) as space:
        return space.extents(_address(thing), drgn.sizeof(thing))
