// SPDX-License-Identifier: GPL-2.0
/*
 * Memory fails at a physical address, as a machine check or EDAC reports it: what is there, and
 * which processes have it mapped? Run it as root:
 *
 *	cc -o hit-by-error hit-by-error.c $(pkg-config --cflags --libs libv2p)
 *	./hit-by-error 0x12345678
 *
 * What no process maps (the kernel's own memory, page cache that is only read and written) has no
 * owner here: the page's kind tells it. Exit status: 0 if somebody is hit, 1 if no process is.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <v2p.h>

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	return 3;
}

/* An extent is cut to the memory that was asked for. */
static int show_owner(pid_t pid, const struct v2p_extent *extent, void *data)
{
	char path[64], name[64] = "?";
	unsigned int *count = data;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	file = fopen(path, "r");
	/* It may have ended meanwhile. */
	if (file) {
		if (fgets(name, sizeof(name), file))
			name[strcspn(name, "\n")] = 0;
		fclose(file);
	}
	printf("process %d (%s) has it at 0x%" PRIx64 "%s\n", (int)pid, name, extent->address,
	       extent->status == V2P_STATUS_POISONED ? ", where access raises SIGBUS now" : "");
	++*count;
	return 0;
}

static void show_page(const struct v2p_page_info *page)
{
	const char *status = v2p_page_status_name(page->page_status);
	const char *kind = v2p_page_kind_name(page->page_kind);

	printf("it is %s memory, of the kind %s, ", status ? status : "unknown",
	       kind ? kind : "unknown");
	if (page->node == V2P_NO_NODE)
		printf("on no known node\n");
	else
		printf("on node %" PRIu32 "\n", page->node);
	if (page->file_device)
		printf("it has byte %" PRIu64 " of the file with inode %" PRIu64 "\n",
		       page->file_offset, page->file_inode);
}

int main(int argc, char **argv)
{
	const uint64_t physical = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	/* Hardware that corrects errors does so for some bytes; what the kernel takes away is a page. */
	const uint64_t size = sysconf(_SC_PAGESIZE);
	const struct v2p_physical_range range = {
		.start = physical & ~(size - 1), .length = size,
	};
	struct v2p_page_info page;
	unsigned int count = 0;
	struct v2p *v2p;

	if (argc != 2)
		return fail("usage", "hit-by-error PHYSICAL, such as 0x12345678");
	if (v2p_open(&v2p))
		return fail("v2p_open", v2p_error(v2p));
	if (v2p_page(v2p, &physical, 1, &page))
		return fail("v2p_page", v2p_error(v2p));
	show_page(&page);
	if (v2p_owners(v2p, &range, 1, show_owner, &count))
		return fail("v2p_owners", v2p_error(v2p));
	if (!count)
		printf("no process has it mapped\n");
	v2p_close(v2p);
	return !count;
}
