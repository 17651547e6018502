/* SPDX-License-Identifier: GPL-2.0 */
/* Several threads at one descriptor, while another one changes the memory that they name. */
#ifndef STORM_H
#define STORM_H

#include "round.h"

/* Meanwhile this thread goes on with rounds of its own. */
void storm(struct rounds *rounds, struct random *random, struct coverage *coverage);

#endif /* STORM_H */
