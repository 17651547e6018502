# SPDX-License-Identifier: LGPL-2.1-only
"""The structures and functions of libv2p (include/v2p.h), as ctypes has them."""
import ctypes
import functools
from ctypes import (CFUNCTYPE, POINTER, Structure, c_char, c_char_p, c_int, c_size_t, c_uint,
                    c_uint8, c_uint32, c_uint64, c_void_p)

SONAME = "libv2p.so.1"

MAX_LEVELS = 8
MAX_STEPS = 16
TO_THE_END = (1 << 64) - 1
NO_NODE = (1 << 32) - 1


class Target(Structure):
    PID, KERNEL, SPACE, USER_ROOT, DEVICE = range(1, 6)
    HAS_PASID = 1
    _fields_ = [("kind", c_uint32), ("flags", c_uint32), ("id", c_uint64), ("name", c_char_p),
                ("reserved", c_uint64 * 4)]


class LevelInfo(Structure):
    _fields_ = [("level", c_uint8), ("shift", c_uint8), ("bits", c_uint8),
                ("reserved", c_uint8 * 13)]


class Sized(Structure):
    """One that begins with its size, so that the library knows which members there are."""

    def __init__(self, **members):
        super().__init__(**members)
        self.size = ctypes.sizeof(self)


class Info(Sized):
    _fields_ = [("size", c_size_t), ("module_version", c_char * 32), ("arch", c_char * 32),
                ("page_shift", c_uint8), ("physical_bits", c_uint8), ("virtual_bits", c_uint8),
                ("features", c_uint32), ("max_batch", c_uint32), ("level_count", c_uint),
                ("levels", LevelInfo * MAX_LEVELS)]


class Arrays(Sized):
    _fields_ = [("size", c_size_t), ("status", c_void_p), ("physical", c_void_p),
                ("page_shift", c_void_p), ("flags", c_void_p), ("entry", c_void_p),
                ("swap_type", c_void_p), ("swap_offset", c_void_p), ("level", c_void_p),
                ("memory_type", c_void_p), ("protection_key", c_void_p), ("node", c_void_p),
                ("page_kind", c_void_p)]


class Translation(Sized):
    _fields_ = [("size", c_size_t), ("physical", c_uint64), ("entry", c_uint64),
                ("swap_offset", c_uint64), ("flags", c_uint32), ("status", c_uint8),
                ("page_shift", c_uint8), ("level", c_uint8), ("memory_type", c_uint8),
                ("protection_key", c_uint8), ("swap_type", c_uint8), ("page_kind", c_uint8),
                ("reserved", c_uint8), ("node", c_uint32)]


class Step(Structure):
    _fields_ = [("entry_physical", c_uint64), ("entry", c_uint64), ("index", c_uint32),
                ("flags", c_uint32), ("level", c_uint8), ("shift", c_uint8), ("reserved", c_uint8 * 22)]


class Walk(Sized):
    _fields_ = [("size", c_size_t), ("root", c_uint64), ("step_count", c_uint32),
                ("device_translation", c_uint8), ("table_format", c_uint8),
                ("reserved", c_uint8 * 26), ("steps", Step * MAX_STEPS),
                ("translation", Translation)]


class Extent(Structure):
    _fields_ = [("address", c_uint64), ("physical", c_uint64), ("length", c_uint64),
                ("swap_offset", c_uint64), ("flags", c_uint32), ("status", c_uint8),
                ("page_shift", c_uint8), ("level", c_uint8), ("memory_type", c_uint8),
                ("protection_key", c_uint8), ("swap_type", c_uint8), ("page_kind", c_uint8),
                ("reserved", c_uint8), ("node", c_uint32), ("reserved2", c_uint8 * 16)]


class PhysicalRange(Structure):
    _fields_ = [("start", c_uint64), ("length", c_uint64)]


class Range(Sized):
    _fields_ = [("size", c_size_t), ("start", c_uint64), ("length", c_uint64),
                ("page_shifts", c_uint64), ("states", c_uint32), ("with_flags", c_uint32),
                ("without_flags", c_uint32), ("memory_types", c_uint32), ("fields", c_uint32),
                ("merge", c_int), ("progress", c_void_p), ("physical", POINTER(PhysicalRange)),
                ("physical_count", c_size_t)]


class PageInfo(Structure):
    _fields_ = [("file_device", c_uint64), ("file_inode", c_uint64), ("file_offset", c_uint64),
                ("node", c_uint32), ("folio_index", c_uint32), ("references", c_uint32),
                ("page_status", c_uint8), ("page_kind", c_uint8), ("zone", c_uint8),
                ("folio_order", c_uint8), ("known", c_uint32), ("reserved", c_uint8 * 52)]


class RegionRange(Structure):
    _fields_ = [("start", c_uint64), ("length", c_uint64), ("region", c_uint8),
                ("reserved", c_uint8 * 15)]


class CpuOffset(Structure):
    _fields_ = [("offset", c_uint64), ("cpu", c_uint32), ("reserved", c_uint32 * 3)]


TAKE_EXTENT = CFUNCTYPE(c_int, POINTER(Extent), c_void_p)
TAKE_OWNER = CFUNCTYPE(c_int, c_int, POINTER(Extent), c_void_p)

_FUNCTIONS = {
    "v2p_version": (c_char_p,),
    "v2p_open": (c_int, POINTER(c_void_p)),
    "v2p_close": (None, c_void_p),
    "v2p_error": (c_char_p, c_void_p),
    "v2p_set_retry": (c_int, c_void_p, c_uint),
    "v2p_get_info": (c_int, c_void_p, POINTER(Info)),
    "v2p_space_open": (c_int, c_void_p, Target),
    "v2p_translate": (c_int, c_void_p, Target, c_void_p, c_size_t, POINTER(Arrays)),
    "v2p_get_walk": (c_int, c_void_p, Target, c_uint64, POINTER(Walk)),
    "v2p_map": (c_int, c_void_p, Target, POINTER(Range), TAKE_EXTENT, c_void_p),
    "v2p_is_contiguous": (c_int, c_void_p, Target, c_uint64, c_uint64, c_uint,
                          POINTER(c_uint64)),
    "v2p_owners": (c_int, c_void_p, POINTER(PhysicalRange), c_size_t, TAKE_OWNER, c_void_p),
    "v2p_per_cpu_offsets": (c_int, c_void_p, POINTER(CpuOffset), c_size_t),
    "v2p_page": (c_int, c_void_p, c_void_p, c_size_t, POINTER(PageInfo)),
    "v2p_regions": (c_int, c_void_p, POINTER(RegionRange), c_size_t),
}


@functools.lru_cache(maxsize=None)
def load():
    """libv2p with the types of its functions; OSError where it is not installed."""
    library = ctypes.CDLL(SONAME)
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
