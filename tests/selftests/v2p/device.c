// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "files.h"

#define DEVICES "/sys/bus/pci/devices"

int device_read(const char *name, const char *file, char *text, size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", name, file);
	return read_file(path, text, size);
}

int device_write(const char *name, const char *file, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), DEVICES "/%s/%s", name, file);
	return write_file(path, text);
}

static unsigned int number(const char *name, const char *file)
{
	char text[32];
	unsigned int value;

	if (device_read(name, file, text, sizeof(text)) || sscanf(text, "%x", &value) != 1)
		return 0;
	return value;
}

bool device_find(unsigned int vendor, unsigned int device, char *name, size_t size)
{
	DIR *dir = opendir(DEVICES);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		found = number(entry->d_name, "vendor") == vendor &&
			number(entry->d_name, "device") == device;
		if (found)
			snprintf(name, size, "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

enum device_kind device_kind(const char *name)
{
	char path[256], link[256], text[32];
	ssize_t length;

	snprintf(path, sizeof(path), DEVICES "/%s", name);
	if (access(path, F_OK))
		return DEVICE_NONE;
	snprintf(path, sizeof(path), DEVICES "/%s/iommu", name);
	length = readlink(path, link, sizeof(link) - 1);
	if (length < 0)
		return DEVICE_DIRECT;
	link[length] = '\0';
	if (!device_read(name, "iommu_group/type", text, sizeof(text)) &&
	    !strncmp(text, "identity", 8))
		return DEVICE_IDENTITY;
	if (strstr(link, "/dmar"))
		return DEVICE_VTD;
	return strstr(link, "/ivhd") ? DEVICE_AMD : DEVICE_OTHER;
}
