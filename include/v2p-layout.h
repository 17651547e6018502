/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Made by `make gen` of include/v2p.yaml: change that. */
#ifndef V2P_LAYOUT_H
#define V2P_LAYOUT_H

/*
 * The arrays of an answer: ARRAY(field that asks for it, attribute, member, bits of
 * an element). What is always there has no field, that is 0.
 */
#define V2P_TRANSLATE_ARRAYS(ARRAY) \
	ARRAY(0, V2P_A_STATUS, status, 8) \
	ARRAY(V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, physical, 64) \
	ARRAY(V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, page_shift, 8) \
	ARRAY(V2P_FIELD_FLAGS, V2P_A_FLAGS, flags, 32) \
	ARRAY(V2P_FIELD_ENTRY, V2P_A_ENTRY, entry, 64) \
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, swap_type, 8) \
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, swap_offset, 64) \
	ARRAY(V2P_FIELD_LEVEL, V2P_A_LEVEL, level, 8) \
	ARRAY(V2P_FIELD_MEMORY_TYPE, V2P_A_MEMORY_TYPE, memory_type, 8) \
	ARRAY(V2P_FIELD_PROTECTION_KEY, V2P_A_PROTECTION_KEY, protection_key, 8) \
	ARRAY(V2P_FIELD_NODE, V2P_A_NODE, node, 32) \
	ARRAY(V2P_FIELD_PAGE_KIND, V2P_A_PAGE_KIND, page_kind, 8)

#define V2P_MAP_ARRAYS(ARRAY) \
	ARRAY(0, V2P_A_VIRTUAL, virtual, 64) \
	ARRAY(0, V2P_A_LENGTH, length, 64) \
	ARRAY(V2P_FIELD_PHYSICAL, V2P_A_PHYSICAL, physical, 64) \
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_OFFSET, swap_offset, 64) \
	ARRAY(V2P_FIELD_FLAGS, V2P_A_FLAGS, flags, 32) \
	ARRAY(0, V2P_A_STATUS, status, 8) \
	ARRAY(V2P_FIELD_PAGE_SHIFT, V2P_A_PAGE_SHIFT, page_shift, 8) \
	ARRAY(V2P_FIELD_SWAP, V2P_A_SWAP_TYPE, swap_type, 8) \
	ARRAY(V2P_FIELD_LEVEL, V2P_A_LEVEL, level, 8) \
	ARRAY(V2P_FIELD_MEMORY_TYPE, V2P_A_MEMORY_TYPE, memory_type, 8) \
	ARRAY(V2P_FIELD_PROTECTION_KEY, V2P_A_PROTECTION_KEY, protection_key, 8) \
	ARRAY(V2P_FIELD_NODE, V2P_A_NODE, node, 32) \
	ARRAY(V2P_FIELD_PAGE_KIND, V2P_A_PAGE_KIND, page_kind, 8)

#define V2P_PER_CPU_ARRAYS(ARRAY) \
	ARRAY(0, V2P_A_CPUS, cpus, 32) \
	ARRAY(0, V2P_A_PER_CPU_OFFSETS, per_cpu_offsets, 64)

#define V2P_PAGE_ARRAYS(ARRAY) \
	ARRAY(0, V2P_A_FILE_DEVICE, file_device, 64) \
	ARRAY(0, V2P_A_FILE_INODE, file_inode, 64) \
	ARRAY(0, V2P_A_FILE_OFFSET, file_offset, 64) \
	ARRAY(0, V2P_A_NODE, node, 32) \
	ARRAY(0, V2P_A_FOLIO_INDEX, folio_index, 32) \
	ARRAY(0, V2P_A_REFERENCES, references, 32) \
	ARRAY(0, V2P_A_PAGE_STATUS, page_status, 8) \
	ARRAY(0, V2P_A_PAGE_KIND, page_kind, 8) \
	ARRAY(0, V2P_A_ZONE, zone, 8) \
	ARRAY(0, V2P_A_FOLIO_ORDER, folio_order, 8)

#define V2P_REGIONS_ARRAYS(ARRAY) \
	ARRAY(0, V2P_A_VIRTUAL, virtual, 64) \
	ARRAY(0, V2P_A_LENGTH, length, 64) \
	ARRAY(0, V2P_A_REGION, region, 8)

#endif /* V2P_LAYOUT_H */
