// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "files.h"
#include "oracle.h"
#include "pagemap.h"

int oracle_open(void)
{
	if (access("/dev/v2p_oracle", F_OK))
		load_module("v2p_oracle");
	return open("/dev/v2p_oracle", O_RDWR | O_CLOEXEC);
}

bool oracle_region(int fd, unsigned int index, struct v2p_oracle_region *region)
{
	*region = (struct v2p_oracle_region) { .index = index };
	return !ioctl(fd, V2P_ORACLE_REGION, region);
}

int oracle_truth(int fd, unsigned int index, uint64_t address, uint64_t *physical)
{
	struct v2p_oracle_truth truth = { .index = index, .address = address };

	if (ioctl(fd, V2P_ORACLE_TRUTH, &truth))
		return -errno;
	*physical = truth.physical;
	return 0;
}

void *oracle_map(int fd, enum v2p_oracle_mapping kind, unsigned int pages, int prot)
{
	const size_t size = V2P_ORACLE_MAPPING_SIZE;
	void *hint = NULL, *area;

	if (kind == V2P_ORACLE_HUGE) {
		char *room = mmap(NULL, 2 * size, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (room == MAP_FAILED)
			return NULL;
		hint = (void *)(((uintptr_t)room + size - 1) & -size);
	}
	area = mmap(hint, pages * PAGE_SIZE, prot, MAP_SHARED | (hint ? MAP_FIXED : 0),
		    fd, kind * size);
	return area == MAP_FAILED ? NULL : area;
}

uint64_t oracle_frame(int fd, enum v2p_oracle_mapping kind, unsigned int page)
{
	struct v2p_oracle_frame frame = {
		.offset = kind * V2P_ORACLE_MAPPING_SIZE + page * PAGE_SIZE,
	};

	return ioctl(fd, V2P_ORACLE_FRAME, &frame) ? 0 : frame.physical;
}

int oracle_take(int fd, const void *start, unsigned int pages)
{
	struct v2p_oracle_take take = { .start = (uintptr_t)start, .pages = pages };

	return ioctl(fd, V2P_ORACLE_TAKE, &take) ? -errno : 0;
}

int oracle_per_cpu(int fd, const char *name, uint32_t cpu, struct v2p_oracle_per_cpu *variable)
{
	*variable = (struct v2p_oracle_per_cpu) { .cpu = cpu };
	snprintf(variable->name, sizeof(variable->name), "%s", name);
	return ioctl(fd, V2P_ORACLE_PER_CPU, variable) ? -errno : 0;
}

int oracle_dma_device(int fd, char *name, size_t size)
{
	struct v2p_oracle_dma_device device;

	if (ioctl(fd, V2P_ORACLE_DMA_DEVICE, &device))
		return -errno;
	snprintf(name, size, "%s", device.name);
	return 0;
}

int oracle_dma_map(int fd, enum v2p_oracle_dma kind, enum v2p_oracle_direction direction,
		   uint64_t length, uint32_t *id)
{
	struct v2p_oracle_dma_map map = {
		.kind = kind, .direction = direction, .length = length,
	};

	if (ioctl(fd, V2P_ORACLE_DMA_MAP, &map))
		return -errno;
	*id = map.id;
	return 0;
}

int oracle_dma_unmap(int fd, uint32_t id)
{
	return ioctl(fd, V2P_ORACLE_DMA_UNMAP, &id) ? -errno : 0;
}

bool oracle_dma_piece(int fd, uint32_t id, uint32_t index, struct v2p_oracle_dma_piece *piece)
{
	*piece = (struct v2p_oracle_dma_piece) { .id = id, .index = index };
	return !ioctl(fd, V2P_ORACLE_DMA_PIECE, piece);
}

int oracle_dma_churn(int fd)
{
	return ioctl(fd, V2P_ORACLE_DMA_CHURN) ? -errno : 0;
}

int oracle_dma_slot(int fd, uint32_t index, struct v2p_oracle_dma_slot *slot)
{
	*slot = (struct v2p_oracle_dma_slot) { .index = index };
	return ioctl(fd, V2P_ORACLE_DMA_SLOT, slot) ? -errno : 0;
}

int64_t oracle_in_mask(int fd, uint32_t cpu, uint32_t looks)
{
	struct v2p_oracle_in_mask mask = { .cpu = cpu, .looks = looks };

	return ioctl(fd, V2P_ORACLE_IN_MASK, &mask) ? -1 : (int64_t)mask.seen;
}
