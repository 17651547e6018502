// SPDX-License-Identifier: LGPL-2.1-only
/* How a device is named, and how people name it. */
#include <ctype.h>
#include <string.h>

#include "internal.h"

/* An x stands for a hexadecimal digit, anything else for itself. */
static bool is_like(const char *text, const char *pattern)
{
	for (; *text && *pattern; text++, pattern++)
		if (*pattern == 'x' ? !isxdigit((unsigned char)*text) : *text != *pattern)
			return false;
	return !*text && !*pattern;
}

/* What stands before it in the whole name, or NULL where it is no address of a PCI device. */
static const char *pci_prefix(const char *name)
{
	if (is_like(name, "xx:xx.x"))
		return "pci/0000:";
	/* A domain has more digits than four where it is of a hypervisor or of a VMD. */
	if (is_like(name, "xxxx:xx:xx.x") || is_like(name, "xxxxx:xx:xx.x") ||
	    is_like(name, "xxxxxx:xx:xx.x") || is_like(name, "xxxxxxxx:xx:xx.x"))
		return "pci/";
	return NULL;
}

/* A word, a slash and a word. */
static bool is_whole(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash && slash != name && slash[1] && !strchr(slash + 1, '/');
}

int v2p_device_name(const char *name, char whole[V2P_DEVICE_NAME_SIZE])
{
	const char *prefix;
	size_t before, length, i;

	if (!name)
		return -EINVAL;
	/* So that pci/03:00.0 is taken as well. */
	if (!strncmp(name, "pci/", 4) && pci_prefix(name + 4))
		name += 4;
	prefix = is_whole(name) ? "" : pci_prefix(name);
	if (!prefix)
		return -EINVAL;
	before = strlen(prefix);
	length = strnlen(name, V2P_DEVICE_NAME_SIZE);
	if (before + length >= V2P_DEVICE_NAME_SIZE)
		return -EINVAL;
	memcpy(whole, prefix, before);
	memcpy(whole + before, name, length + 1);
	/* The kernel writes these digits small. */
	for (i = 0; before && whole[i]; i++)
		whole[i] = tolower((unsigned char)whole[i]);
	return 0;
}
