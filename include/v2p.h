/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libv2p: which physical memory backs a virtual address.
 *
 * Every answer is a snapshot of the page tables: unless its page is pinned, the kernel may
 * move it (migration, compaction, swap, copy-on-write) right after.
 *
 * A handle belongs to one thread at a time, and not to a process forked meanwhile. A call on
 * one that is in use is refused with -EBUSY; it changes nothing and waits for nobody. Handles
 * are independent of each other, the library keeps no state outside of them, except, per
 * thread, which handle was refused last.
 *
 * The library grows without breaking a program that was built with an older header, and one
 * that was built with a newer header runs with an older library:
 *
 * - Functions are added. What they do with what there is today stays.
 * - A structure that a caller allocates begins with its size, which the caller sets:
 *	struct v2p_info info = { .size = sizeof(info) };
 *   A size that is not set is refused. Members are added at the end, and mean, where they are
 *   0, what was meant before there were any. A library that does not know them leaves them 0
 *   in what it fills, and refuses, with -E2BIG, what asks by them for something.
 * - Structures that come in arrays have a fixed size, and so has a target. Members are made
 *   of what is reserved in them, which is 0 till then.
 * - Targets get kinds. A library that does not know one refuses it with -EINVAL.
 * - Statuses, flags, memory types, levels and features are added to linux/v2p.h. Only
 *   V2P_STATUS_MAPPED will ever have a physical address: a status that a program does not
 *   know is one without. A flag, memory type, level or feature that it does not know is to be
 *   passed over. So are statuses, kinds and zones of physical pages, and regions, and mean
 *   that nothing is known.
 */
#ifndef V2P_H
#define V2P_H

#include <v2p-types.h>
#include <v2p-version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Milliseconds for which a call asks anew what is being changed, unless told otherwise. */
#define V2P_DEFAULT_RETRY 100
/** As many at most. */
#define V2P_MAX_RETRY 30000

struct v2p;

/**
 * v2p_version() - the version of the library that the program runs with
 *
 * V2P_VERSION is that of the header that it was built with, in v2p-version.h, and
 * v2p_get_info() tells that of the module.
 *
 * Return: such as "1.2.3".
 */
const char *v2p_version(void);

/**
 * v2p_pid() - the address space of a process
 * @pid: any thread's id of it, in the caller's pid namespace
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_pid(pid_t pid)
{
	struct v2p_target target = {
		V2P_TARGET_PID, 0, (uint32_t)pid, NULL, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_kernel() - the address space of the kernel
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_kernel(void)
{
	struct v2p_target target = {
		V2P_TARGET_KERNEL, 0, 0, NULL, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_space() - an address space that is open
 * @fd: a descriptor that v2p_space_open() has given, to this process or to another that has
 *	passed it on
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_space(int fd)
{
	struct v2p_target target = {
		V2P_TARGET_SPACE, 0, (uint32_t)fd, NULL, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_user_root() - a process by the page table that user mode runs on
 * @pid: any thread's id of it, in the caller's pid namespace
 *
 * With page-table isolation (V2P_FEATURE_USER_ROOT) the kernel has one for itself, v2p_pid(),
 * and one for user mode. In that, user space is as in the other, and beside it, at the
 * kernel's addresses, is what of the kernel the processor needs in user mode: to ask takes the
 * right for the kernel as well as that for the process. Where there is no page-table
 * isolation, it is answered by -EOPNOTSUPP.
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_user_root(pid_t pid)
{
	struct v2p_target target = {
		V2P_TARGET_USER_ROOT, 0, (uint32_t)pid, NULL, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_device() - the addresses that a device uses for DMA
 * @name: its bus, which is pci or platform, a slash, and its name as in /sys/bus/BUS/devices; or
 *	that of a PCI device alone, as lspci has it, such as "0000:03:00.0" or "03:00.0". It has
 *	to stay as it is while the target is in use
 *
 * What its IOMMU makes of an address is asked: v2p_get_walk() tells how, in device_translation.
 * Where there is no IOMMU, or it lets the device through, an address is that of the memory. Needs
 * the right for the kernel. -ENODEV is the answer where there is no such device, or none any
 * more, and -EOPNOTSUPP where its IOMMU's tables are not known.
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_device(const char *name)
{
	struct v2p_target target = {
		V2P_TARGET_DEVICE, 0, 0, name, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_device_pasid() - the addresses that a device uses with a PASID
 * @name: as of v2p_device()
 * @pasid: number of the process address space, up to V2P_MAX_PASID
 *
 * Return: the target.
 */
static inline struct v2p_target v2p_device_pasid(const char *name, uint32_t pasid)
{
	struct v2p_target target = {
		V2P_TARGET_DEVICE, V2P_TARGET_PASID, pasid, name, { 0, 0, 0, 0 }
	};

	return target;
}

/**
 * v2p_device_name() - the whole name of a device
 * @name: as of v2p_device()
 * @whole: filled with bus and name, such as "pci/0000:03:00.0"
 *
 * It is not looked for: only the form is.
 *
 * Return: 0; or -EINVAL where that cannot be the name of a device.
 */
int v2p_device_name(const char *name, char whole[V2P_DEVICE_NAME_SIZE]);

/**
 * v2p_open() - connect to the module
 * @handle: set to a new handle, or to NULL when not even memory for one was there; to be
 *	given to v2p_close() in every case
 *
 * An error, too, leaves a handle whose v2p_error() says what is wrong.
 *
 * Return: 0; -ENOENT where the module is not loaded; or another negative errno.
 */
int v2p_open(struct v2p **handle);

/**
 * v2p_close() - end a connection and free its handle
 * @handle: a handle, or NULL
 *
 * One that is in use is freed when that call ends. It must not be used any more.
 */
void v2p_close(struct v2p *handle);

/**
 * v2p_error() - why the last call on a handle failed
 * @handle: a handle, or NULL
 *
 * Return: one line without a full stop, the kernel's own words where it gave any; "" after a
 * success. It lasts until the next call on the handle. Of a call that was refused with
 * -EBUSY, only the thread that made it reads so, and it writes no other thread's text.
 */
const char *v2p_error(const struct v2p *handle);

/**
 * v2p_set_retry() - for how long a call asks anew what is being changed
 * @handle: a handle
 * @milliseconds: in all of one call; 0 for not at all, at most V2P_MAX_RETRY.
 *	V2P_DEFAULT_RETRY where it is never set
 *
 * Whoever changes page tables may empty an entry first, for as long as a huge page takes to
 * copy. The module waits for nobody, but it tells: V2P_STATUS_NONE then comes with
 * V2P_FLAG_CHANGING. v2p_translate(), v2p_get_walk(), v2p_map() and what is built on them ask
 * for such addresses again, with short pauses, before they give that as the answer.
 *
 * Return: 0; -EINVAL for more than that; or, as from every call, -EBUSY while the handle is
 * in use, -ENOTCONN where v2p_open() has failed, and why a handle that lost its module cannot
 * connect anew.
 */
int v2p_set_retry(struct v2p *handle, unsigned int milliseconds);

/**
 * v2p_get_info() - what the module and the machine can do
 * @handle: a handle
 * @info: filled in, as far as its size goes
 *
 * Needs no privilege.
 *
 * Return: 0 or a negative errno.
 */
int v2p_get_info(struct v2p *handle, struct v2p_info *info);

/**
 * v2p_space_open() - open an address space
 * @handle: a handle
 * @target: whose; not one that is open already, and not a device's
 *
 * The descriptor is a target of its own, v2p_space(), for every call that takes one. It stays
 * of this one address space: where the process has exited, or executed another program, it is
 * answered by -ESRCH, whoever has the pid. One address asked by it costs a fraction of one by
 * pid.
 *
 * The right that v2p_translate() names is asked for here, and not when the descriptor is used:
 * it can be passed to a process that has no right at all, by a unix socket for example, which
 * uses it on a handle of its own, be that one of which v2p_open() has failed. It is closed on
 * exec. A child of fork() inherits it, as one of its parent's address space.
 *
 * Where the administrator has named a group for that (the module's parameter own_group), its
 * members may open the address space of their own process without any privilege, on a handle
 * that was opened since the process began or last changed its credentials. Of such a one,
 * v2p_get_walk() and v2p_translation_physical_offsets() are refused with -EPERM: it does not
 * tell where page tables are.
 *
 * Return: the descriptor, which the caller closes with close(); -EOPNOTSUPP for a device, whose
 * address space cannot be opened; or a negative errno, as v2p_translate(), -EMFILE among them.
 */
int v2p_space_open(struct v2p *handle, struct v2p_target target);

/**
 * v2p_translate() - physical addresses of any number of virtual addresses
 * @handle: a handle
 * @target: whom to ask
 * @addresses: virtual addresses, in any order
 * @count: how many; 0 does nothing
 * @arrays: where the answers go; element i answers address i
 *
 * An address that is not valid is answered by its status and fails no other. All are answered
 * of the same process and program, or it is an error. Needs CAP_SYS_ADMIN in the initial user
 * namespace, for another process also CAP_SYS_PTRACE over its user namespace, for the kernel
 * or a device also CAP_SYSLOG in the initial one; when the handle is opened as well as now.
 *
 * Return: 0; -EPERM without the right; -ENODEV for no such device, or one that is gone; -ESRCH
 * for no such process, or one that has exited, or
 * has executed another program before the last address was answered; -EINVAL for a kernel
 * thread, a target or a size that is not valid; -E2BIG for arrays that the library does not
 * know; -EOPNOTSUPP where the loaded module does not know the operation, or this machine has
 * no such target; -EBUSY while another
 * thread, or the v2p_map() whose callback this is, uses the handle; or another negative
 * errno. The arrays' content is undefined after an error.
 */
int v2p_translate(struct v2p *handle, struct v2p_target target,
		  const uint64_t *addresses, size_t count,
		  const struct v2p_arrays *arrays);

/**
 * v2p_translate_one() - all that is known of one virtual address
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @translation: filled in, as far as its size goes
 *
 * That no physical page backs the address is no error: its status says so.
 *
 * Return: 0 or a negative errno, as v2p_translate().
 */
int v2p_translate_one(struct v2p *handle, struct v2p_target target, uint64_t address,
		      struct v2p_translation *translation);

/**
 * v2p_get_walk() - every page-table entry on the way to an address
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @walk: filled in, as far as its size goes
 *
 * Return: 0 or a negative errno, as v2p_translate().
 */
int v2p_get_walk(struct v2p *handle, struct v2p_target target, uint64_t address,
		 struct v2p_walk *walk);

/**
 * v2p_map() - what backs a range of addresses, as extents
 * @handle: a handle
 * @target: whom to ask
 * @range: which addresses, and what of them
 * @take: given each extent
 * @data: for @take and the range's progress()
 *
 * The range is walked while the extents are taken: a process may change, or end, in the
 * middle. The kernel is ahead by one part of about a thousand extents, so those may be older
 * than they seem. Memory used does not depend on how many there are. A hole that is being
 * changed for longer than v2p_set_retry() allows is an extent of its own, if the range asks
 * for holes.
 *
 * Return: 0; what @take returned to stop; -EINVAL for a range that is empty or not in the
 * target's address space, or for physical ranges that are empty, not in order, or too many;
 * -EOPNOTSUPP where the loaded module does not look for physical memory; -ESRCH where the process ended, after what was taken till then,
 * which may be all; or another negative errno, as v2p_translate().
 */
int v2p_map(struct v2p *handle, struct v2p_target target,
	    const struct v2p_range *range, v2p_extent_fn *take, void *data);

/**
 * v2p_map_array() - what backs a range of addresses, as extents in an array
 * @handle: a handle
 * @target: whom to ask
 * @range: which addresses, and what of them; its progress() is not called
 * @extents: filled in order of address; may be NULL if @size is 0
 * @size: elements that fit into @extents
 *
 * Where they do not all fit, go on from the end of the last one that did.
 *
 * Return: how many extents there are, of which no more than @size were filled in; or a
 * negative errno, as v2p_map().
 */
ssize_t v2p_map_array(struct v2p *handle, struct v2p_target target,
		      const struct v2p_range *range, struct v2p_extent *extents, size_t size);

/**
 * v2p_is_contiguous() - is a range one run of physical memory
 * @handle: a handle
 * @target: whom to ask
 * @address: its first address
 * @length: its bytes; not V2P_TO_THE_END
 * @page_shift: it is to be mapped by pages of 1 << @page_shift bytes or larger ones; 0 for
 *	any
 * @physical: set to the physical address of its first byte where 1 is returned; or NULL
 *
 * Return: 1 where all of it is mapped, by such pages, and contiguous; 0 where it is not; or a
 * negative errno, as v2p_map().
 */
int v2p_is_contiguous(struct v2p *handle, struct v2p_target target, uint64_t address,
		      uint64_t length, unsigned int page_shift, uint64_t *physical);

/**
 * v2p_owners() - which processes have some physical memory
 * @handle: a handle
 * @physical: the memory, as of struct v2p_range
 * @count: ranges, at least one
 * @take: given each extent, process by process in the order of /proc
 * @data: for @take
 *
 * Goes through all processes that the caller's /proc shows, those without memory of their own
 * that shows in their counters as well: page zero and mappings of devices are found. An extent
 * has the fields physical, page shift, flags and swap. Processes that begin meanwhile may be
 * missed, and a page that moves may be missed, or found twice. It is not found what no process
 * maps: page cache, memory of guests and of devices, and that of the kernel, for which
 * v2p_map() can be asked.
 *
 * Return: 0; what @take returned to stop; -EXDEV where /proc is not there or is of another pid
 * namespace, whose ids are others; or a negative errno, as v2p_map(). A process that ends
 * meanwhile is none.
 */
int v2p_owners(struct v2p *handle, const struct v2p_physical_range *physical, size_t count,
	       v2p_owner_fn *take, void *data);

/**
 * v2p_per_cpu_offsets() - where each possible CPU has its per-CPU variables
 * @handle: a handle
 * @offsets: filled in the order of the CPUs' numbers; may be NULL if @size is 0
 * @size: elements that fit into @offsets
 *
 * Needs the right to ask for the kernel's addresses. The CPUs that are possible, and their
 * offsets, stay as they are until the machine is booted again.
 *
 * Return: how many CPUs are possible, of which no more than @size were filled in; or a
 * negative errno, as v2p_translate().
 */
int v2p_per_cpu_offsets(struct v2p *handle, struct v2p_cpu_offset *offsets, size_t size);

/**
 * v2p_page() - what the kernel knows of pages of physical memory
 * @handle: a handle
 * @physical: physical addresses, in any order; each stands for the page that it is in
 * @count: how many; 0 does nothing
 * @pages: filled in; element i answers address i
 *
 * An address where no memory is, or none any more, is answered by its status, and fails no
 * other. Nothing is held and nothing is waited for: a page may be freed and given out while it
 * is asked about. Needs CAP_SYS_ADMIN in the initial user namespace, when the handle is opened
 * as well as now.
 *
 * Return: 0; -EPERM without the right; -EOPNOTSUPP where the loaded module does not know the
 * operation; or another negative errno, as v2p_translate(). The content of @pages is undefined
 * after an error.
 */
int v2p_page(struct v2p *handle, const uint64_t *physical, size_t count,
	     struct v2p_page_info *pages);

/**
 * v2p_regions() - what the kernel's addresses are for
 * @handle: a handle
 * @ranges: filled in the order of addresses, none reaches into the next; may be NULL if @size
 *	is 0
 * @size: elements that fit into @ranges
 *
 * Needs the right to ask for the kernel's addresses. Regions stay as they are until the machine
 * is booted again.
 *
 * Return: how many there are, of which no more than @size were filled in; or a negative errno,
 * as v2p_translate(), -EOPNOTSUPP with an older module.
 */
int v2p_regions(struct v2p *handle, struct v2p_region_range *ranges, size_t size);

/**
 * v2p_virtual_to_physical() - one address, as IDebugDataSpaces4::VirtualToPhysical
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @physical: set to the physical address in bytes where 0 is returned
 *
 * Return: 0; -ENXIO where no physical page backs the address (dbgeng's STATUS_NO_PAGEFILE);
 * or another negative errno, as v2p_translate().
 */
int v2p_virtual_to_physical(struct v2p *handle, struct v2p_target target,
			    uint64_t address, uint64_t *physical);

/**
 * v2p_translation_physical_offsets() - where each entry of a translation stands,
 * as IDebugDataSpaces4::GetVirtualTranslationPhysicalOffsets
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @offsets: filled with the physical address of each level's entry, top level first, and the
 *	final physical address last; may be NULL if @size is 0
 * @size: elements that fit into @offsets
 *
 * Return: how many there are, of which no more than @size were filled in; -ENXIO where no
 * physical page backs the address; or another negative errno, as v2p_translate().
 */
int v2p_translation_physical_offsets(struct v2p *handle, struct v2p_target target,
				     uint64_t address, uint64_t *offsets,
				     size_t size);

/**
 * v2p_status_name() - the word for an enum v2p_status
 * @status: the status
 *
 * Return: the word as in the wire contract ("mapped", ...), or NULL.
 */
const char *v2p_status_name(uint8_t status);

/**
 * v2p_flag_name() - the word for one bit of enum v2p_flag
 * @flag: the bit
 *
 * Return: the word as in the wire contract ("soft-dirty", ...), or NULL.
 */
const char *v2p_flag_name(uint32_t flag);

/**
 * v2p_flags_text() - the words for a mask of enum v2p_flag
 * @flags: the mask
 * @text: filled with the words, a comma between them, and a hexadecimal number for all bits
 *	that the library has no word for; may be NULL if @size is 0
 * @size: bytes of @text; the text is cut to them, and ends with '\0'
 *
 * Return: the length of the whole text, as snprintf() has it.
 */
size_t v2p_flags_text(uint32_t flags, char *text, size_t size);

/**
 * v2p_feature_name() - the word for one bit of enum v2p_feature
 * @feature: the bit
 *
 * Return: the word as in the wire contract ("guard", ...), or NULL.
 */
const char *v2p_feature_name(uint32_t feature);

/**
 * v2p_memory_type_name() - the word for an enum v2p_memory_type
 * @type: the memory type
 *
 * Return: the word as in the wire contract ("wb", ...), or NULL.
 */
const char *v2p_memory_type_name(uint8_t type);

/**
 * v2p_level_name() - the word for an enum v2p_level
 * @level: the level
 *
 * Return: the word as in the wire contract ("pte", ...), or NULL.
 */
const char *v2p_level_name(uint8_t level);

/**
 * v2p_page_status_name() - the word for an enum v2p_page_status
 * @status: the status of a physical page
 *
 * Return: the word as in the wire contract ("online", ...), or NULL.
 */
const char *v2p_page_status_name(uint8_t status);

/**
 * v2p_page_kind_name() - the word for an enum v2p_page_kind
 * @kind: the kind of a physical page
 *
 * Return: the word as in the wire contract ("hugetlb", ...), or NULL.
 */
const char *v2p_page_kind_name(uint8_t kind);

/**
 * v2p_zone_name() - the word for an enum v2p_zone
 * @zone: the zone
 *
 * Return: the word as in the wire contract ("normal", ...), or NULL.
 */
const char *v2p_zone_name(uint8_t zone);

/**
 * v2p_region_name() - the word for an enum v2p_region
 * @region: the region
 *
 * Return: the word as in the wire contract ("direct-map", ...), or NULL.
 */
const char *v2p_region_name(uint8_t region);

/**
 * v2p_device_translation_name() - the word for an enum v2p_device_translation
 * @translation: what becomes of a device's addresses
 *
 * Return: the word as in the wire contract ("passthrough", ...), or NULL.
 */
const char *v2p_device_translation_name(uint8_t translation);

/**
 * v2p_table_format_name() - the word for an enum v2p_table_format
 * @format: of a device's page tables
 *
 * Return: the word as in the wire contract ("vtd-second-stage", ...), or NULL.
 */
const char *v2p_table_format_name(uint8_t format);

#ifdef __cplusplus
}
#endif

#endif /* V2P_H */
