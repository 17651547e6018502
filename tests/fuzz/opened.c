// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <unistd.h>

#include "opened.h"
#include "tally.h"

/* More than this program has. */
#define HIGHEST 256

int opened_floor(void)
{
	int highest = HIGHEST, floor;

	while (highest && fcntl(highest, F_GETFD) < 0)
		highest--;
	do {
		floor = dup(STDIN_FILENO);
	} while (floor >= 0 && floor < highest);
	close(floor);
	return floor;
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
