// SPDX-License-Identifier: GPL-2.0

#include <asm/coco.h>
#include <asm/msr.h>

#include "arch.h"

u32 arch_memory_types[8] __ro_after_init;
u64 arch_encryption_bit __ro_after_init;
u64 arch_decrypted __ro_after_init;

void __init arch_init(void)
{
	static const u32 types[8] __initconst = {
		[0] = V2P_FLAG_UC, [1] = V2P_FLAG_WC, [4] = V2P_FLAG_WT,
		[5] = V2P_FLAG_WP, [6] = V2P_FLAG_WB, [7] = V2P_FLAG_UC_MINUS,
	};
	u32 pat[2];
	unsigned int i;

	rdmsr(MSR_IA32_CR_PAT, pat[0], pat[1]);
	for (i = 0; i < 8; i++)
		arch_memory_types[i] = types[pat[i / 4] >> i % 4 * 8 & 7];

	/* Sets the bit, or clears it. */
	arch_decrypted = cc_mkdec(0);
	arch_encryption_bit = arch_decrypted | ~cc_mkdec(U64_MAX);
}
