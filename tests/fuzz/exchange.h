/* SPDX-License-Identifier: GPL-2.0 */
/* The answers to a datagram, in the order in which they must come. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "datagram.h"

/**
 * struct exchange - a datagram, and how far it is answered
 * @datagram: what was sent
 * @family: the number of v2p's
 * @port: the socket's address
 * @allowed: the sender, and the opener of the socket, may ask for addresses
 * @next: the message that is answered next
 * @has_data: its data came, the acknowledgement is to come
 * @dump: the message whose answer goes on behind the others', or NULL
 * @parts: how often it has gone on
 * @floor: the descriptor that is given first
 * @opened: how many were given
 */
struct exchange {
	const struct datagram *datagram;
	uint16_t family;
	uint32_t port;
	bool allowed;
	unsigned int next;
	bool has_data;
	const struct message *dump;
	unsigned int parts;
	int floor;
	unsigned int opened;
};

/* Something was received: false after tally_break(). */
bool exchange_take(struct exchange *exchange, const unsigned char *bytes, size_t length);

/* Nothing more comes. */
bool exchange_end(struct exchange *exchange);

#endif /* EXCHANGE_H */
