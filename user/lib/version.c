// SPDX-License-Identifier: LGPL-2.1-only
#include "internal.h"

const char *v2p_version(void)
{
	return V2P_VERSION;
}
