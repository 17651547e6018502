/* SPDX-License-Identifier: GPL-2.0 */
/* What tests know of processors. */
#ifndef ARCH_H
#define ARCH_H

#include "sizes.h"

#ifdef __aarch64__
#define ARCH_NAME		"arm64"
/* Whether a CPU that reads tables has to be in the mask of those that are waited for. */
#define ARCH_JOINS_MASK		0
/* How Linux maps device memory that is not write-combining: for itself, and for a process. */
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_DEVICE
/* Bytes at the end of the lower half that no process can map. */
#define ARCH_BEYOND_USER	0ULL
/* The highest byte of an address of the lower half means nothing. */
#define ARCH_TAGS		1
/* Small pages that follow each other may be one for the TLB, of this size. */
#define ARCH_RUN_SHIFT		(PAGE_SHIFT == 12 ? 16 : 21)
/* What the kernel's image is told to be in, and what modules are. */
#define ARCH_IN_IMAGE		(1U << V2P_REGION_VMALLOC)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES | 1U << V2P_REGION_VMALLOC)
/* Whether regions begin with what is in them, and some of it is at places that are known. */
#define ARCH_FIXED_PLACES	0
/* Physical addresses of QEMU's machine that are no memory: its interrupt controller and others. */
#define ARCH_NO_MEMORY		0x8000000, 0x9000000, 0xfffffff
/* How the tables say that ordinary memory is cached, if they do. */
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_WB
/* What ioremap_wc() makes, and the first symbol of data that may be written. */
#define ARCH_IOREMAP_WC		V2P_MEMORY_TYPE_WC
#define ARCH_DATA		"_sdata"
/* Addresses far from everything else: the tables under them are under nothing else. */
#define ARCH_HERE		0x200000000000
#define ARCH_THERE		0x300000000000
/* The table that an entry points to. No machine of ours has memory that takes more bits. */
#define ARCH_TABLE(entry)	((entry) & 0x0000fffffffff000)
/* A root table need not fill a page. */
#define ARCH_ROOT_BITS		0x000fffffffffffc0
/* Entries of a huge page and of a table, of memory that is not there. */
#define ARCH_LEAF_ENTRY		0x0060123456600741
#define ARCH_TABLE_ENTRY	0x0000400000000003
/* An address of the lower half as the processor uses it. */
#define ARCH_UNTAGGED(address)	((address) >> 55 & 1 ? (address) : (address) << 8 >> 8)
/* Where things of the kernel may be. */
#define ARCH_KERNEL_PLACES \
	0xffff800080000000, 0xffff800008000000, 0xffff000000000000, 0xfff0000000000000, \
	0xffffffc000000000, 0xfffffdffc0000000, 0xfffffc0000000000, 0xffff80007a000000
#elif defined(__riscv)
#define ARCH_NAME		"riscv64"
#define ARCH_JOINS_MASK		1
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_DEVICE
#define ARCH_BEYOND_USER	0ULL
#define ARCH_TAGS		0
#define ARCH_RUN_SHIFT		0
#define ARCH_IN_IMAGE		(1U << V2P_REGION_TEXT)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES)
#define ARCH_FIXED_PLACES	1
#define ARCH_NO_MEMORY		0x2000000, 0xc000000, 0x10000000
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_UNSPECIFIED
/* The same as ioremap(). */
#define ARCH_IOREMAP_WC		V2P_MEMORY_TYPE_DEVICE
/* Constants are between _sdata and this one. */
#define ARCH_DATA		"_data"
/* With three levels, all of user space is 256 GiB. */
#define ARCH_HERE		0x2000000000
#define ARCH_THERE		0x3000000000
#define ARCH_TABLE(entry)	(((entry) & 0x003ffffffffffc00) << 2)
#define ARCH_ROOT_BITS		0x00fffffffffff000
#define ARCH_LEAF_ENTRY		0x00048d159e0000df
#define ARCH_TABLE_ENTRY	0x0010000000000001
#define ARCH_UNTAGGED(address)	(address)
#define ARCH_KERNEL_PLACES \
	0xffffffff80000000, 0xff60000000000000, 0xff20000000000000, 0xffffaf8000000000, \
	0xffff8f8000000000, 0xffffffd600000000, 0xffffffc800000000, 0xffffffff00000000
#else
#define ARCH_NAME		"x86_64"
#define ARCH_JOINS_MASK		1
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_UC_MINUS
#define ARCH_BEYOND_USER	4096ULL
#define ARCH_TAGS		0
#define ARCH_RUN_SHIFT		0
#define ARCH_IN_IMAGE		(1U << V2P_REGION_TEXT)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES)
#define ARCH_FIXED_PLACES	1
#define ARCH_NO_MEMORY		0xfee00000, 0xfec00000, 0xfffffff0
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_WB
#define ARCH_IOREMAP_WC		V2P_MEMORY_TYPE_WC
#define ARCH_DATA		"_sdata"
#define ARCH_HERE		0x200000000000
#define ARCH_THERE		0x300000000000
#define ARCH_TABLE(entry)	((entry) & 0x000ffffffffff000)
#define ARCH_ROOT_BITS		0x000ffffffffff000
#define ARCH_LEAF_ENTRY		0x00123456780000e7
#define ARCH_TABLE_ENTRY	0x0000400000000067
#define ARCH_UNTAGGED(address)	(address)
#define ARCH_KERNEL_PLACES \
	0xffffffff81000000, 0xffff888000000000, 0xff11000000000000, 0xffffc90000000000, \
	0xffffea0000000000, 0xfffffe0000000000, 0xffffffffff600000, 0xffffffffc0000000
#endif

/* In neither half, with tags or without. */
#define ARCH_NOWHERE		(1ULL << 63 | 1ULL << 55)

#endif /* ARCH_H */
