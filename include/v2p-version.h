/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * The version of all of v2p: module, library, command and packages have it from here.
 *
 * Versions are semantic: what worked with one works with every later one of the same major
 * number.
 */
#ifndef V2P_VERSION_H
#define V2P_VERSION_H

#define V2P_VERSION_MAJOR 1
#define V2P_VERSION_MINOR 0
#define V2P_VERSION_PATCH 0

#define V2P_VERSION_TEXT(number) #number
#define V2P_VERSION_JOIN(major, minor, patch) \
	V2P_VERSION_TEXT(major) "." V2P_VERSION_TEXT(minor) "." V2P_VERSION_TEXT(patch)

/** The same in words, such as "1.2.3". */
#define V2P_VERSION V2P_VERSION_JOIN(V2P_VERSION_MAJOR, V2P_VERSION_MINOR, V2P_VERSION_PATCH)

#endif /* V2P_VERSION_H */
