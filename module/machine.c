// SPDX-License-Identifier: GPL-2.0

#include <linux/kconfig.h>
#include <linux/leafops.h>

#include "arch/arch.h"
#include "machine.h"

static u32 features(void)
{
	u32 features = V2P_FEATURE_POISON_MARKER;

	if (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY))
		features |= V2P_FEATURE_SOFT_DIRTY;
	if (IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP))
		features |= V2P_FEATURE_UFFD_WP;
	if (SOFTLEAF_HAS_GUARD)
		features |= V2P_FEATURE_GUARD;
	if (IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		features |= V2P_FEATURE_DEVICE_PRIVATE;
	if (v2p_arch_memory_encrypted())
		features |= V2P_FEATURE_ENCRYPTION;
	if (v2p_arch_has_user_root())
		features |= V2P_FEATURE_USER_ROOT;
	return features;
}

void v2p_machine_describe(struct v2p_machine *machine)
{
	unsigned int level;

	*machine = (struct v2p_machine) {
		.arch = V2P_ARCH_NAME,
		.features = features(),
		.physical_bits = v2p_arch_physical_bits(),
		.virtual_bits = v2p_arch_virtual_bits(),
	};
	for (level = V2P_ARCH_TOP_LEVEL + 1; level-- > 0;) {
		if (v2p_arch_level_folded(level))
			continue;
		machine->levels[machine->count++] = (struct v2p_machine_level) {
			.level = level,
			.shift = v2p_arch_level_shift(level),
			.bits = v2p_arch_level_bits(level),
		};
	}
}
