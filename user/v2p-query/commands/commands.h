/* SPDX-License-Identifier: GPL-2.0 */
/* What the command can do, a file each. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "input/options.h"

enum exit_status translate_run(const struct options *options);
enum exit_status walk_run(const struct options *options);
enum exit_status extents_run(const struct options *options);
enum exit_status summary_run(const struct options *options);
enum exit_status plot_run(const struct options *options);
enum exit_status info_run(const struct options *options);

#endif /* COMMANDS_H */
