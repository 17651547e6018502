// SPDX-License-Identifier: GPL-2.0

#include <linux/module.h>
#include <net/genetlink.h>

#include <uapi/linux/v2p.h>

#include "arch/arch.h"
#include "iova/iommu.h"
#include "netlink.h"
#include "target.h"
#include "v2p-version.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

static int __init v2p_init(void)
{
	int err = v2p_arch_init();

	if (err)
		return err;
	v2p_target_init();
	return v2p_netlink_init();
}

static void __exit v2p_exit(void)
{
	v2p_netlink_exit();
	v2p_iommu_exit();
}

module_init(v2p_init);
module_exit(v2p_exit);

MODULE_DESCRIPTION("Physical memory behind virtual addresses of processes, of the kernel and of devices");
MODULE_VERSION(V2P_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(V2P_FAMILY_NAME);
