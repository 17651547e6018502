// SPDX-License-Identifier: LGPL-2.1-only
/*
 * An address space as a file descriptor of the module. What is asked by it is an ioctl, whose
 * answer the kernel writes to where it belongs.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/v2p_ioctl.h>

#include "internal.h"

/* Extents that the kernel is asked for at a time. */
#define EXTENTS 1024

static uint64_t pointer(const void *to)
{
	return (uintptr_t)to;
}

/* An ioctl has no words of its own. */
static int fail(struct v2p *handle, int error)
{
	switch (-error) {
	case EBADF:
		return v2p_fail(handle, error, "the descriptor of the address space is not open");
	/* EINVAL and E2BIG also from other files, which have ioctls of their own. */
	case ENOTTY:
	case EINVAL:
	case E2BIG:
		return v2p_fail(handle, error,
				"the descriptor is of no address space, or the loaded v2p module does not know all that is asked for");
	case ESRCH:
		return v2p_fail(handle, error,
				"the process has ended or runs another program, its address space is gone");
	case EPERM:
		return v2p_fail(handle, error,
				"the kernel is locked down; or the descriptor was opened as a member of own_group, and does not tell where page tables are");
	case EFAULT:
		return v2p_fail(handle, error, "no memory is where the answer is to go");
	default:
		return v2p_fail_errno(handle, error);
	}
}

static int ask_silently(const struct v2p_target *space, unsigned long request, void *argument)
{
	const int ret = ioctl((int)space->id, request, argument);

	/* Any other number is another file's answer. */
	return ret < 0 ? -errno : ret ? -ENOTTY : 0;
}

static int ask(struct v2p *handle, const struct v2p_target *space, unsigned long request,
	       void *argument)
{
	const int ret = ask_silently(space, request, argument);

	return ret ? fail(handle, ret) : 0;
}

/* What an ioctl answers that asks for a range, and nothing else. */
static int ask_plainly(const struct v2p_target *space, uint64_t first, uint64_t last)
{
	uint64_t virtual, length;
	uint8_t status;
	struct v2p_ioctl_extents question = {
		.size = sizeof(question),
		.next = first,
		.last = last,
		.count = 1,
		.out_virtual = pointer(&virtual),
		.out_length = pointer(&length),
		.out_status = pointer(&status),
	};

	return ask_silently(space, V2P_IOCTL_EXTENTS, &question);
}

/* An address space that answers knows less than it was asked for: its module is older. */
static bool is_too_much(const struct v2p_target *space, int error)
{
	return error == -E2BIG && !ask_plainly(space, 0, UINT64_MAX);
}

static int fail_page_fields(struct v2p *handle)
{
	return v2p_fail(handle, -E2BIG,
			"the loaded v2p module does not tell node and kind: load a newer one");
}

int v2p_space_open_within(struct v2p *handle, const struct v2p_target *target)
{
	struct v2p_request request;
	struct v2p_answer answer;
	struct v2p_attr attr;
	uint32_t fd;
	int ret;

	v2p_request_init(handle, &request, V2P_CMD_OPEN);
	v2p_target_put(target, &request);
	ret = v2p_ask(handle, &request, V2P_CMD_OPEN, &answer);
	if (ret)
		return ret;
	while (v2p_attr_next(&answer.attributes, &answer.length, &attr) > 0)
		if (attr.type == V2P_A_FD && !v2p_attr_copy(&attr, &fd, sizeof(fd)) &&
		    fd <= INT32_MAX)
			return fd;
	return v2p_fail_malformed(handle, "fd");
}

int v2p_space_open(struct v2p *handle, struct v2p_target target)
{
	V2P_CALL(call, handle);
	int ret = call.error;

	if (!ret)
		ret = v2p_target_check(handle, &target);
	if (ret)
		return ret;
	if (target.kind == V2P_TARGET_SPACE)
		return v2p_fail(handle, -EINVAL, "the address space is open already");
	if (target.kind == V2P_TARGET_DEVICE)
		return v2p_fail(handle, -EOPNOTSUPP,
				"the address space of a device cannot be opened: ask for the device itself");
	return v2p_space_open_within(handle, &target);
}

/* Those from @done on. Where that is 0, as it is for most, the compiler knows. */
static inline __attribute__((always_inline)) int
translate_from(struct v2p *handle, const struct v2p_target *space, const uint64_t *addresses,
	       size_t count, const struct v2p_arrays *arrays, size_t done,
	       struct v2p_ioctl_translate *question)
{
	const bool page_fields = arrays->node || arrays->page_kind;
	int ret;

	*question = (struct v2p_ioctl_translate){
		/* Of less, there is less to copy. */
		.size = page_fields ?
			sizeof(*question) : offsetof(struct v2p_ioctl_translate, out_node),
		.known_states = V2P_ALL_STATES,
		.known_flags = V2P_FLAG_MASK,
		.count = count - done,
		.addresses = pointer(addresses + done),
#define OUT(field, type, member, bits) \
		.out_##member = pointer(arrays->member && done ? arrays->member + done : \
								 arrays->member),
		V2P_TRANSLATE_ARRAYS(OUT)
#undef OUT
	};
	ret = ask(handle, space, V2P_IOCTL_TRANSLATE, question);
	if (page_fields && is_too_much(space, ret))
		return fail_page_fields(handle);
	if (!ret && (!question->count || question->count > count - done))
		ret = v2p_fail_malformed(handle, "count");
	return ret;
}

/* One ioctl does a bounded number of them. */
static __attribute__((noinline)) int
translate_rest(struct v2p *handle, const struct v2p_target *space, const uint64_t *addresses,
	       size_t count, const struct v2p_arrays *arrays, size_t done, bool *changing)
{
	struct v2p_ioctl_translate question;
	int ret = 0;

	for (; !ret && done < count; done += question.count) {
		ret = translate_from(handle, space, addresses, count, arrays, done, &question);
		*changing |= !ret && question.changing;
	}
	return ret;
}

int v2p_space_translate(struct v2p *handle, const struct v2p_target *space,
			const uint64_t *addresses, size_t count,
			const struct v2p_arrays *arrays, bool *changing)
{
	struct v2p_ioctl_translate question;
	int ret = translate_from(handle, space, addresses, count, arrays, 0, &question);

	*changing = !ret && question.changing;
	if (ret || question.count == count)
		return ret;
	return translate_rest(handle, space, addresses, count, arrays, question.count, changing);
}

int v2p_space_walk(struct v2p *handle, const struct v2p_target *space, uint64_t address,
		   struct v2p_walk *walk)
{
	struct v2p_ioctl_step steps[V2P_MAX_LEVELS];
	struct v2p_ioctl_walk question = {
		.size = sizeof(question),
		.known_states = V2P_ALL_STATES,
		.known_flags = V2P_FLAG_MASK,
		.count = V2P_MAX_LEVELS,
		.address = address,
		.out_steps = pointer(steps),
	};
	int ret = ask(handle, space, V2P_IOCTL_WALK, &question);
	unsigned int i;

	if (ret)
		return ret;
	if (question.count > V2P_MAX_LEVELS)
		return v2p_fail_malformed(handle, "steps");
	*walk = (struct v2p_walk){
		.root = question.root,
		.step_count = question.count,
		.translation = {
			.physical = question.physical,
			.entry = question.entry,
			.swap_offset = question.swap_offset,
			.flags = question.flags,
			.status = question.status,
			.page_shift = question.page_shift,
			.level = question.level,
			.memory_type = question.memory_type,
			.protection_key = question.protection_key,
			.swap_type = question.swap_type,
			.node = V2P_NO_NODE,
		},
	};
	for (i = 0; i < question.count; i++)
		walk->steps[i] = (struct v2p_step){
			.entry_physical = steps[i].entry_physical,
			.entry = steps[i].entry,
			.index = steps[i].index,
			.flags = steps[i].flags,
			.level = steps[i].level,
		};
	return 0;
}

/* Where the arrays go: the handle's buffer, of which an ioctl uses nothing else. */
static void place_arrays(struct v2p *handle, uint32_t fields, struct v2p_extents *extents)
{
	const unsigned char *pos = handle->reply;

	_Static_assert(sizeof(handle->reply) >= EXTENTS * (0
#define SIZE(field, type, member, bits) + (bits) / 8
		       V2P_MAP_ARRAYS(SIZE)
#undef SIZE
		       ), "room for all arrays");
#define PLACE(field, type, member, bits) \
	if (!(field) || fields & (field)) { \
		extents->member = pos; \
		pos += EXTENTS * ((bits) / 8); \
	}
	V2P_MAP_ARRAYS(PLACE)
#undef PLACE
}

/* Is a range not allowed? */
static bool is_refused(const struct v2p_target *space, uint64_t first, uint64_t last)
{
	return ask_plainly(space, first, last) == -EINVAL;
}

/*
 * In an ioctl 0 and ~0 stand for the ends of any address space, so the kernel would not see
 * that these are meant: whether it has them both is seen from what it says of the other one.
 */
static bool has_both_halves(const struct v2p_target *space)
{
	return !is_refused(space, 0, 0) && !is_refused(space, UINT64_MAX, UINT64_MAX);
}

/* Most address spaces do not reach from one half into the other. */
static bool is_range(const struct v2p_target *space, const struct v2p_range *range)
{
	const uint64_t last = range->start + (range->length - 1);

	if (range->length == V2P_TO_THE_END)
		return true;
	return range->length && last >= range->start &&
	       (!((last ^ range->start) >> 63) || has_both_halves(space));
}

/* In the words that the module has for it where it is asked by netlink. */
static int fail_range(struct v2p *handle, const struct v2p_target *space,
		      const struct v2p_range *range)
{
	const uint64_t last = range->start + (range->length - 1);

	if (!range->length)
		return v2p_fail(handle, -EINVAL, "the range is empty");
	/* Of all there is, it is not the range that is refused. */
	if (is_refused(space, 0, UINT64_MAX))
		return fail(handle, -EINVAL);
	if ((range->start || range->length != V2P_TO_THE_END) &&
	    is_refused(space, range->start, range->start))
		return v2p_fail(handle, -EINVAL,
				"the range begins outside the target's address space");
	if (range->length != V2P_TO_THE_END && (last < range->start || is_refused(space, last, last)))
		return v2p_fail(handle, -EINVAL,
				"the range ends outside the target's address space");
	return fail(handle, -EINVAL);
}

int v2p_space_check_range(struct v2p *handle, const struct v2p_target *space,
			  const struct v2p_range *range, uint32_t fields)
{
#define FIELD(field, type, member, bits) | (field)
	const uint32_t known = 0 V2P_MAP_ARRAYS(FIELD);
#undef FIELD

	if (fields & ~known)
		return v2p_fail(handle, -EINVAL, "an extent has no entry and no identity");
	return is_range(space, range) ? 0 : fail_range(handle, space, range);
}

/* Less is left than before, unless that begins with what is being changed. */
static bool is_nearer(const struct v2p_range *range, const struct v2p_ioctl_extents *answer)
{
	const uint64_t walked = answer->next - range->start;

	return answer->done || (walked && walked < range->length) ||
	       (!walked && answer->changing && answer->options & V2P_OPTION_STOP_AT_CHANGING);
}

_Static_assert(sizeof(struct v2p_physical_range) == sizeof(struct v2p_ioctl_physical_range),
	       "the kernel reads the caller's");

static struct v2p_ioctl_extents extents_question(const struct v2p_range *range,
						 bool stop_at_changing)
{
	return (struct v2p_ioctl_extents){
		.size = sizeof(struct v2p_ioctl_extents),
		.known_states = V2P_ALL_STATES,
		.known_flags = V2P_FLAG_MASK,
		.options = (range->merge ? V2P_OPTION_MERGE : 0) |
			   (stop_at_changing ? V2P_OPTION_STOP_AT_CHANGING : 0),
		.next = range->start,
		.last = range->length == V2P_TO_THE_END ? UINT64_MAX :
							  range->start + (range->length - 1),
		.states = range->states ? range->states : V2P_EXTENT_STATES,
		.memory_types = range->memory_types,
		.with_flags = range->with_flags,
		.without_flags = range->without_flags,
		.page_shifts = range->page_shifts,
		.count = EXTENTS,
		.physical_ranges = pointer(range->physical),
		.physical_range_count = range->physical_count,
	};
}

int v2p_space_extents(struct v2p *handle, const struct v2p_target *space,
		      const struct v2p_range *range, uint32_t fields, bool stop_at_changing,
		      struct v2p_extents *extents, bool *done)
{
	struct v2p_ioctl_extents question = extents_question(range, stop_at_changing);
	int ret;

	*extents = (struct v2p_extents){ 0 };
	place_arrays(handle, fields, extents);
#define OUT(field, type, member, bits) question.out_##member = pointer(extents->member);
	V2P_MAP_ARRAYS(OUT)
#undef OUT
	ret = ask_silently(space, V2P_IOCTL_EXTENTS, &question);
	if (ret == -EINVAL)
		return fail_range(handle, space, range);
	/* Nothing else in the question is younger than the ioctl, and these are the youngest. */
	if (fields & (V2P_FIELD_NODE | V2P_FIELD_PAGE_KIND) && is_too_much(space, ret))
		return fail_page_fields(handle);
	if (range->physical && is_too_much(space, ret))
		return v2p_fail_physical(handle);
	/* One that leaves the number as it was came before any extent; none comes after all. */
	if (ret && (question.done || !question.count || question.count == EXTENTS))
		return fail(handle, ret);
	if (question.count > EXTENTS || !is_nearer(range, &question))
		return v2p_fail_malformed(handle, "extents");
	extents->count = question.count;
	extents->next = question.next;
	extents->changing = question.changing;
	*done = question.done;
	return 0;
}
