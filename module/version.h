/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_VERSION_H
#define V2P_VERSION_H

#define V2P_VERSION "0.1.0"

#endif /* V2P_VERSION_H */
