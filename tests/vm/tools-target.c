// SPDX-License-Identifier: GPL-2.0
/* A program to be debugged, of several threads: at ready(), all of its memory is there. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define THREADS 3

struct table {
	int rows[4096];
};

struct table table;
struct table *table_pointer = &table;
long counter;
char *buffer;
const size_t buffer_size = 1 << 20;
/* Nobody writes there. */
char *untouched;

static pthread_barrier_t barrier;

static void *run(void *own)
{
	char local[8192];

	memset(local, 1, sizeof(local));
	pthread_barrier_wait(&barrier);
	for (;;)
		__atomic_add_fetch(&counter, local[*(int *)own], __ATOMIC_RELAXED);
	return NULL;
}

void ready(void)
{
	asm volatile("");
}

int main(void)
{
	static int numbers[THREADS];
	pthread_t thread;
	int i;

	memset(&table, 1, sizeof(table));
	buffer = malloc(buffer_size);
	untouched = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!buffer || untouched == MAP_FAILED || pthread_barrier_init(&barrier, NULL, THREADS + 1))
		return 1;
	memset(buffer, 1, buffer_size);
	for (i = 0; i < THREADS; i++) {
		numbers[i] = i;
		if (pthread_create(&thread, NULL, run, &numbers[i]))
			return 1;
	}
	pthread_barrier_wait(&barrier);
	for (;;)
		ready();
}
