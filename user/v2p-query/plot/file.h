/* SPDX-License-Identifier: GPL-2.0 */
/* A file that is there complete or not at all. */
#ifndef PLOT_FILE_H
#define PLOT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/complain.h"

/* Whether the name ends as that of a picture which is no SVG. */
bool plot_file_is_other(const char *path);

/* Both: EXIT_OK, or EXIT_TROUBLE after a complaint. */

/* Whether there is hope of writing it, before the work is done. */
enum exit_status plot_file_check(const char *path);

enum exit_status plot_file_write(const char *path, const char *text, size_t length);

#endif /* PLOT_FILE_H */
