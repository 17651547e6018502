/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_MEMREMAP_H
#define V2P_COMPAT_LINUX_MEMREMAP_H

#include <linux/version.h>
#include_next <linux/memremap.h>

/* Before 6.18 there is a second argument, for callers that hold one already. */
static inline struct dev_pagemap *get_dev_pagemap_of(unsigned long pfn)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
	return get_dev_pagemap(pfn);
#else
	return get_dev_pagemap(pfn, NULL);
#endif
}

#endif /* V2P_COMPAT_LINUX_MEMREMAP_H */
