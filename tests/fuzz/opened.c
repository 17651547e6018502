// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <unistd.h>

#include "opened.h"
#include "tally.h"

/* More than this program has. */
#define HIGHEST 256

int opened_floor(void)
{
	int highest = HIGHEST;

	while (highest && fcntl(highest, F_GETFD) < 0)
		highest--;
	return highest + 1;
}

void opened_fill(int floor)
{
	int fd;

	do {
		fd = dup(STDIN_FILENO);
	} while (fd >= 0 && fd < floor);
	close(fd);
}

bool opened_are(int floor, unsigned int count)
{
	const int lowest = fcntl(STDIN_FILENO, F_DUPFD, floor);

	opened_close(floor);
	return lowest - floor == (int)count ||
	       tally_break(PROMISE_OPENED, "%d descriptors, not %u", lowest - floor, count);
}

void opened_close(int floor)
{
	close_range(floor, ~0U, 0);
}
