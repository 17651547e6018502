/* SPDX-License-Identifier: GPL-2.0 */
/* An extent in JSON, as an element of a list, or as a line. */
#ifndef EXTENTS_JSON_H
#define EXTENTS_JSON_H

#include "output/writer.h"

void extents_json_element(struct output *output, const struct piece *piece);
void extents_json_line(struct output *output, const struct piece *piece);

#endif /* EXTENTS_JSON_H */
