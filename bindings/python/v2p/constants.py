# SPDX-License-Identifier: LGPL-2.1-only
"""The words of v2p's contract, by their numbers. Made by `make gen` of include/v2p.yaml: change that."""
from enum import IntEnum, IntFlag


class _Word(IntEnum):
    """What a newer module may say, and this does not know, is a member without a word."""

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            return None
        member = int.__new__(cls, value)
        member._name_ = f"UNKNOWN_{value}"
        member._value_ = value
        return member

    def __str__(self):
        return self._name_.lower().replace("_", "-")


class Status(_Word):
    NONE = 0
    MAPPED = 1
    SWAPPED = 2
    MIGRATING = 3
    POISONED = 4
    GUARD = 5
    MARKER = 6
    DEVICE = 7
    INVALID = 8


class MemoryType(_Word):
    UNSPECIFIED = 0
    WB = 1
    WC = 2
    WT = 3
    WP = 4
    UC = 5
    UC_MINUS = 6
    TAGGED = 7
    DEVICE = 8


class Level(_Word):
    PTE = 0
    PMD = 1
    PUD = 2
    P4D = 3
    PGD = 4
    LEVEL_6 = 5
    ROOT_TABLE = 6
    CONTEXT_TABLE = 7
    DEVICE_TABLE = 8
    PASID_DIRECTORY = 9
    PASID_TABLE = 10


class PageStatus(_Word):
    NONE = 0
    ONLINE = 1
    OFFLINE = 2
    DEVICE = 3


class PageKind(_Word):
    UNKNOWN = 0
    ORDINARY = 1
    THP = 2
    HUGETLB = 3
    KSM = 4
    ZERO = 5
    FREE = 6
    SLAB = 7
    PAGE_TABLE = 8
    RESERVED = 9
    OFFLINE = 10
    POISONED = 11
    FS_DAX = 12
    DEVICE = 13
    DEVICE_PRIVATE = 14
    DEVICE_COHERENT = 15
    PCI_P2PDMA = 16
    NO_RECORD = 17


class Zone(_Word):
    UNKNOWN = 0
    DMA = 1
    DMA32 = 2
    NORMAL = 3
    HIGHMEM = 4
    MOVABLE = 5
    DEVICE = 6


class Region(_Word):
    UNSPECIFIED = 0
    DIRECT_MAP = 1
    VMALLOC = 2
    VMEMMAP = 3
    KASAN = 4
    TEXT = 5
    MODULES = 6
    FIXMAP = 7
    CPU_ENTRY_AREA = 8
    ESPFIX = 9
    LDT = 10
    EFI = 11
    PCI_IO = 12


class DeviceTranslation(_Word):
    UNKNOWN = 0
    TABLES = 1
    PASSTHROUGH = 2
    BLOCKED = 3
    DIRECT = 4
    ASKED = 5


class TableFormat(_Word):
    UNKNOWN = 0
    VTD_SECOND_STAGE = 1
    VTD_FIRST_STAGE = 2
    AMD_V1 = 3
    AMD_V2 = 4


class Flag(IntFlag):
    PRESENT = 1 << 0
    WRITE = 1 << 1
    USER = 1 << 2
    EXEC = 1 << 3
    ACCESSED = 1 << 4
    DIRTY = 1 << 5
    GLOBAL = 1 << 6
    SOFT_DIRTY = 1 << 7
    UFFD_WP = 1 << 8
    PROTNONE = 1 << 9
    SPECIAL = 1 << 10
    CONTIGUOUS = 1 << 11
    ENCRYPTED = 1 << 12
    CHANGING = 1 << 13
    WRITE_ONLY = 1 << 14


class Feature(IntFlag):
    SOFT_DIRTY = 1 << 0
    UFFD_WP = 1 << 1
    POISON_MARKER = 1 << 2
    GUARD = 1 << 3
    DEVICE_PRIVATE = 1 << 4
    ENCRYPTION = 1 << 5
    USER_ROOT = 1 << 6


class Field(IntFlag):
    PHYSICAL = 1 << 0
    PAGE_SHIFT = 1 << 1
    FLAGS = 1 << 2
    ENTRY = 1 << 3
    SWAP = 1 << 4
    LEVEL = 1 << 5
    MEMORY_TYPE = 1 << 6
    PROTECTION_KEY = 1 << 7
    IDENTITY = 1 << 8
    NODE = 1 << 9
    PAGE_KIND = 1 << 10
