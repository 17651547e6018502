/* SPDX-License-Identifier: GPL-2.0 */
/* The part of the fake kernel that answers by descriptors of address spaces. */
#ifndef FAKE_SPACE_H
#define FAKE_SPACE_H

/* A new descriptor, of the target that was asked for last. */
int fake_space_open(void);

#endif /* FAKE_SPACE_H */
