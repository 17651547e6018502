// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "names/module.h"

bool module_version(char version[MODULE_VERSION_SIZE])
{
	size_t length;
	char *content = file_read("/sys/module/v2p/version", &length);

	if (!content)
		return false;
	snprintf(version, MODULE_VERSION_SIZE, "%.*s", (int)strcspn(content, "\n"), content);
	free(content);
	return true;
}
