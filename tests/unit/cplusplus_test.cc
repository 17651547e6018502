// SPDX-License-Identifier: GPL-2.0
// v2p.h as C++: every structure and every function, without a warning.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <unistd.h>

#include <v2p.h>

extern "C" {
#include "fake-kernel.h"
#include "tap.h"
}

namespace {

const uint64_t address = 0x12345678;

v2p *start()
{
	v2p *handle;

	fake_reset();
	if (v2p_open(&handle)) {
		std::printf("Bail out! v2p_open: %s\n", v2p_error(handle));
		std::exit(1);
	}
	return handle;
}

void test_info(v2p *handle)
{
	v2p_info info = {};

	info.size = sizeof(info);
	ok(!v2p_get_info(handle, &info) && info.level_count == 4, "info");
	const v2p_level_info &top = info.levels[0];
	same_text(v2p_level_name(top.level), "pgd", "a level");
	ok(std::strstr(v2p_feature_name(V2P_FEATURE_GUARD), "guard"), "a feature");
	ok(!v2p_set_retry(handle, V2P_DEFAULT_RETRY), "retry");
}

void test_addresses(v2p *handle, const v2p_target target)
{
	const v2p_translation right = fake_translation(address);
	uint64_t physical[1], offsets[V2P_MAX_LEVELS + 1];
	v2p_translation one = {};
	uint8_t status[1];
	v2p_arrays arrays = {};
	v2p_walk walk = {};
	char text[100];

	arrays.size = sizeof(arrays);
	arrays.status = status;
	arrays.physical = physical;
	ok(!v2p_translate(handle, target, &address, 1, &arrays) && *physical == right.physical,
	   "translate");
	same_text(v2p_status_name(*status), "mapped", "a status");
	one.size = sizeof(one);
	ok(!v2p_translate_one(handle, target, address, &one) && one.physical == right.physical,
	   "translate one");
	ok(v2p_memory_type_name(one.memory_type) != nullptr, "a memory type");
	walk.size = sizeof(walk);
	ok(!v2p_get_walk(handle, target, address, &walk) && walk.step_count == 4, "walk");
	const v2p_step &last = walk.steps[walk.step_count - 1];
	ok(v2p_flags_text(last.flags, text, sizeof(text)) == std::strlen(text), "flags: %s", text);
	same_text(v2p_flag_name(V2P_FLAG_PRESENT), "present", "a flag");
	ok(!v2p_virtual_to_physical(handle, target, address, physical) &&
	   *physical == right.physical, "virtual to physical");
	same_number(v2p_translation_physical_offsets(handle, target, address, offsets, 5), 5,
		    "translation physical offsets");
}

int count(const v2p_extent *, void *data)
{
	++*static_cast<uint64_t *>(data);
	return 0;
}

int count_owner(pid_t, const v2p_extent *, void *data)
{
	++*static_cast<uint64_t *>(data);
	return 1;
}

void test_ranges(v2p *handle, const v2p_target target)
{
	v2p_extent_fn *take = count;
	v2p_extent extents[3];
	v2p_range range = {};
	v2p_physical_range physical = {};
	uint64_t taken = 0, owned = 0;

	range.size = sizeof(range);
	range.length = V2P_TO_THE_END;
	ok(!v2p_map(handle, target, &range, take, &taken) && taken == fake.extents, "map");
	same_number(v2p_map_array(handle, target, &range, extents, 3), fake.extents, "map array");
	physical.length = UINT64_MAX;
	range.physical = &physical;
	range.physical_count = 1;
	ok(v2p_map_array(handle, target, &range, extents, 3) > 0, "in some physical memory");
	v2p_owner_fn *owner = count_owner;
	same_number(v2p_owners(handle, &physical, 1, owner, &owned), 1, "owners");
	same_number(v2p_is_contiguous(handle, target, extents[0].address, extents[0].length, 12,
				      nullptr), 1, "is contiguous");
}

void test_kernel(v2p *handle)
{
	v2p_cpu_offset offset;
	v2p_region_range region;

	ok(v2p_per_cpu_offsets(handle, &offset, 1) == 3 && !offset.cpu, "per-CPU offsets");
	const uint64_t physical = 0x5000;
	v2p_page_info known;
	ok(!v2p_page(handle, &physical, 1, &known) && known.page_status == V2P_PAGE_STATUS_ONLINE,
	   "a page");
	same_text(v2p_page_status_name(known.page_status), "online", "its status");
	ok(known.known & V2P_PAGE_KNOWN_PAGE_STATUS, "which is told");
	same_text(v2p_page_kind_name(known.page_kind), "zero", "its kind");
	same_text(v2p_zone_name(known.zone), "movable", "its zone");
	ok(v2p_regions(handle, &region, 1) > 0 && region.region == V2P_REGION_DIRECT_MAP, "regions");
	same_text(v2p_region_name(region.region), "direct-map", "a region");
	same_text(v2p_version(), V2P_VERSION, "the version");
	ok(v2p_kernel().kind == V2P_TARGET_KERNEL, "the kernel");
	v2p_target_kind kind = V2P_TARGET_PID;
	ok(v2p_pid(1).kind == kind, "a process");
	ok(v2p_user_root(1).kind == V2P_TARGET_USER_ROOT, "a process, by the table of user mode");
}

void test_device()
{
	char whole[V2P_DEVICE_NAME_SIZE];

	ok(!v2p_device_name("03:00.0", whole), "a device's name");
	same_text(whole, "pci/0000:03:00.0", "all of it");
	ok(v2p_device(whole).name == whole, "a device");
	const v2p_target_flag flag = V2P_TARGET_PASID;
	ok(v2p_device_pasid(whole, 5).flags == flag, "with a PASID");
	same_text(v2p_device_translation_name(V2P_DEVICE_TRANSLATION_BLOCKED), "blocked",
		  "what becomes of its addresses");
	same_text(v2p_table_format_name(V2P_TABLE_FORMAT_AMD_V1), "amd-v1", "its tables");
}

void test_space(v2p *handle)
{
	const int fd = v2p_space_open(handle, v2p_pid(1));

	ok(fd >= 0, "an open address space");
	ok(v2p_space(fd).kind == V2P_TARGET_SPACE, "is a target");
	test_addresses(handle, v2p_space(fd));
	test_ranges(handle, v2p_space(fd));
	close(fd);
}

std::string contents(const char *path)
{
	std::ifstream file(path);

	return { std::istreambuf_iterator<char>(file), {} };
}

// Each name of v2p.h that begins a declaration has to be here, too.
unsigned int find_names(const char *before, const char *after, unsigned int *missing)
{
	const std::string header = contents("../../include/v2p.h") +
				   contents("../../include/v2p-types.h");
	const std::string here = contents("cplusplus_test.cc");
	unsigned int found = 0;
	std::size_t at = 0;

	while ((at = header.find(before, at)) != std::string::npos) {
		const std::size_t start = at + std::strlen(before);
		const std::size_t end = header.find_first_not_of(
			"abcdefghijklmnopqrstuvwxyz_0123456789", start);
		const std::string name = header.substr(start, end - start);

		at = end;
		if (header.compare(end, std::strlen(after), after))
			continue;
		found++;
		if (here.find(name + (*after == '(' ? "(" : " ")) == std::string::npos) {
			std::printf("# %s\n", name.c_str());
			++*missing;
		}
	}
	return found;
}

void test_everything_is_here()
{
	unsigned int missing = 0;

	ok(find_names("\nstruct ", " {", &missing) >= 10, "there are structures");
	ok(find_names("\nint ", "(", &missing) + find_names("\nconst char *", "(", &missing) +
	   find_names("\nvoid ", "(", &missing) + find_names("\nsize_t ", "(", &missing) +
	   find_names("\nssize_t ", "(", &missing) >= 20, "there are functions");
	same_number(missing, 0, "all of them are tried here");
}

}

int main()
{
	v2p *handle = start();

	test_info(handle);
	test_addresses(handle, v2p_pid(1));
	test_ranges(handle, v2p_pid(1));
	test_kernel(handle);
	test_device();
	test_space(handle);
	test_everything_is_here();
	same_text(v2p_error(handle), "", "no error");
	v2p_close(handle);
	fake_reset();
	return tap_end();
}
