// SPDX-License-Identifier: GPL-2.0
/* What libv2p says of a kernel, of single addresses and of CPUs. */
#include <errno.h>
#include <string.h>

#include <v2p.h>

#include "fake-kernel.h"
#include "start.h"
#include "tap.h"

static void test_open(void)
{
	struct v2p_info info = { .size = sizeof(info) };
	struct v2p *v2p;

	fake_reset();
	fake.absent = true;
	same_number(-v2p_open(&v2p), ENOENT, "open without the module is ENOENT");
	ok(v2p && strstr(v2p_error(v2p), "modprobe v2p") && strstr(v2p_error(v2p), "insmod v2p.ko"),
	   "and leaves a handle that says what to do");
	same_number(-v2p_get_info(v2p, &info), ENOTCONN, "which answers nothing");
	ok(strstr(v2p_error(v2p), "not loaded") != NULL, "and goes on saying why");
	v2p_close(v2p);

	same_number(-v2p_open(NULL), EINVAL, "open wants a place for the handle");
	v2p_close(NULL);
	same_number(-v2p_get_info(NULL, &info), EINVAL, "no handle is EINVAL");
	ok(*v2p_error(NULL), "no handle has words, too");
}

static void test_info(void)
{
	struct v2p *v2p = start();
	struct v2p_info info = { .size = sizeof(info) };

	same_number(v2p_get_info(v2p, &info), 0, "info");
	same_text(info.module_version, "9.8.7", "info: version");
	same_text(info.arch, "fake", "info: architecture");
	ok(info.page_shift == 12 && info.physical_bits == 46 && info.virtual_bits == 48 &&
	   info.max_batch == 1024 &&
	   info.features == (V2P_FEATURE_SOFT_DIRTY | V2P_FEATURE_GUARD), "info: numbers");
	ok(info.level_count == 4 && info.levels[0].level == V2P_LEVEL_PGD &&
	   info.levels[0].shift == 39 && info.levels[3].level == V2P_LEVEL_PTE &&
	   info.levels[3].bits == 9, "info: levels, top level first");
	same_number(-v2p_get_info(v2p, NULL), EINVAL, "info wants a place");
	v2p_close(v2p);
}

static void test_walk(void)
{
	static const uint64_t asked[] = { 0x7f0012345678, 0xff8012345678, 1ULL << 47, 0x10012345678 };
	struct v2p *v2p = start();
	size_t i;

	for (i = 0; i < 4; i++) {
		struct v2p_walk walk = { .size = sizeof(walk) }, wanted;
		unsigned int step;
		bool same;

		fake_walk(asked[i], &wanted);
		same = !v2p_get_walk(v2p, v2p_pid(5), asked[i], &walk) && walk.root == wanted.root &&
		       walk.step_count == wanted.step_count &&
		       walk.translation.status == wanted.translation.status &&
		       walk.translation.physical == wanted.translation.physical &&
		       walk.translation.page_shift == wanted.translation.page_shift &&
		       walk.translation.level == wanted.translation.level &&
		       walk.translation.memory_type == wanted.translation.memory_type &&
		       walk.translation.protection_key == wanted.translation.protection_key &&
		       walk.translation.node == V2P_NO_NODE &&
		       walk.translation.page_kind == V2P_PAGE_KIND_UNKNOWN &&
		       walk.translation.flags == wanted.translation.flags &&
		       walk.translation.swap_offset == wanted.translation.swap_offset &&
		       walk.translation.entry == wanted.translation.entry;
		for (step = 0; same && step < wanted.step_count; step++)
			same = walk.steps[step].level == wanted.steps[step].level &&
			       walk.steps[step].index == wanted.steps[step].index &&
			       walk.steps[step].entry == wanted.steps[step].entry &&
			       walk.steps[step].flags == wanted.steps[step].flags &&
			       walk.steps[step].entry_physical ==
				       wanted.steps[step].entry_physical;
		ok(same, "walk to %#llx, %u steps", (unsigned long long)asked[i],
		   wanted.step_count);
	}
	same_number(-v2p_get_walk(v2p, v2p_pid(5), 0, NULL), EINVAL, "walk wants a place");
	v2p_close(v2p);
}

static void test_per_cpu(void)
{
	static const uint64_t sets[] = { 1, 3, 0xb, 1ULL << 63 | 1, UINT64_MAX };
	struct v2p *v2p = start();
	struct v2p_cpu_offset told[64 + 1];
	unsigned int per_message;
	size_t i, count, k;

	for (i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		for (per_message = 1; per_message <= 64; per_message *= 4) {
			bool right = true;

			fake.cpus = sets[i];
			fake.cpus_per_message = per_message;
			count = __builtin_popcountll(sets[i]);
			same_number(v2p_per_cpu_offsets(v2p, told, 65), count, "possible CPUs");
			for (k = 0; k < count; k++)
				if (!(sets[i] >> told[k].cpu & 1) ||
				    (k && told[k].cpu <= told[k - 1].cpu) ||
				    told[k].offset != fake_per_cpu_offset(told[k].cpu))
					right = false;
			ok(right, "%zu CPUs, %u in a message", count, per_message);
		}
	}
	fake.cpus = 0xb;
	fake.cpus_per_message = 2;
	memset(told, 0xee, sizeof(told));
	same_number(v2p_per_cpu_offsets(v2p, told, 1), 3, "more than there is room for");
	ok(told[0].cpu == 0 && told[1].cpu == 0xeeeeeeee, "no more than that are filled in");
	same_number(v2p_per_cpu_offsets(v2p, NULL, 0), 3, "how many there are");
	same_number(-v2p_per_cpu_offsets(v2p, NULL, 1), EINVAL, "no place");
	ok(*v2p_error(v2p), "in words: %s", v2p_error(v2p));
	fake.error = -EPERM;
	fake.words = "words of the kernel";
	same_number(-v2p_per_cpu_offsets(v2p, told, 65), EPERM, "without the right");
	same_text(v2p_error(v2p), "words of the kernel", "in its words");
	v2p_close(v2p);
	same_number(-v2p_per_cpu_offsets(NULL, told, 65), EINVAL, "without a handle");
}

static bool same_region(const struct v2p_region_range *one, const struct v2p_region_range *other)
{
	return !memcmp(one, other, sizeof(*one));
}

static void test_regions(void)
{
	struct v2p *v2p = start();
	struct v2p_region_range told[FAKE_REGIONS + 1];
	bool right = true;
	size_t i;

	memset(told, 0xee, sizeof(told));
	same_number(v2p_regions(v2p, told, FAKE_REGIONS + 1), FAKE_REGIONS, "regions");
	for (i = 0; i < FAKE_REGIONS; i++)
		right &= same_region(&told[i], &fake_regions[i]);
	ok(right, "as the kernel has them");
	memset(told, 0xee, sizeof(told));
	same_number(v2p_regions(v2p, told, 2), FAKE_REGIONS, "more than there is room for");
	ok(same_region(&told[1], &fake_regions[1]) && told[2].region == 0xee,
	   "no more than that are filled in");
	same_number(v2p_regions(v2p, NULL, 0), FAKE_REGIONS, "how many there are");
	same_number(-v2p_regions(v2p, NULL, 1), EINVAL, "no place");
	ok(*v2p_error(v2p), "in words: %s", v2p_error(v2p));
	fake.error = -EPERM;
	fake.words = "words of the kernel";
	same_number(-v2p_regions(v2p, told, 2), EPERM, "without the right");
	same_text(v2p_error(v2p), "words of the kernel", "in its words");
	fake.error = -EOPNOTSUPP;
	fake.words = NULL;
	same_number(-v2p_regions(v2p, told, 2), EOPNOTSUPP, "with an older module");
	ok(strstr(v2p_error(v2p), "load a newer one"), "in words: %s", v2p_error(v2p));
	v2p_close(v2p);
	same_number(-v2p_regions(NULL, told, 2), EINVAL, "without a handle");
}

static void test_dbgeng(void)
{
	const uint64_t mapped = 0x123456789, missing = 1ULL << 40;
	struct v2p *v2p = start();
	uint64_t offsets[7] = { [5] = 0xabc }, answer = 1;
	struct v2p_walk walk = { .size = sizeof(walk) };

	fake_walk(mapped, &walk);
	same_number(v2p_virtual_to_physical(v2p, v2p_pid(1), mapped, &answer), 0,
		    "virtual_to_physical");
	same_number(answer, walk.translation.physical, "gives the physical address");
	same_number(-v2p_virtual_to_physical(v2p, v2p_pid(1), missing, &answer), ENXIO,
		    "no page is ENXIO");
	ok(strstr(v2p_error(v2p), "none") != NULL, "and the words name the status");
	same_number(answer, walk.translation.physical, "and nothing is stored");

	same_number(v2p_translation_physical_offsets(v2p, v2p_pid(1), mapped, NULL, 0), 5,
		    "translation_physical_offsets counts");
	same_number(v2p_translation_physical_offsets(v2p, v2p_pid(1), mapped, offsets, 3), 5,
		    "also what does not fit");
	ok(offsets[0] == walk.steps[0].entry_physical && offsets[2] == walk.steps[2].entry_physical &&
	   !offsets[3], "and fills no more than fits");
	same_number(v2p_translation_physical_offsets(v2p, v2p_pid(1), mapped, offsets, 7), 5,
		    "with room to spare");
	ok(offsets[3] == walk.steps[3].entry_physical && offsets[4] == walk.translation.physical &&
	   offsets[5] == 0xabc, "the physical address comes last");
	same_number(-v2p_translation_physical_offsets(v2p, v2p_pid(1), missing, offsets, 7), ENXIO,
		    "no page is ENXIO here, too");
	v2p_close(v2p);
}

static void test_independence(void)
{
	struct v2p *one = start(), *other;
	struct v2p_walk walk = { .size = sizeof(walk) };

	v2p_open(&other);
	fake.error = -EPERM;
	fake.words = "refused";
	v2p_get_walk(one, v2p_pid(1), 0, &walk);
	fake.error = 0;
	v2p_get_walk(other, v2p_pid(1), 0, &walk);
	ok(!strcmp(v2p_error(one), "refused") && !*v2p_error(other),
	   "each handle has its own error");
	v2p_close(one);
	same_number(v2p_get_walk(other, v2p_pid(1), 0, &walk), 0, "and outlives the other");
	v2p_close(other);
}

int main(void)
{
	test_open();
	test_info();
	test_walk();
	test_per_cpu();
	test_regions();
	test_dbgeng();
	test_independence();
	fake_reset();
	return tap_end();
}
