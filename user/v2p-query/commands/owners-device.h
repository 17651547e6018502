/* SPDX-License-Identifier: GPL-2.0 */
/* Physical memory that is named by the addresses of a device. */
#ifndef OWNERS_DEVICE_H
#define OWNERS_DEVICE_H

#include "base/physical.h"
#include "commands/session.h"

/* What the user wrote for such an address. */
enum exit_status owners_device_parse(const char *text, struct v2p_target device,
				     struct physical *asked, char problem[PROBLEM_SIZE]);

/* After session_connect(): find the memory. Returns EXIT_OK, or an error after a complaint. */
enum exit_status owners_device_find(struct session *session, struct v2p_target device,
				    struct physical *asked, size_t count);

#endif /* OWNERS_DEVICE_H */
