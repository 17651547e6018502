/* SPDX-License-Identifier: GPL-2.0 */
/* What every command needs while it runs. */
#ifndef SESSION_H
#define SESSION_H

#include <v2p.h>

#include "base/complain.h"
#include "input/options.h"
#include "names/names.h"
#include "names/process.h"
#include "names/swaps.h"
#include "output/split.h"
#include "output/writer.h"

/**
 * struct session - a conversation with the module
 * @target: whose addresses
 * @many: it is one of several, which takes its turn
 * @told: the last complaint about one of these, which may be the same of the next
 * @asked: the same, as the module is asked for it; see session_open()
 * @v2p: the connection
 * @connected: it is there
 * @retry: for how long it is asked anew what is being changed, in milliseconds
 * @info: what the module can do
 * @names: what addresses are named after
 * @regions: what the kernel's addresses are for, once that was asked; none with an older module
 * @regions_asked: it was
 * @swaps: what swap entries lead to
 * @device: of a device, what becomes of its addresses; told at the end, where @tells_device
 * @comm: the name of the process if it is shown, or ""
 * @beyond: an address that was asked of a process and is of the kernel's half, or 0
 * @efi: an address without a page may have one for EFI
 * @shadow: what session_whole() left out, or NULL
 * @maps_error: why there are no names of mappings, a negative errno; or 0
 * @without_maps: what an answer then lacks, in words
 */
struct session {
	struct v2p_target target;
	bool many;
	char told[PROBLEM_SIZE];
	struct v2p_target asked;
	struct v2p *v2p;
	bool connected;
	unsigned int retry;
	struct v2p_info info;
	struct names names;
	struct maps regions;
	bool regions_asked;
	struct swaps swaps;
	struct device device;
	bool tells_device;
	char comm[COMM_SIZE];
	uint64_t beyond;
	bool efi;
	const struct mapping *shadow;
	int maps_error;
	const char *without_maps;
};

/* session_init() needs no module, session_connect() does. */
void session_init(struct session *session, struct v2p_target target);
enum exit_status session_connect(struct session *session);
void session_free(struct session *session);

/*
 * After session_connect(), before more than one question: from now on all are of one address
 * space, which cost less than by pid, too. Returns 0 or an error of libv2p.
 */
int session_open(struct session *session);

/*
 * After session_connect(): of a device, what becomes of its addresses, which is told with the
 * answer. Returns 0 or an error of libv2p.
 */
int session_device(struct session *session, const struct options *options,
		   struct output *output);

/* Go on with another target: nothing of the one before is left but the connection. */
void session_turn(struct session *session, struct v2p_target target);

/* Find out what the process is called, which session_output() refers to. */
void session_comm(struct session *session);

/*
 * Whether the process has ended, as far as can be told. Its mappings are read for that, which
 * then are as old as this answer.
 */
bool session_is_over(struct session *session);

/*
 * The output that is wanted; what the module can do is known after session_connect(). Returns
 * EXIT_OK, or an error after a complaint.
 */
enum exit_status session_output(struct session *session, const struct options *options,
				struct output *output);

/*
 * The mappings for their names, which are a courtesy: NULL where they cannot be had, which is
 * noted. For the kernel, after session_connect(), its regions: NULL with an older module.
 */
const struct maps *session_maps(struct session *session);

/* Whether the kernel is asked, and there are regions. */
bool session_has_regions(struct session *session);

/*
 * What is read of an address space of which all is wanted, after session_connect(). Of the kernel,
 * that is what stands before the shadow of KASAN, and behind it: in the shadow, one page is mapped
 * all over a sixteenth of all its addresses, which would take hours to list. Returns how many
 * @parts it is, of which the start and the length are set.
 */
#define SESSION_PARTS 2
size_t session_whole(struct session *session, struct v2p_range parts[SESSION_PARTS]);

/* What extents of the target are cut at: its mappings, where they are @wanted. */
struct splitter session_splitter(struct session *session, bool wanted);

/* The name of what an address lies in, good until the next call, or NULL likewise. */
const char *session_mapping_at(struct session *session, uint64_t address);

/* Note an address of a process's that is the kernel's. */
void session_note_beyond(struct session *session, uint64_t address);

/* Note addresses, from @start to @last, of which some has no page. */
void session_note_missing(struct session *session, uint64_t start, uint64_t last);

/* What libv2p said of an error, in words. */
enum exit_status session_problem(const struct session *session, int error,
				 char problem[PROBLEM_SIZE]);

/* Whether that is what the loaded module cannot do, whoever is asked about. */
bool session_blames_module(const char *problem);

/* Complain about it. */
enum exit_status session_complain(const struct session *session, int error);

/* "process 1234: " where it is one of several, and what is said may not tell; else "". */
#define SESSION_WHOSE 24
void session_whose(const struct session *session, char whose[SESSION_WHOSE]);

/* What session_device() has found, in a line of standard error. */
void session_tell_device(const struct session *session, struct v2p_target device);

/* With an answer, what is to be said of it on standard error. */
void session_tell_notes(const struct session *session);

#endif /* SESSION_H */
