/* SPDX-License-Identifier: GPL-2.0 */
/* What every mode needs while it runs. */
#ifndef SESSION_H
#define SESSION_H

#include <v2p.h>

#include "base/complain.h"
#include "input/address.h"
#include "input/options.h"
#include "names/swaps.h"

/**
 * struct session - a conversation with the module
 * @options: what is wanted
 * @v2p: the connection
 * @connected: it is there
 * @info: what the module can do
 * @names: what addresses are named after
 * @swaps: what swap entries lead to
 * @beyond: an address that was asked of a process and is of the kernel's half, or 0
 * @maps_error: why there are no names of mappings, a negative errno; or 0
 */
struct session {
	const struct options *options;
	struct v2p *v2p;
	bool connected;
	struct v2p_info info;
	struct names names;
	struct swaps swaps;
	uint64_t beyond;
	int maps_error;
};

/* session_init() needs no module, session_connect() does. */
void session_init(struct session *session, const struct options *options);
enum exit_status session_connect(struct session *session);
void session_free(struct session *session);

/*
 * The mappings for their names, which are a courtesy: where they cannot be had, which is
 * noted, and for the kernel, NULL.
 */
const struct maps *session_maps(struct session *session);

/* Note an address of a process's that is the kernel's. */
void session_note_beyond(struct session *session, uint64_t address);

/* Complain about what libv2p said. */
enum exit_status session_complain(const struct session *session, int error);

/* With an answer, what is to be said of it on standard error. */
void session_tell_notes(const struct session *session);

/* Write out what was printed; EXIT_TROUBLE after a complaint if that fails. */
enum exit_status session_flush(void);

#endif /* SESSION_H */
