/* SPDX-License-Identifier: GPL-2.0 */
/* The versions of the command, of its library and of the module, which may differ. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include <v2p.h>

/* All three, a line each. The module is not loaded for that. */
void versions_print(void);

/* Warn, in one line, of a module that is older than the command. */
void versions_compare(const struct v2p_info *info);

#endif /* VERSIONS_H */
