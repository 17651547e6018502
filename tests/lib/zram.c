// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "files.h"
#include "pagemap.h"
#include "zram.h"

#define ZRAM "/dev/zram0"

/* What mkswap(8) writes. */
static bool make_swap(const char *device, uint32_t pages)
{
	static char header[PAGE_SIZE];
	uint32_t version = 1, last = pages - 1;
	int fd = open(device, O_WRONLY | O_CLOEXEC);
	bool done;

	memcpy(header + 1024, &version, sizeof(version));
	memcpy(header + 1028, &last, sizeof(last));
	memcpy(header + PAGE_SIZE - 10, "SWAPSPACE2", 10);
	done = write(fd, header, sizeof(header)) == sizeof(header);
	close(fd);
	return done && !swapon(device, 0);
}

bool zram_on(unsigned int megabytes)
{
	char size[16];

	snprintf(size, sizeof(size), "%uM", megabytes);
	return (!access(ZRAM, F_OK) || load_module("zram")) &&
	       !write_file("/sys/block/zram0/disksize", size) &&
	       make_swap(ZRAM, (megabytes << 20) / PAGE_SIZE);
}

void zram_off(void)
{
	swapoff(ZRAM);
	write_file("/sys/block/zram0/reset", "1");
}
