/* SPDX-License-Identifier: LGPL-2.1-only */
/*
 * libv2p: which physical memory backs a virtual address.
 *
 * Every answer is a snapshot of the page tables: unless its page is pinned, the
 * kernel may move it (migration, compaction, swap, copy-on-write) right after.
 *
 * A handle belongs to one thread at a time, and not to a process forked meanwhile.
 * A call on one that is in use is refused with -EBUSY; it changes nothing and waits
 * for nobody. Handles are independent of each other, the library keeps no state
 * outside of them, except, per thread, which handle was refused last.
 */
#ifndef V2P_H
#define V2P_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/v2p.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for the levels of a page table on any processor. It does not grow. */
#define V2P_MAX_LEVELS 8

/** Milliseconds for which a call asks anew what is being changed, unless told otherwise. */
#define V2P_DEFAULT_RETRY 100
/** As many at most. */
#define V2P_MAX_RETRY 30000

struct v2p;

/**
 * enum v2p_target_kind - what a struct v2p_target names
 * @V2P_TARGET_PID: the process that a thread belongs to
 * @V2P_TARGET_KERNEL: the kernel
 */
enum v2p_target_kind {
	V2P_TARGET_PID = 1,
	V2P_TARGET_KERNEL,
};

/**
 * struct v2p_target - whose address space is asked
 * @kind: enum v2p_target_kind; 0 is none of them
 * @flags: 0
 * @id: V2P_TARGET_PID: the thread's id, in the caller's pid namespace; else 0
 * @name: NULL
 * @reserved: 0
 *
 * Made with v2p_pid() or v2p_kernel(). A call refuses, with -EINVAL, a kind that the
 * library does not know, and anything else than 0 in what that kind does not use.
 */
struct v2p_target {
	uint32_t kind;
	uint32_t flags;
	uint64_t id;
	const char *name;
	uint64_t reserved[4];
};

/**
 * struct v2p_level_info - one level of the page tables
 * @level: enum v2p_level
 * @shift: an entry of this level spans 1 << @shift bytes
 * @bits: a table of this level has 1 << @bits entries
 * @reserved: 0
 */
struct v2p_level_info {
	uint8_t level;
	uint8_t shift;
	uint8_t bits;
	uint8_t reserved[13];
};

/**
 * struct v2p_info - what the module and the machine can do
 * @size: sizeof(struct v2p_info), set by the caller
 * @module_version: version of the loaded module
 * @arch: processor architecture
 * @page_shift: the smallest page has 1 << @page_shift bytes
 * @physical_bits: width of a physical address
 * @virtual_bits: width of a virtual address, both halves together
 * @features: enum v2p_feature
 * @max_batch: most addresses in one message; v2p_translate() takes any number
 * @level_count: levels in use
 * @levels: the levels in use, top level first
 */
struct v2p_info {
	size_t size;
	char module_version[32];
	char arch[32];
	uint8_t page_shift;
	uint8_t physical_bits;
	uint8_t virtual_bits;
	uint32_t features;
	uint32_t max_batch;
	unsigned int level_count;
	struct v2p_level_info levels[V2P_MAX_LEVELS];
};

/**
 * struct v2p_arrays - where the answers go
 * @size: sizeof(struct v2p_arrays), set by the caller
 * @status: enum v2p_status, required
 * @physical: physical address in bytes; means something only where the status
 *	is V2P_STATUS_MAPPED (0 is a physical address)
 * @page_shift: the entry that the walk ended at spans 1 << page_shift bytes:
 *	the page where mapped, the hole where none; 0 where invalid
 * @flags: enum v2p_flag; the only one where none is V2P_FLAG_CHANGING
 * @entry: raw value of that entry, for people rather than for computing
 * @swap_type: swap area
 * @swap_offset: page in the swap area where swapped; page frame number where
 *	migrating, poisoned or device
 * @level: enum v2p_level, of that entry; 0 where invalid
 * @memory_type: enum v2p_memory_type, how the processor caches the page
 * @protection_key: number of the key (x86's) that may take further rights away
 *	where mapped; 0 where there is none, but also a key
 *
 * Each points to as many elements as there are addresses, owned by the caller.
 * An array that is NULL is not asked for, and costs nothing; @swap_type and
 * @swap_offset come from the same question.
 */
struct v2p_arrays {
	size_t size;
	uint8_t *status;
	uint64_t *physical;
	uint8_t *page_shift;
	uint32_t *flags;
	uint64_t *entry;
	uint8_t *swap_type;
	uint64_t *swap_offset;
	uint8_t *level;
	uint8_t *memory_type;
	uint8_t *protection_key;
};

/**
 * struct v2p_translation - the answer for one address
 * @size: sizeof(struct v2p_translation); in a struct v2p_walk set by the library
 * @physical: as in struct v2p_arrays, like all others
 * @entry: likewise
 * @swap_offset: likewise
 * @flags: likewise
 * @status: likewise
 * @page_shift: likewise
 * @level: likewise
 * @memory_type: likewise
 * @protection_key: likewise
 * @swap_type: likewise
 */
struct v2p_translation {
	size_t size;
	uint64_t physical;
	uint64_t entry;
	uint64_t swap_offset;
	uint32_t flags;
	uint8_t status;
	uint8_t page_shift;
	uint8_t level;
	uint8_t memory_type;
	uint8_t protection_key;
	uint8_t swap_type;
};

/**
 * struct v2p_step - one entry on the way to an address
 * @entry_physical: where the entry itself stands
 * @entry: its raw value
 * @index: its position in its table
 * @flags: enum v2p_flag
 * @level: enum v2p_level
 * @reserved: 0
 */
struct v2p_step {
	uint64_t entry_physical;
	uint64_t entry;
	uint32_t index;
	uint32_t flags;
	uint8_t level;
	uint8_t reserved[23];
};

/**
 * struct v2p_walk - the whole way to an address
 * @size: sizeof(struct v2p_walk), set by the caller
 * @root: physical address of the top-level table
 * @step_count: entries read; 0 where the address is invalid
 * @reserved: 0
 * @steps: the entries, top level first
 * @translation: what they say
 */
struct v2p_walk {
	size_t size;
	uint64_t root;
	uint32_t step_count;
	uint32_t reserved[7];
	struct v2p_step steps[V2P_MAX_LEVELS];
	/* The last member: it may grow. */
	struct v2p_translation translation;
};

/**
 * struct v2p_extent - a run that is contiguous in virtual and in physical memory
 * @address: virtual address of its first byte
 * @physical: physical address of its first byte; means something only where the
 *	status is V2P_STATUS_MAPPED (0 is a physical address)
 * @length: bytes
 * @swap_offset: of its first page, as in struct v2p_arrays; an extent is contiguous
 *	in it too
 * @flags: enum v2p_flag; accessed, dirty and soft-dirty where some page in it
 *	has them
 * @status: enum v2p_status
 * @page_shift: it is mapped by pages of 1 << page_shift bytes; 0 where none
 * @level: enum v2p_level, of the entries; 0 where none
 * @memory_type: as in struct v2p_arrays
 * @protection_key: likewise
 * @swap_type: likewise
 * @reserved: 0
 *
 * What is not among the fields of the struct v2p_range is 0.
 */
struct v2p_extent {
	uint64_t address;
	uint64_t physical;
	uint64_t length;
	uint64_t swap_offset;
	uint32_t flags;
	uint8_t status;
	uint8_t page_shift;
	uint8_t level;
	uint8_t memory_type;
	uint8_t protection_key;
	uint8_t swap_type;
	uint8_t reserved[22];
};

/** A length that goes up to the target's highest address. */
#define V2P_TO_THE_END UINT64_MAX

/**
 * struct v2p_range - what v2p_map() is to look at, and for
 * @size: sizeof(struct v2p_range), set by the caller
 * @start: first address; 0 with @length V2P_TO_THE_END is the whole address space
 *	of any target
 * @length: bytes, or V2P_TO_THE_END; what is at its ends is cut to it
 * @page_shifts: wanted sizes of pages, a bit (1 << page shift) for each; 0 for all
 * @states: wanted statuses, a bit (1 << enum v2p_status) for each; 0 for all but
 *	V2P_STATUS_NONE
 * @with_flags: enum v2p_flag; only pages that have them all
 * @without_flags: enum v2p_flag; only pages that have none of them
 * @memory_types: wanted memory types, a bit (1 << enum v2p_memory_type) for each;
 *	0 for all
 * @fields: enum v2p_field, what each extent tells besides address, length and
 *	status; 0 for physical, page shift and flags. V2P_FIELD_ENTRY and
 *	V2P_FIELD_IDENTITY are not for extents
 * @merge: not 0 where only contiguity counts: page size, flags, memory type and
 *	protection key then end no extent, which has the smallest size in it, the
 *	flags that all of it has (accessed, dirty and soft-dirty as ever), no memory
 *	type where they differ, and the protection key of its first page
 * @progress: NULL, or told now and then the address up to which the range has
 *	been walked, if there is one behind it
 */
struct v2p_range {
	size_t size;
	uint64_t start;
	uint64_t length;
	uint64_t page_shifts;
	uint32_t states;
	uint32_t with_flags;
	uint32_t without_flags;
	uint32_t memory_types;
	uint32_t fields;
	int merge;
	void (*progress)(uint64_t next, void *data);
};

/**
 * v2p_extent_fn - takes the next extent of a v2p_map(), in order of address
 * @extent: the extent, for the time of this call
 * @data: as given to v2p_map()
 *
 * It must not use the handle, but may close it. In C++ it may throw: that ends the
 * v2p_map(), and the handle goes on working. It must not longjmp() away.
 *
 * Return: 0 to go on, anything else to stop.
 */
typedef int v2p_extent_fn(const struct v2p_extent *extent, void *data);

/**
 * struct v2p_cpu_offset - where a CPU has its per-CPU variables
 * @offset: added to the address of a per-CPU variable, as /proc/kallsyms gives it,
 *	it makes the address of that CPU's own
 * @cpu: number of the CPU
 * @reserved: 0
 */
struct v2p_cpu_offset {
	uint64_t offset;
	uint32_t cpu;
	uint32_t reserved[3];
};

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
 * v2p_open() - connect to the module
 * @handle: set to a new handle, or to NULL when not even memory for one was
 *	there; to be given to v2p_close() in every case
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
 * Return: one line without a full stop, the kernel's own words where it gave
 * any; "" after a success. It lasts until the next call on the handle. Of a call
 * that was refused with -EBUSY, only the thread that made it reads so, and it
 * writes no other thread's text.
 */
const char *v2p_error(const struct v2p *handle);

/**
 * v2p_set_retry() - for how long a call asks anew what is being changed
 * @handle: a handle
 * @milliseconds: in all of one call; 0 for not at all, at most V2P_MAX_RETRY.
 *	V2P_DEFAULT_RETRY where it is never set
 *
 * Whoever changes page tables may empty an entry first, for as long as a huge page takes
 * to copy. The module waits for nobody, but it tells: V2P_STATUS_NONE then comes with
 * V2P_FLAG_CHANGING. v2p_translate(), v2p_get_walk(), v2p_map() and what is built on them ask
 * for such addresses again, with short pauses, before they give that as the answer.
 *
 * Return: 0 or -EINVAL.
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
 * v2p_translate() - physical addresses of any number of virtual addresses
 * @handle: a handle
 * @target: whom to ask
 * @addresses: virtual addresses, in any order
 * @count: how many; 0 does nothing
 * @arrays: where the answers go; element i answers address i
 *
 * An address that is not valid is answered by its status and fails no other.
 * Needs CAP_SYS_ADMIN in the initial user namespace, for another process also
 * CAP_SYS_PTRACE over its user namespace, for the kernel also CAP_SYSLOG in the
 * initial one; when the handle is opened as well as now.
 *
 * Return: 0; -EPERM without the right; -ESRCH for no such process, or one that
 * has exited; -EINVAL for a kernel thread; -EOPNOTSUPP where the loaded module
 * does not know the operation; -EBUSY while another thread, or the v2p_map() whose
 * callback this is, uses the handle; or another negative errno. The arrays' content
 * is undefined after an error.
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
 * The range is walked while the extents are taken: a process may change, or end,
 * in the middle. The kernel is ahead by one part of about a thousand extents, so those
 * may be older than they seem. Memory used does not depend on how many there are. A hole
 * that is being changed for longer than v2p_set_retry() allows is an extent of its own,
 * if the range asks for holes.
 *
 * Return: 0; what @take returned to stop; -EINVAL for a range that is empty or
 * not in the target's address space; -ESRCH where the process ended, after what
 * was taken till then, which may be all; or another negative errno, as
 * v2p_translate().
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
 * @length: its bytes
 * @page_shift: it is to be mapped by pages of 1 << @page_shift bytes or larger ones;
 *	0 for any
 * @physical: set to the physical address of its first byte where 1 is returned; or NULL
 *
 * Return: 1 where all of it is mapped, by such pages, and contiguous; 0 where it is not;
 * or a negative errno, as v2p_map().
 */
int v2p_is_contiguous(struct v2p *handle, struct v2p_target target, uint64_t address,
		      uint64_t length, unsigned int page_shift, uint64_t *physical);

/**
 * v2p_per_cpu_offsets() - where each possible CPU has its per-CPU variables
 * @handle: a handle
 * @offsets: filled in the order of the CPUs' numbers; may be NULL if @size is 0
 * @size: elements that fit into @offsets
 *
 * Needs the right to ask for the kernel's addresses. The CPUs that are possible, and
 * their offsets, stay as they are until the machine is booted again.
 *
 * Return: how many CPUs are possible, of which no more than @size were filled in; or
 * a negative errno, as v2p_translate().
 */
int v2p_per_cpu_offsets(struct v2p *handle, struct v2p_cpu_offset *offsets, size_t size);

/**
 * v2p_virtual_to_physical() - one address, as IDebugDataSpaces4::VirtualToPhysical
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @physical: set to the physical address in bytes where 0 is returned
 *
 * Return: 0; -ENXIO where no physical page backs the address (dbgeng's
 * STATUS_NO_PAGEFILE); or another negative errno, as v2p_translate().
 */
int v2p_virtual_to_physical(struct v2p *handle, struct v2p_target target,
			    uint64_t address, uint64_t *physical);

/**
 * v2p_translation_physical_offsets() - where each entry of a translation stands,
 * as IDebugDataSpaces4::GetVirtualTranslationPhysicalOffsets
 * @handle: a handle
 * @target: whom to ask
 * @address: the virtual address
 * @offsets: filled with the physical address of each level's entry, top level
 *	first, and the final physical address last; may be NULL if @size is 0
 * @size: elements that fit into @offsets
 *
 * Return: how many there are, of which no more than @size were filled in;
 * -ENXIO where no physical page backs the address; or another negative errno,
 * as v2p_translate().
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
 * @text: filled with the words, a comma between them, and a hexadecimal number for all
 *	bits that the library has no word for; may be NULL if @size is 0
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

#ifdef __cplusplus
}
#endif

#endif /* V2P_H */
