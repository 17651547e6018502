// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/complain.h"
#include "commands/versions.h"
#include "names/module.h"

void versions_print(void)
{
	char module[MODULE_VERSION_SIZE];

	printf("v2p-query %s\n", V2P_VERSION);
	printf("libv2p %s\n", v2p_version());
	if (module_version(module))
		printf("v2p.ko %s\n", module);
	else
		puts("v2p.ko is not loaded");
}

void versions_compare(const struct v2p_info *info)
{
	/* Which takes digits for numbers: 1.10.0 is later than 1.9.0. */
	if (strverscmp(info->module_version, V2P_VERSION) < 0)
		complain(EXIT_OK, "the loaded module, %s, is older than this command, %s: "
			 "sudo modprobe -r v2p lets the next question load the installed one",
			 info->module_version, V2P_VERSION);
}
