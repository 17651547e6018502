/* SPDX-License-Identifier: GPL-2.0 */
/* What the benchmark's programs share. Their figures go out as one JSON object a line. */
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <v2p.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define KIB	(UINT64_C(1) << 10)
#define MIB	(UINT64_C(1) << 20)
#define GIB	(UINT64_C(1) << 30)
#define TIB	(UINT64_C(1) << 40)

#define HUGE_PAGE	(2 * MIB)

/* The area that the targets were set for. */
#define AREA	(256 * MIB)

void __attribute__((noreturn, format(printf, 1, 2))) die(const char *format, ...);

/* Memory that is there already, also the kernel's share of it. */
void *memory(size_t size);

/* An area of touched pages, all of them huge or none. */
char *small_pages(size_t size);
char *huge_pages(size_t size);

/* Small pages that are contiguous in physical memory, as far as huge ones would be. */
char *split_pages(size_t size);

/* Small pages of which hardly any two are contiguous. */
char *shuffled_pages(size_t size);

/* Small pages of which none has the rights of the one before it. */
char *mixed_pages(size_t size);

/* An area with a few touched pages, as far apart as can be. */
char *sparse_pages(size_t size, size_t count);

/* An area of which nothing is touched. */
char *untouched(size_t size);

/* Addresses, of pages that are drawn anew each time. */
void scattered(uint64_t *addresses, size_t count, const char *area, size_t size);
void sort(uint64_t *addresses, size_t count);

/* Addresses of one page after the other, from the start again at the end. */
void neighbours(uint64_t *addresses, size_t count, const char *area, size_t size);

/* Addresses of the kernel's, half of the direct map and half of vmalloc's areas. */
void of_the_kernel(uint64_t *addresses, size_t count);

/* Where vmalloc's areas begin. */
uint64_t vmalloc_start(void);

/* Changes the order at random. */
void shuffle(uint64_t *addresses, size_t count);

struct v2p *open_v2p(void);

/* Every array, for as many addresses. */
struct v2p_arrays every_array(size_t count);

/* Of what the library wants by default. */
struct v2p_arrays plain_arrays(size_t count);

/* The same question in as many calls as it takes. */
void ask(struct v2p *v2p, struct v2p_target target, const uint64_t *addresses, size_t count,
	 size_t per_call, const struct v2p_arrays *arrays);

/* Ends the program where one of the addresses is not mapped. */
void all_mapped(const struct v2p_arrays *arrays, size_t count, const char *what);

#endif /* COMMON_H */
