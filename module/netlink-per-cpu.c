// SPDX-License-Identifier: GPL-2.0

#include <linux/cpumask.h>
#include <linux/percpu.h>
#include <linux/unaligned.h>
#include <net/genetlink.h>

#include "netlink-gen.h"
#include "netlink-internal.h"
#include "trace.h"

/* CPUs of a reply at most, so that it fits into a message of the usual size. */
#define MAX_CPUS	256

/* cpu_possible_mask does not change after boot. */
static u32 count_cpus(u32 first)
{
	unsigned int cpu;
	u32 count = 0;

	for_each_possible_cpu(cpu)
		count += cpu >= first;
	return min_t(u32, count, MAX_CPUS);
}

static int fill_cpus(struct sk_buff *msg, u32 first, u32 count)
{
	struct nlattr *cpus, *offsets;
	unsigned int cpu;
	u32 i;

	cpus = nla_reserve(msg, V2P_A_CPUS, count * sizeof(u32));
	offsets = nla_reserve_64bit(msg, V2P_A_PER_CPU_OFFSETS, count * sizeof(u64),
				    V2P_A_PAD);
	if (!cpus || !offsets || nla_put_u32(msg, V2P_A_CPU_COUNT, nr_cpu_ids))
		return -EMSGSIZE;

	cpu = cpumask_next((int)first - 1, cpu_possible_mask);
	for (i = 0; i < count; i++) {
		put_unaligned((u32)cpu, (u32 *)nla_data(cpus) + i);
		put_unaligned((u64)per_cpu_offset(cpu), (u64 *)nla_data(offsets) + i);
		cpu = cpumask_next(cpu, cpu_possible_mask);
	}
	return 0;
}

static int reply(struct genl_info *info, u32 first, u32 count)
{
	size_t size = nla_total_size(count * sizeof(u32)) +
		      nla_total_size_64bit(count * sizeof(u64)) + nla_total_size(sizeof(u32));
	struct sk_buff *msg;
	void *hdr;

	msg = genlmsg_new(size, GFP_KERNEL_ACCOUNT);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &v2p_family, 0, V2P_CMD_PER_CPU);
	if (!hdr || fill_cpus(msg, first, count)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

int v2p_nl_per_cpu_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *cpu = info->attrs[V2P_A_CPU];
	struct v2p_netlink_target target;
	u32 first, count;
	int err;

	err = v2p_netlink_begin_layout(skb, info->nlhdr, info->extack, &target);
	if (err)
		return err;

	first = cpu ? nla_get_u32(cpu) : 0;
	count = count_cpus(first);
	if (!count) {
		NL_SET_ERR_MSG_ATTR(info->extack, cpu,
				    "no CPU of this number or a higher one is possible");
		return -EINVAL;
	}
	trace_v2p_request(V2P_CMD_PER_CPU, target.kind, 0, 0, 0);
	err = reply(info, first, count);
	trace_v2p_result(V2P_CMD_PER_CPU, target.kind, 0, err ? 0 : count, err);
	return err;
}
