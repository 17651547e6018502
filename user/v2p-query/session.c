// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session.h"

void session_init(struct session *session, const struct options *options)
{
	*session = (struct session){ .options = options };
	names_init(&session->names, options->target);
	swaps_init(&session->swaps);
}

void session_free(struct session *session)
{
	names_free(&session->names);
	swaps_free(&session->swaps);
	v2p_close(session->v2p);
}

const struct maps *session_maps(struct session *session)
{
	const struct maps *maps;

	if (session->options->target.kernel)
		return NULL;
	session->maps_error = names_maps(&session->names, &maps);
	return session->maps_error ? NULL : maps;
}

enum status session_complain(const struct session *session, int error)
{
	const char *words = v2p_error(session->v2p);

	if (!session->options->target.kernel && (error == -ESRCH || error == -EINVAL))
		return complain(STATUS_TROUBLE, "process %d: %s", session->options->target.pid,
				words);
	if (error == -EPERM && geteuid() && !strstr(words, "root"))
		return complain(STATUS_TROUBLE, "%s: run it as root", words);
	return complain(STATUS_TROUBLE, "%s", words);
}

void session_note_beyond(struct session *session, uint64_t address)
{
	unsigned int shift = session->info.virtual_bits - 1;

	if (!session->options->target.kernel && !session->beyond &&
	    address >= -(UINT64_C(1) << shift % 64))
		session->beyond = address;
}

static void tell_maps_error(const struct session *session)
{
	const char *words = strerror(-session->maps_error);
	const char *more = "";

	if (session->maps_error == -EXDEV)
		words = "/proc is not mounted, or is of another pid namespace";
	if (session->maps_error == -EACCES || session->maps_error == -EPERM)
		more = ", CAP_SYS_PTRACE is missing";
	complain(STATUS_MAPPED, "cannot read the mappings of process %d: %s%s: %s",
		 session->options->target.pid, words, more,
		 session->options->summary ? "rows and sizes are those of extents alone" :
					     "no names are shown");
}

void session_tell_notes(const struct session *session)
{
	if (session->beyond)
		complain(STATUS_MAPPED, "0x%" PRIx64 NAMES_BEYOND, session->beyond);
	if (session->maps_error)
		tell_maps_error(session);
	if (*session->names.note)
		complain(STATUS_MAPPED, "%s", session->names.note);
}

enum status session_connect(struct session *session)
{
	int error = v2p_open(&session->v2p);

	if (!error)
		error = v2p_info(session->v2p, &session->info);
	if (error)
		return complain(STATUS_TROUBLE, "%s", v2p_error(session->v2p));
	return STATUS_MAPPED;
}

enum status session_flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return STATUS_MAPPED;
	return complain_of_output(errno);
}
