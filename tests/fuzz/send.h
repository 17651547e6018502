/* SPDX-License-Identifier: GPL-2.0 */
/* An ioctl, as a program of either width sends it. */
#ifndef SEND_H
#define SEND_H

#include <stdbool.h>
#include <stdint.h>

/* Returns 0 or the errno. */
int send_ioctl(int fd, uint32_t number, uint64_t argument);

/* For an argument below 4 GiB, where the kernel takes such calls. */
int send_compat_ioctl(int fd, uint32_t number, uint32_t argument);
bool send_has_compat(void);

#endif /* SEND_H */
