/* SPDX-License-Identifier: GPL-2.0 */
/* What tests know of processors. */
#ifndef ARCH_H
#define ARCH_H

#ifdef __aarch64__
#define ARCH_NAME		"arm64"
/* How Linux maps device memory that is not write-combining: for itself, and for a process. */
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_DEVICE
/* Bytes at the end of the lower half that no process can map. */
#define ARCH_BEYOND_USER	0ULL
/* The highest byte of an address of the lower half means nothing. */
#define ARCH_TAGS		1
/* Small pages that follow each other may be one for the TLB, of this size. */
#define ARCH_RUN_SHIFT		16
/* What the kernel's image is told to be in, and what modules are. */
#define ARCH_IN_IMAGE		(1U << V2P_REGION_VMALLOC)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES | 1U << V2P_REGION_VMALLOC)
/* Whether regions begin with what is in them, and some of it is at places that are known. */
#define ARCH_FIXED_PLACES	0
/* Physical addresses of QEMU's machine that are no memory: its interrupt controller and others. */
#define ARCH_NO_MEMORY		0x8000000, 0x9000000, 0xfffffff
/* How the tables say that ordinary memory is cached, if they do. */
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_WB
/* Addresses far from everything else: the tables under them are under nothing else. */
#define ARCH_HERE		0x200000000000
#define ARCH_THERE		0x300000000000
#elif defined(__riscv)
#define ARCH_NAME		"riscv64"
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_DEVICE
#define ARCH_BEYOND_USER	0ULL
#define ARCH_TAGS		0
#define ARCH_RUN_SHIFT		0
#define ARCH_IN_IMAGE		(1U << V2P_REGION_TEXT)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES)
#define ARCH_FIXED_PLACES	1
#define ARCH_NO_MEMORY		0x2000000, 0xc000000, 0x10000000
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_UNSPECIFIED
/* With three levels, all of user space is 256 GiB. */
#define ARCH_HERE		0x2000000000
#define ARCH_THERE		0x3000000000
#else
#define ARCH_NAME		"x86_64"
#define ARCH_UNCACHED		V2P_MEMORY_TYPE_UC_MINUS
#define ARCH_BEYOND_USER	4096ULL
#define ARCH_TAGS		0
#define ARCH_RUN_SHIFT		0
#define ARCH_IN_IMAGE		(1U << V2P_REGION_TEXT)
#define ARCH_IN_MODULES		(1U << V2P_REGION_MODULES)
#define ARCH_FIXED_PLACES	1
#define ARCH_NO_MEMORY		0xfee00000, 0xfec00000, 0xfffffff0
#define ARCH_ORDINARY		V2P_MEMORY_TYPE_WB
#define ARCH_HERE		0x200000000000
#define ARCH_THERE		0x300000000000
#endif

/* In neither half, with tags or without. */
#define ARCH_NOWHERE		(1ULL << 63 | 1ULL << 55)

#endif /* ARCH_H */
