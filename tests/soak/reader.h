/* SPDX-License-Identifier: GPL-2.0 */
#ifndef READER_H
#define READER_H

/* Asks in all ways about all stressors until the shared memory says stop. Does not return. */
void read_forever(unsigned int seed) __attribute__((noreturn));

#endif /* READER_H */
