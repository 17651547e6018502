// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <unistd.h>

#include "names/frames.h"
#include "names/kpages.h"

/* Frames that are read at a time. */
#define CHUNK 4096

bool frames_count_mappings(uint64_t first, uint64_t count, uint64_t *mappings)
{
	const int fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	uint64_t counts[CHUNK];
	bool told = fd >= 0;

	*mappings = 0;
	while (told && count) {
		const size_t wanted = count < CHUNK ? count : CHUNK;
		const long frames = kpages_read(fd, first, wanted, counts, 0);
		long i;

		told = frames >= 0;
		for (i = 0; i < frames; i++)
			*mappings += counts[i];
		/* Behind the last frame of memory the file ends. */
		if (frames < (long)wanted)
			break;
		first += frames;
		count -= frames;
	}
	if (fd >= 0)
		close(fd);
	return told;
}
