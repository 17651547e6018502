# SPDX-License-Identifier: LGPL-2.1-only
"""What libv2p answers, as Python has it. Addresses and lengths are in bytes."""
from typing import Any, Dict, NamedTuple, Optional, Tuple

from .abi import NO_NODE
from .constants import (DeviceTranslation, Feature, Flag, Level, MemoryType, PageKind, PageStatus,
                        Region, Status, TableFormat, Zone)


class LevelInfo(NamedTuple):
    """A level of the page tables: an entry spans 1 << shift bytes, a table has 1 << bits."""
    level: Level
    shift: int
    bits: int


class Info(NamedTuple):
    """What the module and the machine can do."""
    module_version: str
    arch: str
    page_shift: int
    physical_bits: int
    virtual_bits: int
    features: Feature
    max_batch: int
    levels: Tuple[LevelInfo, ...]


class Translation(NamedTuple):
    """The answer for one address. physical is None where there is none."""
    status: Status
    physical: Optional[int]
    page_shift: int
    flags: Flag
    entry: int
    level: Level
    memory_type: MemoryType
    protection_key: int
    swap_type: int
    swap_offset: int

    @property
    def page_size(self) -> int:
        """Bytes of the page, or of the hole."""
        return 1 << self.page_shift if self.page_shift else 0


class Step(NamedTuple):
    """An entry on the way to an address, and where it stands itself."""
    level: Level
    index: int  # type: ignore[assignment]
    entry: int
    entry_physical: int
    flags: Flag
    shift: int = 0
    """Of a device, where the entry is of a page table: it spans 1 << shift bytes."""


class Walk(NamedTuple):
    """
    The whole way to an address: where the top table is, its entries, and what they say. Of a
    device, the first of these are of tables by which its IOMMU finds the page tables.
    """
    root: int
    steps: Tuple[Step, ...]
    translation: Translation
    device_translation: DeviceTranslation = DeviceTranslation.UNKNOWN
    """What becomes of all addresses of a device."""
    table_format: TableFormat = TableFormat.UNKNOWN


class Extent(NamedTuple):
    """
    A run that is contiguous in virtual and in physical memory. What was not asked for is 0,
    None for the node.
    """
    address: int
    physical: Optional[int]
    length: int
    status: Status
    page_shift: int
    flags: Flag
    level: Level
    memory_type: MemoryType
    protection_key: int
    swap_type: int
    swap_offset: int
    node: Optional[int]
    page_kind: PageKind

    @property
    def end(self) -> int:
        """The first address behind it."""
        return self.address + self.length


class Owner(NamedTuple):
    """An extent of a process that leads to memory that was looked for."""
    pid: int
    extent: Extent


class Page(NamedTuple):
    """What the kernel knows of a page of physical memory; None where it does not say."""
    physical: int
    status: PageStatus
    kind: PageKind
    zone: Zone
    node: Optional[int]
    references: int
    folio_order: int
    folio_index: int
    file: Optional[Tuple[int, int, int]]
    """Device (as os.stat() has it), inode, offset in bytes."""


class RegionRange(NamedTuple):
    """What a part of the kernel's addresses is for."""
    start: int
    length: int
    region: Region


def node_of(number: int) -> Optional[int]:
    return None if number == NO_NODE else number


def info_of(info: Any) -> Info:
    levels = (LevelInfo(Level(one.level), one.shift, one.bits)
              for one in info.levels[:info.level_count])
    return Info(info.module_version.decode(), info.arch.decode(), info.page_shift,
                info.physical_bits, info.virtual_bits, Feature(info.features), info.max_batch,
                tuple(levels))


def _shared(answer: Any) -> Dict[str, Any]:
    """What a translation and an extent both have."""
    status = Status(answer.status)
    return {
        "status": status, "physical": answer.physical if status == Status.MAPPED else None,
        "page_shift": answer.page_shift, "flags": Flag(answer.flags),
        "level": Level(answer.level), "memory_type": MemoryType(answer.memory_type),
        "protection_key": answer.protection_key, "swap_type": answer.swap_type,
        "swap_offset": answer.swap_offset,
    }


def translation_of(answer: Any) -> Translation:
    return Translation(entry=answer.entry, **_shared(answer))


def walk_of(walk: Any) -> Walk:
    steps = (Step(Level(step.level), step.index, step.entry, step.entry_physical,
                  Flag(step.flags), step.shift) for step in walk.steps[:walk.step_count])
    return Walk(walk.root, tuple(steps), translation_of(walk.translation),
                DeviceTranslation(walk.device_translation), TableFormat(walk.table_format))


def extent_of(extent: Any, with_node: bool) -> Extent:
    return Extent(address=extent.address, length=extent.length,
                  node=node_of(extent.node) if with_node else None,
                  page_kind=PageKind(extent.page_kind), **_shared(extent))


def page_of(physical: int, page: Any) -> Page:
    file = (page.file_device, page.file_inode, page.file_offset) if page.file_device else None
    return Page(physical, PageStatus(page.page_status), PageKind(page.page_kind),
                Zone(page.zone), node_of(page.node), page.references, page.folio_order,
                page.folio_index, file)


def region_of(one: Any) -> RegionRange:
    return RegionRange(one.start, one.length, Region(one.region))
