// SPDX-License-Identifier: GPL-2.0
/*
 * A process that has the right opens its address space, and gives that to one that has none.
 * Run it as root:
 *
 *	cc -o pass-space pass-space.c $(pkg-config --cflags --libs libv2p)
 */
#include <inttypes.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <v2p.h>

#define NOBODY 65534

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	return EXIT_FAILURE;
}

/* The child has inherited the descriptor. To another program it goes without FD_CLOEXEC. */
static int ask_as_nobody(int space, pid_t parent, const void *page)
{
	uint64_t physical;
	struct v2p *v2p;

	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		return fail("cannot become nobody", "run it as root");
	/* A handle of its own: one that was opened before fork() is the parent's. */
	if (v2p_open(&v2p))
		return fail("v2p_open", v2p_error(v2p));

	if (!v2p_virtual_to_physical(v2p, v2p_pid(parent), (uintptr_t)page, &physical))
		return fail("by pid", "nobody was answered");
	printf("by pid:        refused (%s)\n", v2p_error(v2p));
	if (v2p_virtual_to_physical(v2p, v2p_space(space), (uintptr_t)page, &physical))
		return fail("by descriptor", v2p_error(v2p));
	printf("by descriptor: %p of process %d is at 0x%" PRIx64 "\n", page, (int)parent, physical);
	v2p_close(v2p);
	return EXIT_SUCCESS;
}

int main(void)
{
	const size_t size = sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const pid_t self = getpid();
	struct v2p *v2p;
	int space, status;
	pid_t child;

	/* Nothing but migration moves it now, and there is something to be moved. */
	if (page == MAP_FAILED || mlock(page, size))
		return fail("mlock", "no memory");
	strcpy(page, "hello");

	if (v2p_open(&v2p))
		return fail("v2p_open", v2p_error(v2p));
	space = v2p_space_open(v2p, v2p_pid(self));
	if (space < 0)
		return fail("v2p_space_open", v2p_error(v2p));

	child = fork();
	if (!child)
		return ask_as_nobody(space, self, page);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return fail("fork", "no child");
	close(space);
	v2p_close(v2p);
	return status ? EXIT_FAILURE : EXIT_SUCCESS;
}
