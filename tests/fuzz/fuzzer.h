/* SPDX-License-Identifier: GPL-2.0 */
/* One process that sends, and looks at every answer. */
#ifndef FUZZER_H
#define FUZZER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * fuzzer_run() - be one, and exit
 * @seed: what decides everything
 * @family: the number of v2p's
 * @contained: as root of a user namespace of its own
 * @messages: how many to send, at least
 */
__attribute__((noreturn))
void fuzzer_run(uint64_t seed, uint16_t family, bool contained, uint64_t messages);

#endif /* FUZZER_H */
