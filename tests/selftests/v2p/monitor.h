/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine itself: QEMU's monitor, through the device that the environment
 * variable V2P_MONITOR names.
 */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns a descriptor, or -1 with *why set. */
int monitor_open(const char **why);

/* Physical memory, at most 4096 bytes. */
bool monitor_read(int fd, uint64_t physical, void *buffer, size_t size);

/* What a CPU's MMU makes of an address right now; false where it has no page. */
bool monitor_translate(int fd, uint64_t virtual, int cpu, uint64_t *physical);

/*
 * Asks for so much memory of the machine's that can be plugged in and taken away, which takes the
 * kernel's driver some time; and how much is plugged in. False where there is none, with @why set.
 */
bool monitor_plug(int fd, unsigned int megabytes, const char **why);
bool monitor_plugged(int fd, unsigned int *megabytes);

#endif /* MONITOR_H */
