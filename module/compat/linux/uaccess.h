/* SPDX-License-Identifier: GPL-2.0 */
/*
 * GCC before 11.5, 12.4 and 13.3 may lose what is assigned behind the label of an asm
 * goto that has outputs (GCC bug 113921). Kernels from 6.9 on do not let it have any;
 * what 6.1 does about it does not help where the value is a constant.
 */
#ifndef V2P_COMPAT_LINUX_UACCESS_H
#define V2P_COMPAT_LINUX_UACCESS_H

#include_next <linux/uaccess.h>

#if defined(CONFIG_CC_IS_GCC) && defined(CONFIG_CC_HAS_ASM_GOTO_OUTPUT) &&	\
	(GCC_VERSION < 110500 ||						\
	 (GCC_VERSION >= 120000 && GCC_VERSION < 120400) ||			\
	 (GCC_VERSION >= 130000 && GCC_VERSION < 130300))
#undef __get_kernel_nofault
#define __get_kernel_nofault(to, from, type, failed)				\
do {										\
	if (copy_from_kernel_nofault(to, from, sizeof(type)))			\
		goto failed;							\
} while (0)
#endif

#endif /* V2P_COMPAT_LINUX_UACCESS_H */
