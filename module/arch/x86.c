// SPDX-License-Identifier: GPL-2.0

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/printk.h>

#include <asm/coco.h>
#include <asm/cpufeature.h>
#include <asm/msr.h>

#include "arch.h"

u8 v2p_arch_memory_types[8] __ro_after_init;
u64 v2p_arch_encryption_bit __ro_after_init;
u64 v2p_arch_decrypted __ro_after_init;

int __init v2p_arch_init(void)
{
	static const u8 types[8] __initconst = {
		[0] = V2P_MEMORY_TYPE_UC, [1] = V2P_MEMORY_TYPE_WC, [4] = V2P_MEMORY_TYPE_WT,
		[5] = V2P_MEMORY_TYPE_WP, [6] = V2P_MEMORY_TYPE_WB,
		[7] = V2P_MEMORY_TYPE_UC_MINUS,
	};
	u32 pat[2];
	unsigned int i;

	/* The tables of a PV guest hold machine frame numbers, not those of the guest. */
	if (cpu_feature_enabled(X86_FEATURE_XENPV)) {
		pr_err("Xen PV guests are not supported\n");
		return -ENODEV;
	}

	rdmsr(MSR_IA32_CR_PAT, pat[0], pat[1]);
	for (i = 0; i < 8; i++)
		v2p_arch_memory_types[i] = types[pat[i / 4] >> i % 4 * 8 & 7];

	/* cc_mkdec() clears the bit for SME and SEV, and sets it for TDX. */
	v2p_arch_decrypted = cc_mkdec(0);
	v2p_arch_encryption_bit = v2p_arch_decrypted | ~cc_mkdec(U64_MAX);
	return 0;
}
