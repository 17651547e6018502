/* SPDX-License-Identifier: GPL-2.0 */
/* What the fake kernel's page tables hold, and the messages that tell it. */
#ifndef FAKE_ANSWERS_H
#define FAKE_ANSWERS_H

#include "fake-kernel.h"

#define FAKE_FAMILY 0x42
#define FAKE_MESSAGE (1 << 18)
/* What an older module does not know, and no walk tells. */
#define FAKE_PAGE_FIELDS (V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND)

/* An answer that is being built; from @head on where several share a datagram. */
struct message {
	size_t length;
	size_t head;
	_Alignas(8) unsigned char bytes[FAKE_MESSAGE];
};

void fake_put(struct message *message, uint16_t type, const void *data, size_t length);
void fake_put_words(struct message *message, const char *words);

/* Append what a command answers with; addresses stand as in the request. */
void fake_fill_info(struct message *message);
void fake_fill_arrays(struct message *message, const unsigned char *addresses, size_t count,
		      uint32_t fields);
void fake_fill_walk(struct message *message, const unsigned char *bytes);
void fake_fill_cpus(struct message *message, uint32_t from);
void fake_fill_regions(struct message *message);
void fake_fill_open(struct message *message);
void fake_fill_pages(struct message *message, const unsigned char *physical, size_t count);

/* A page that the environment names; true where it names any. */
bool fake_page_played(uint64_t physical, struct v2p_page_info *page);

/* What is said of an address now; sets *@changing where that it is being changed. */
struct v2p_translation fake_answer(uint64_t address, bool *changing);

/* The negative errno that the next request with this command is refused with, or 0. */
int fake_refusal(uint8_t command);

/* Nothing is being changed, nor was it: to begin anew. */
void fake_settle(void);

#endif /* FAKE_ANSWERS_H */
