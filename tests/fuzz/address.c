// SPDX-License-Identifier: GPL-2.0
#include "address.h"
#include "arch.h"
#include "places.h"
#include "sizes.h"

#define HUGE (2UL << 20)

static const uint64_t odd[] = {
	0, PAGE_SIZE - 1, PLACE_START, 0x400000, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000,
	1ULL << 56, 1ULL << 63, 0xff00000000000000, UINT64_MAX - PAGE_SIZE, UINT64_MAX,
};

uint64_t address_in_kernel(struct random *random)
{
	static const uint64_t starts[] = { ARCH_KERNEL_PLACES };

	return RANDOM_OF(random, starts);
}

uint64_t address_any(struct random *random, bool kernel)
{
	switch (random_below(random, 4)) {
	case 0:
		return random_number(random);
	case 1:
		return RANDOM_OF(random, odd);
	case 2:
		return PLACE_START + random_below(random, 2 * PLACE_PAGES * PAGE_SIZE);
	default:
		return kernel ? address_in_kernel(random) + random_below(random, HUGE) :
				(uintptr_t)random + random_below(random, PAGE_SIZE);
	}
}
