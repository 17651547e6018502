// SPDX-License-Identifier: LGPL-2.1-only
/* Where each CPU has its per-CPU variables. */
#include <errno.h>
#include <string.h>

#include "internal.h"

static int read_attribute(const struct v2p_attr *attr, struct v2p_cpus *cpus,
			  size_t *offsets_length)
{
	switch (attr->type) {
	case V2P_A_CPUS:
		if (cpus->cpu || attr->length % sizeof(uint32_t))
			return -EBADMSG;
		cpus->cpu = attr->data;
		cpus->count = attr->length / sizeof(uint32_t);
		return 0;
	case V2P_A_PER_CPU_OFFSETS:
		if (cpus->offset)
			return -EBADMSG;
		cpus->offset = attr->data;
		*offsets_length = attr->length;
		return 0;
	case V2P_A_CPU_COUNT:
		return cpus->end ? -EBADMSG : v2p_attr_copy(attr, &cpus->end, sizeof(cpus->end));
	default:
		return 0;
	}
}

/* The arrays must be there, of as many elements; CPUs in order, none below @first. */
int v2p_cpus_parse(struct v2p *handle, const struct v2p_answer *answer, uint32_t first,
		   struct v2p_cpus *cpus)
{
	const unsigned char *bytes = answer->attributes;
	size_t length = answer->length, offsets_length = 0, i;
	struct v2p_attr attr;
	uint32_t number;
	int ret;

	*cpus = (struct v2p_cpus){ 0 };
	while ((ret = v2p_attr_next(&bytes, &length, &attr)) > 0) {
		ret = read_attribute(&attr, cpus, &offsets_length);
		if (ret)
			break;
	}
	if (ret || !cpus->count || offsets_length != cpus->count * sizeof(uint64_t))
		return v2p_fail_malformed(handle, "per-cpu");

	for (i = 0; i < cpus->count; i++) {
		memcpy(&number, cpus->cpu + i * sizeof(number), sizeof(number));
		if (number < first || number >= cpus->end)
			return v2p_fail_malformed(handle, "cpus");
		first = number + 1;
	}
	cpus->next = first;
	return 0;
}

static int ask(struct v2p *handle, uint32_t first, struct v2p_cpus *cpus)
{
	struct v2p_request request;
	struct v2p_answer answer;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_PER_CPU);
	if (first)
		v2p_request_put(&request, V2P_A_CPU, &first, sizeof(first));
	ret = v2p_ask(handle, &request, V2P_CMD_PER_CPU, &answer);
	return ret ? ret : v2p_cpus_parse(handle, &answer, first, cpus);
}

int v2p_per_cpu_offsets(struct v2p *handle, struct v2p_cpu_offset *offsets, size_t size)
{
	struct v2p_cpus cpus = { 0 };
	size_t found = 0, i;
	int ret;
	V2P_CALL(call, handle);

	if (call.error)
		return call.error;
	if (!offsets && size)
		return v2p_fail(handle, -EINVAL, "no place for the answer");

	do {
		ret = ask(handle, cpus.next, &cpus);
		if (ret)
			return ret;
		for (i = 0; i < cpus.count && found + i < size; i++) {
			struct v2p_cpu_offset *to = &offsets[found + i];

			*to = (struct v2p_cpu_offset){ 0 };
			memcpy(&to->cpu, cpus.cpu + i * sizeof(to->cpu), sizeof(to->cpu));
			memcpy(&to->offset, cpus.offset + i * sizeof(to->offset),
			       sizeof(to->offset));
		}
		found += cpus.count;
	} while (cpus.next < cpus.end);
	return found;
}
