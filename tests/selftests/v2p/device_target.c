// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has memory mapped for the oracle's device. Prints DEVICE, IOVA, IOVA_LEADS_TO
 * and IOVA_SIZE for a shell, or nothing where there is no such device, and stays until its input ends.
 */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "oracle.h"

#define SIZE (64 << 10)

int main(void)
{
	struct v2p_oracle_dma_piece piece;
	int oracle = oracle_open();
	char name[24], byte;
	uint32_t id;

	if (oracle < 0 || oracle_dma_device(oracle, name, sizeof(name)) ||
	    oracle_dma_map(oracle, V2P_ORACLE_DMA_PAGES, V2P_ORACLE_DMA_READ, SIZE, &id) ||
	    !oracle_dma_piece(oracle, id, 0, &piece)) {
		printf("DEVICE=\n");
		return 1;
	}
	printf("DEVICE=%s IOVA=%#" PRIx64 " IOVA_LEADS_TO=%#" PRIx64 " IOVA_SIZE=%u\n", name,
	       (uint64_t)piece.iova, (uint64_t)piece.physical, SIZE);
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
