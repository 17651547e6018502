/* SPDX-License-Identifier: GPL-2.0 */
#ifndef ASKER_H
#define ASKER_H

/* Asks in all ways about all victims until the board says stop. Does not return. */
void ask_forever(unsigned int seed) __attribute__((noreturn));

#endif /* ASKER_H */
