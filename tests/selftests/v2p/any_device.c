// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>

#include "any_device.h"

bool any_device_of(const char *bus, char name[ANY_DEVICE])
{
	const struct dirent *entry;
	char path[64];
	bool found = false;
	DIR *folder;

	snprintf(path, sizeof(path), "/sys/bus/%s/devices", bus);
	folder = opendir(path);
	if (!folder)
		return false;
	while (!found && (entry = readdir(folder)))
		found = entry->d_name[0] != '.' &&
			snprintf(name, ANY_DEVICE, "%s/%s", bus, entry->d_name) < ANY_DEVICE;
	closedir(folder);
	return found;
}

bool any_device(char name[ANY_DEVICE])
{
	return any_device_of("pci", name) || any_device_of("platform", name);
}
