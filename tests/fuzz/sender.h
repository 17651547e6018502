/* SPDX-License-Identifier: GPL-2.0 */
/* Sockets, by who opened them and who sends on them. */
#ifndef SENDER_H
#define SENDER_H

#include <stdbool.h>
#include <stdint.h>

#include "random.h"

/**
 * struct sender - one socket
 * @opener, @user: effective user ids, of the opener and of the sender
 * @allowed: it may ask for addresses
 * @fd: the socket
 * @port: its address
 */
struct sender {
	uid_t opener;
	uid_t user;
	bool allowed;
	int fd;
	uint32_t port;
};

#define NOBODY 65534

/* Opens it, or opens it anew, with options that @random chooses. */
bool sender_open(struct sender *sender, struct random *random);

/* From then on this process is the sender. */
bool sender_become(const struct sender *sender);

#endif /* SENDER_H */
