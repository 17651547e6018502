/* SPDX-License-Identifier: GPL-2.0 */
/* A device of this machine, whichever. */
#ifndef ANY_DEVICE_H
#define ANY_DEVICE_H

#include <stdbool.h>

/* Room for its bus, a slash and its name. */
#define ANY_DEVICE 128

/* The first one of PCI, or else of the platform, as sysfs lists them. False where there is none. */
bool any_device(char name[ANY_DEVICE]);

/* The first one of that bus. */
bool any_device_of(const char *bus, char name[ANY_DEVICE]);

#endif /* ANY_DEVICE_H */
