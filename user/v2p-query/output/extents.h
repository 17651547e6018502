/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to show what backs a range. */
#ifndef EXTENTS_H
#define EXTENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <v2p.h>

#include "commands/session.h"
#include "names/maps.h"

/**
 * struct piece - an extent, or the part of one that is in one mapping
 * @extent: what the library gave, or that part of it
 * @mapping: what it lies in, or NULL
 * @number: how many pieces came before
 */
struct piece {
	struct v2p_extent extent;
	const struct mapping *mapping;
	size_t number;
};

/**
 * struct sink - one way to show them
 * @with_mappings: extents are to be cut where mappings end
 * @prints_late: nothing is printed before the end
 * @prepare: before the module is asked for @range, or NULL; sets what @state is in the
 *	others
 * @begin: before the first piece, or before the end where there is none; or NULL
 * @take: each piece
 * @end: after the last piece, or NULL
 * @release: in the end, where @prepare was called, whatever it returned; or NULL
 *
 * The error that @end is told is NULL, or what came in the middle. An error before
 * the first piece calls neither @begin nor @end.
 */
struct sink {
	bool with_mappings;
	bool prints_late;
	enum exit_status (*prepare)(const struct session *session, const struct v2p_range *range,
			       void **state);
	void (*begin)(const struct session *session, void *state);
	void (*take)(const struct session *session, void *state, const struct piece *piece);
	enum exit_status (*end)(const struct session *session, void *state, const char *error);
	void (*release)(void *state);
};

extern const struct sink extents_table;
extern const struct sink extents_quiet;
extern const struct sink extents_json;
extern const struct sink extents_json_lines;
extern const struct sink extents_plot;
extern const struct sink summary_table;
extern const struct sink summary_json;

/**
 * struct splitter - cuts extents where mappings end
 * @maps: the mappings, or NULL for none
 * @at: the first one that does not end before the last piece
 */
struct splitter {
	const struct maps *maps;
	size_t at;
};

/**
 * split() - cut the first piece off an extent
 * @splitter: extents come in order of address
 * @rest: the extent, then what is left of it
 * @piece: its extent and mapping are filled in
 * @whole: do not cut, the mapping is that of the first byte
 *
 * Return: false where nothing is left.
 */
bool split(struct splitter *splitter, struct v2p_extent *rest, struct piece *piece, bool whole);

#endif /* EXTENTS_H */
