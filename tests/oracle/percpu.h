/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_ORACLE_PERCPU_H
#define V2P_ORACLE_PERCPU_H

struct v2p_oracle_per_cpu;

void percpu_init(void);
int percpu_get(struct v2p_oracle_per_cpu *variable);

#endif /* V2P_ORACLE_PERCPU_H */
