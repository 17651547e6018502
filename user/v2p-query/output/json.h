/* SPDX-License-Identifier: GPL-2.0 */
/* JSON that is no stream. */
#ifndef JSON_H
#define JSON_H

#include "commands/session.h"

void json_print_info(const struct session *session);

#endif /* JSON_H */
