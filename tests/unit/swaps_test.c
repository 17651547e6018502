// SPDX-License-Identifier: GPL-2.0
/* Which file a swap area is: known where the list can mean no other, and else not told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names/swaps.h"
#include "tap.h"

#define HEADING "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
#define A "/dev/zram0                              partition\t65532\t\t1024\t\t-2\n"
#define B "/swap\\040file\\134                         file\t\t65532\t\t0\t\t-3\n"
#define C "/dev/zram2                              partition\t65532\t\t0\t\t5\n"

static char path[] = "/tmp/v2p-swaps-XXXXXX";

static void list(const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file))
		exit(1);
}

/* What is @type where these were seen, and the list changed to @after in the meantime. */
static const char *file_of(uint8_t type, const char *types, const char *before, const char *after)
{
	static char file[64];
	bool seen[SWAPS_MAX] = { false };
	struct swaps swaps;
	const char *found;

	for (; *types; types++)
		seen[*types - '0'] = true;
	swaps_init(&swaps);
	strcpy(swaps.path, path);
	list(before);
	swaps_begin(&swaps);
	list(after);
	swaps_see(&swaps, seen);
	found = swaps_file(&swaps, type);
	snprintf(file, sizeof(file), "%s", found ? found : "");
	swaps_free(&swaps);
	return found ? file : NULL;
}

static void expect(uint8_t type, const char *types, const char *text, const char *file,
		   const char *name)
{
	same_text(file_of(type, types, text, text), file, name);
}

static void test_known(void)
{
	expect(0, "0", HEADING A, "/dev/zram0", "one area");
	expect(5, "5", HEADING A, "/dev/zram0", "one area, whatever its number");
	expect(0, "0", HEADING A B C, "/dev/zram0", "no number is below the first");
	expect(0, "01", HEADING A B, "/dev/zram0", "two areas, of which both are seen");
	expect(1, "01", HEADING A B, "/swap file\\", "also the other; an escaped name");
	expect(3, "13", HEADING A B, "/swap file\\", "whatever their numbers");
	expect(1, "13", HEADING A B, "/dev/zram0", "also of the other");
	expect(1, "01", HEADING A B C, "/swap file\\", "there is no number between 0 and 1");
	expect(1, "014", HEADING A B C, "/swap file\\", "three of three, the second");
	expect(4, "014", HEADING A B C, "/dev/zram2", "and the last");
	expect(1, "123", HEADING A B C, "/dev/zram0", "three of three, without a 0");
	expect(1, "19", HEADING A B, "/dev/zram0", "those that are seen leave no other");
}

static void test_unknown(void)
{
	expect(1, "1", HEADING A B, NULL, "0 may have been switched off");
	expect(2, "02", HEADING A B C, NULL, "1 may be there, too, and 3");
	expect(1, "1", HEADING A B C, NULL, "one of three");
	expect(1, "12", HEADING A B C, NULL, "two of three");
	expect(2, "012", HEADING A B, NULL, "more than the list has");
	expect(0, "0", HEADING, NULL, "an empty list");
	expect(0, "0", "", NULL, "no list");
	expect(0, "0", HEADING "none                    virtual\t65532\t0\t0\n", NULL,
	       "what a container makes up");
	expect(0, "0", HEADING A "none                    virtual\t65532\t0\t0\n", NULL,
	       "be it in part");
	same_text(file_of(0, "0", HEADING A, HEADING B), NULL, "another area by now");
	same_text(file_of(0, "0", HEADING A, HEADING A B), NULL, "one more");
	same_text(file_of(0, "0", HEADING A B, HEADING A), NULL, "one less");
	same_text(file_of(0, "0", HEADING A, HEADING
			  "/dev/zram0                              partition\t65532\t\t2048\t\t-2\n"),
		  "/dev/zram0", "but its use may change");
}

static void test_again(void)
{
	bool seen[SWAPS_MAX] = { [1] = true }, both[SWAPS_MAX] = { [0] = true, [1] = true };
	struct swaps swaps;

	swaps_init(&swaps);
	same_text(swaps.path, "/proc/swaps", "the list is the kernel's");
	strcpy(swaps.path, path);
	list(HEADING A B);
	swaps_begin(&swaps);
	swaps_see(&swaps, both);
	same_text(swaps_file(&swaps, 1), "/swap file\\", "of both, known");
	swaps_begin(&swaps);
	swaps_see(&swaps, seen);
	same_text(swaps_file(&swaps, 1), NULL, "what was seen before is forgotten");
	list(HEADING B);
	swaps_begin(&swaps);
	swaps_see(&swaps, seen);
	same_text(swaps_file(&swaps, 1), NULL, "right after a change");
	swaps_begin(&swaps);
	swaps_see(&swaps, seen);
	same_text(swaps_file(&swaps, 1), "/swap file\\", "and then");
	unlink(path);
	swaps_begin(&swaps);
	swaps_see(&swaps, seen);
	same_text(swaps_file(&swaps, 1), NULL, "without a list");
	swaps_free(&swaps);
}

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	test_known();
	test_unknown();
	test_again();
	return tap_end();
}
