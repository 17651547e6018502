/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel's addresses are for, as mappings that have the names of the wire contract. */
#ifndef REGIONS_H
#define REGIONS_H

#include <v2p.h>

#include "names/maps.h"

/**
 * regions_load() - ask the module
 * @regions: filled in, without those that have no name here; to be freed with maps_free() where
 *	0 is returned
 *
 * Return: 0; -ENOMEM; or a negative errno of libv2p, -EOPNOTSUPP with an older module.
 */
int regions_load(struct maps *regions, struct v2p *v2p);

/* The one that is this, or NULL. */
const struct mapping *regions_find(const struct maps *regions, enum v2p_region region);

#endif /* REGIONS_H */
