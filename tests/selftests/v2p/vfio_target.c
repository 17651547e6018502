// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has a device of its own (VFIO), some of its memory being mapped for it:
 *
 *	vfio_target PCI-DEVICE
 *
 * Prints VFIO_PID, VFIO_VIRTUAL and VFIO_IOVA for a shell, or why there is none, and
 * stays until its input ends.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio.h"

#define IOVA 0x1234000UL
#define SIZE 0x8000UL

int main(int argc, char **argv)
{
	struct vfio vfio;
	char *memory;
	int err;

	if (argc != 2)
		return 2;
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		return 1;
	memset(memory, 'v', SIZE);
	err = vfio_bind(argv[1]);
	if (!err)
		err = vfio_take(&vfio, argv[1]);
	if (!err)
		err = vfio_translate(&vfio);
	if (!err)
		err = vfio_map(&vfio, IOVA, memory, SIZE, true, true);
	if (err) {
		printf("VFIO_PID= VFIO_WHY='%s'\n", strerror(-err));
		fflush(stdout);
	} else {
		printf("VFIO_PID=%d VFIO_VIRTUAL=%p VFIO_IOVA=%#lx\n", getpid(), memory,
		       IOVA);
		fflush(stdout);
		while (read(0, memory, 1) > 0)
			;
		vfio_close(&vfio);
	}
	return vfio_unbind(argv[1]) ? 1 : 0;
}
