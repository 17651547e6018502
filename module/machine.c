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
	if (arch_memory_encrypted())
		features |= V2P_FEATURE_ENCRYPTION;
	return features;
}

void machine_describe(struct machine *machine)
{
	unsigned int level;

	*machine = (struct machine) {
		.arch = ARCH_NAME,
		.features = features(),
		.physical_bits = arch_physical_bits(),
		.virtual_bits = arch_virtual_bits(),
	};
	for (level = ARCH_TOP_LEVEL + 1; level-- > 0;) {
		if (arch_level_folded(level))
			continue;
		machine->levels[machine->count++] = (struct machine_level) {
			.level = level,
			.shift = arch_level_shift(level),
			.bits = arch_level_bits(level),
		};
	}
}
