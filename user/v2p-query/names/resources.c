// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/number.h"
#include "names/resources.h"

void resources_free(struct resources *resources)
{
	free(resources->list);
	free(resources->text);
	*resources = (struct resources){ 0 };
}

/* "    fec00000-fec003ff : IOAPIC 0"; what is nested is indented. */
static bool parse_line(const char *line, struct resource *resource)
{
	const char *text = line + strspn(line, " ");

	if (!number_digits(&text, 16, &resource->start) || *text++ != '-' ||
	    !number_digits(&text, 16, &resource->last) || strncmp(text, " : ", 3))
		return false;
	resource->name = text + 3;
	return resource->last >= resource->start;
}

static int parse(struct resources *resources)
{
	char *line, *rest = resources->text;
	bool shown = false;

	while ((line = strsep(&rest, "\n"))) {
		struct resource *larger, resource;

		if (!parse_line(line, &resource))
			continue;
		larger = reallocarray(resources->list, resources->count + 1, sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		resources->list = larger;
		larger[resources->count++] = resource;
		shown |= resource.last;
	}
	/* Who may not see addresses is shown zeros. */
	return shown ? 0 : -EPERM;
}

int resources_load(struct resources *resources)
{
	size_t length;
	int error;

	resources_free(resources);
	resources->text = file_read("/proc/iomem", &length);
	if (!resources->text)
		return -errno;
	error = parse(resources);
	if (error)
		resources_free(resources);
	return error;
}

/*
 * Lines stand before what is nested in them, and lines side by side do not overlap: those that
 * have the address are nested in one another. The indentation ends at some depth.
 */
size_t resources_at(const struct resources *resources, uint64_t address, const char **names,
		    size_t most, uint64_t *last)
{
	size_t count = 0, i;

	for (i = 0; i < resources->count; i++) {
		const struct resource *resource = &resources->list[i];

		if (address < resource->start) {
			if (resource->start - 1 < *last)
				*last = resource->start - 1;
		} else if (address <= resource->last) {
			if (resource->last < *last)
				*last = resource->last;
			if (count < most)
				names[count++] = resource->name;
		}
	}
	return count;
}
