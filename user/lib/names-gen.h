/* SPDX-License-Identifier: LGPL-2.1-only */
/* Made by `make gen` of include/v2p.yaml: change that. */
#ifndef V2P_NAMES_GEN_H
#define V2P_NAMES_GEN_H

static const char *const status_names[] = {
	[V2P_STATUS_NONE] = "none",
	[V2P_STATUS_MAPPED] = "mapped",
	[V2P_STATUS_SWAPPED] = "swapped",
	[V2P_STATUS_MIGRATING] = "migrating",
	[V2P_STATUS_POISONED] = "poisoned",
	[V2P_STATUS_GUARD] = "guard",
	[V2P_STATUS_MARKER] = "marker",
	[V2P_STATUS_DEVICE] = "device",
	[V2P_STATUS_INVALID] = "invalid",
};

static const char *const memory_type_names[] = {
	[V2P_MEMORY_TYPE_UNSPECIFIED] = "unspecified",
	[V2P_MEMORY_TYPE_WB] = "wb",
	[V2P_MEMORY_TYPE_WC] = "wc",
	[V2P_MEMORY_TYPE_WT] = "wt",
	[V2P_MEMORY_TYPE_WP] = "wp",
	[V2P_MEMORY_TYPE_UC] = "uc",
	[V2P_MEMORY_TYPE_UC_MINUS] = "uc-minus",
	[V2P_MEMORY_TYPE_TAGGED] = "tagged",
	[V2P_MEMORY_TYPE_DEVICE] = "device",
};

static const char *const level_names[] = {
	[V2P_LEVEL_PTE] = "pte",
	[V2P_LEVEL_PMD] = "pmd",
	[V2P_LEVEL_PUD] = "pud",
	[V2P_LEVEL_P4D] = "p4d",
	[V2P_LEVEL_PGD] = "pgd",
	[V2P_LEVEL_LEVEL_6] = "level-6",
	[V2P_LEVEL_ROOT_TABLE] = "root-table",
	[V2P_LEVEL_CONTEXT_TABLE] = "context-table",
	[V2P_LEVEL_DEVICE_TABLE] = "device-table",
	[V2P_LEVEL_PASID_DIRECTORY] = "pasid-directory",
	[V2P_LEVEL_PASID_TABLE] = "pasid-table",
};

static const char *const page_status_names[] = {
	[V2P_PAGE_STATUS_NONE] = "none",
	[V2P_PAGE_STATUS_ONLINE] = "online",
	[V2P_PAGE_STATUS_OFFLINE] = "offline",
	[V2P_PAGE_STATUS_DEVICE] = "device",
};

static const char *const page_kind_names[] = {
	[V2P_PAGE_KIND_UNKNOWN] = "unknown",
	[V2P_PAGE_KIND_ORDINARY] = "ordinary",
	[V2P_PAGE_KIND_THP] = "thp",
	[V2P_PAGE_KIND_HUGETLB] = "hugetlb",
	[V2P_PAGE_KIND_KSM] = "ksm",
	[V2P_PAGE_KIND_ZERO] = "zero",
	[V2P_PAGE_KIND_FREE] = "free",
	[V2P_PAGE_KIND_SLAB] = "slab",
	[V2P_PAGE_KIND_PAGE_TABLE] = "page-table",
	[V2P_PAGE_KIND_RESERVED] = "reserved",
	[V2P_PAGE_KIND_OFFLINE] = "offline",
	[V2P_PAGE_KIND_POISONED] = "poisoned",
	[V2P_PAGE_KIND_FS_DAX] = "fs-dax",
	[V2P_PAGE_KIND_DEVICE] = "device",
	[V2P_PAGE_KIND_DEVICE_PRIVATE] = "device-private",
	[V2P_PAGE_KIND_DEVICE_COHERENT] = "device-coherent",
	[V2P_PAGE_KIND_PCI_P2PDMA] = "pci-p2pdma",
	[V2P_PAGE_KIND_NO_RECORD] = "no-record",
};

static const char *const zone_names[] = {
	[V2P_ZONE_UNKNOWN] = "unknown",
	[V2P_ZONE_DMA] = "dma",
	[V2P_ZONE_DMA32] = "dma32",
	[V2P_ZONE_NORMAL] = "normal",
	[V2P_ZONE_HIGHMEM] = "highmem",
	[V2P_ZONE_MOVABLE] = "movable",
	[V2P_ZONE_DEVICE] = "device",
};

static const char *const region_names[] = {
	[V2P_REGION_UNSPECIFIED] = "unspecified",
	[V2P_REGION_DIRECT_MAP] = "direct-map",
	[V2P_REGION_VMALLOC] = "vmalloc",
	[V2P_REGION_VMEMMAP] = "vmemmap",
	[V2P_REGION_KASAN] = "kasan",
	[V2P_REGION_TEXT] = "text",
	[V2P_REGION_MODULES] = "modules",
	[V2P_REGION_FIXMAP] = "fixmap",
	[V2P_REGION_CPU_ENTRY_AREA] = "cpu-entry-area",
	[V2P_REGION_ESPFIX] = "espfix",
	[V2P_REGION_LDT] = "ldt",
	[V2P_REGION_EFI] = "efi",
	[V2P_REGION_PCI_IO] = "pci-io",
};

static const char *const device_translation_names[] = {
	[V2P_DEVICE_TRANSLATION_UNKNOWN] = "unknown",
	[V2P_DEVICE_TRANSLATION_TABLES] = "tables",
	[V2P_DEVICE_TRANSLATION_PASSTHROUGH] = "passthrough",
	[V2P_DEVICE_TRANSLATION_BLOCKED] = "blocked",
	[V2P_DEVICE_TRANSLATION_DIRECT] = "direct",
	[V2P_DEVICE_TRANSLATION_ASKED] = "asked",
};

static const char *const table_format_names[] = {
	[V2P_TABLE_FORMAT_UNKNOWN] = "unknown",
	[V2P_TABLE_FORMAT_VTD_SECOND_STAGE] = "vtd-second-stage",
	[V2P_TABLE_FORMAT_VTD_FIRST_STAGE] = "vtd-first-stage",
	[V2P_TABLE_FORMAT_AMD_V1] = "amd-v1",
	[V2P_TABLE_FORMAT_AMD_V2] = "amd-v2",
};

/* In the order of their bits. */
static const char *const flag_names[] = {
	"present", "write", "user", "exec", "accessed", "dirty", "global", "soft-dirty",
	"uffd-wp", "protnone", "special", "contiguous", "encrypted", "changing",
	"write-only",
};

/* In the order of their bits. */
static const char *const feature_names[] = {
	"soft-dirty", "uffd-wp", "poison-marker", "guard", "device-private", "encryption",
	"user-root",
};

#endif /* V2P_NAMES_GEN_H */
