// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include "commands/commands.h"

#define LIST(name) &command_##name,
const struct command *const commands[] = { COMMANDS(LIST) NULL };
