// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/number.h"
#include "commands/owners-device.h"
#include "input/address.h"

enum exit_status owners_device_parse(const char *text, struct v2p_target device,
				     struct physical *asked, char problem[PROBLEM_SIZE])
{
	const char *wrong = *text ? address_number(text, &asked->address) : "an empty address";

	asked->device = device.name;
	return wrong ? number_problem(problem, text, "", text, wrong) : EXIT_OK;
}

enum exit_status owners_device_find(struct session *session, struct v2p_target device,
				    struct physical *asked, size_t count)
{
	uint64_t addresses[V2P_MAX_PHYSICAL_RANGES] = { 0 }, physical[V2P_MAX_PHYSICAL_RANGES];
	uint8_t status[V2P_MAX_PHYSICAL_RANGES];
	const struct v2p_arrays arrays = {
		.size = sizeof(arrays), .status = status, .physical = physical,
	};
	size_t i;

	for (i = 0; i < count; i++)
		addresses[i] = asked[i].address;
	/* The session may be at another target by now. */
	if (v2p_translate(session->v2p, device, addresses, count, &arrays))
		return complain(EXIT_TROUBLE, "device %s: %s", device.name,
				v2p_error(session->v2p));
	for (i = 0; i < count; i++) {
		asked[i].status = status[i];
		if (status[i] == V2P_STATUS_MAPPED)
			asked[i].range = (struct v2p_physical_range){ physical[i], 1 };
	}
	return EXIT_OK;
}
