/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all processes of a churn share: which stressors there are, what is known of
 * their memory, and what came of asking.
 */
#ifndef SHARED_H
#define SHARED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MAX_STRESSORS 24
#define MAX_PLACES 160
#define MAX_AREAS 3
/* Of each stressor's wrong answers. */
#define MAX_REPORTS 3

/**
 * enum rule - what every answer for a place must be
 * @RULE_STILL: mapped, to the known physical address, and nothing else
 * @RULE_STAYS: the known physical address, out of which the kernel takes its entry for
 *	moments: migrating, swapped, or none, which is then marked as changing
 * @RULE_THERE: the same, but it may be anywhere
 * @RULE_IF_THERE: the known physical address where there is any; for what may come and
 *	go, but cannot be elsewhere
 * @RULE_NEVER: none, it is never touched
 * @RULE_INVALID: invalid, no address of a process
 */
enum rule { RULE_STILL, RULE_STAYS, RULE_THERE, RULE_IF_THERE, RULE_NEVER, RULE_INVALID };

struct place {
	uint64_t address;
	uint64_t physical;
	enum rule rule;
};

struct area {
	uint64_t start;
	uint64_t length;
};

/**
 * enum count - what is counted of a stressor's answers
 * @COUNT_ANSWERS: all, an extent being one
 * @COUNT_RIGHT: of places with a known physical address: it
 * @COUNT_AWAY: of such places: not there at the moment
 * @COUNT_MARKED: the same, for none that is marked as changing, of what is always there
 * @COUNT_NOTHING: of places that are not mapped, or not valid: so it said
 * @COUNT_SETTLED: the same as pagemap said before and after, with the stressor at rest
 * @COUNT_HUGE: of pages of 2 MiB
 * @COUNT_GONE: questions to a process that had ended
 * @COUNT_WRONG: wrong
 */
enum count {
	COUNT_ANSWERS, COUNT_RIGHT, COUNT_AWAY, COUNT_MARKED, COUNT_NOTHING, COUNT_SETTLED,
	COUNT_HUGE, COUNT_GONE, COUNT_WRONG, COUNTS
};

enum way {
	WAY_BATCH, WAY_BATCH_FULL, WAY_AGAIN, WAY_WALK, WAY_MAP, WAY_DUMP, WAY_WHOLE, WAY_SETTLED,
	WAYS
};

enum state { STATE_STARTING, STATE_READY, STATE_WORKING, STATE_SKIPPED, STATE_FAILED };

/**
 * struct stressor - a process, or the kernel, that changes while it is asked
 * @kernel: it is the kernel
 * @pid: else whom to ask; 0 for nobody at the moment
 * @child: one of its children, about which the same is known
 * @state: enum state
 * @why: of STATE_SKIPPED and STATE_FAILED
 * @turn: odd while it changes anything
 * @place_count: places known
 * @places: in order of their addresses
 * @area_count: areas known
 * @areas: what changes
 * @effects: what its turns brought about, in the kind's own unit
 * @counts: by enum count
 * @reports: the first wrong answers
 */
struct stressor {
	bool kernel;
	pid_t pid;
	pid_t child;
	int state;
	char why[80];
	unsigned long turn;
	unsigned long effects;
	unsigned int place_count;
	struct place places[MAX_PLACES];
	unsigned int area_count;
	struct area areas[MAX_AREAS];
	unsigned long counts[COUNTS];
	char reports[MAX_REPORTS][240];
};

/**
 * struct shared - what all processes share
 * @go: all that begin with it
 * @stop: all are to end
 * @focus: the stressor that all look at for a while, to meet it in the act
 * @ways: questions asked, by enum way
 * @stressors: in the order of their kinds
 */
struct shared {
	bool go;
	bool stop;
	unsigned int focus;
	unsigned long ways[WAYS];
	struct stressor stressors[MAX_STRESSORS];
};

extern struct shared *shared;

/* Makes it, or finds the one that a process had before an exec. */
int shared_make(void);
void shared_find(int fd);

bool shared_is_stopped(void);
struct stressor *shared_focus(void);

void count(struct stressor *stressor, enum count what, unsigned long n);

/* For a stressor that is being set up; false, said in @why, where there is no room. */
bool add_place(struct stressor *stressor, const void *address, uint64_t physical,
	       enum rule rule);
bool add_area(struct stressor *stressor, const void *start, uint64_t length);

/* Says why there is no stressor of this kind, and returns false. */
bool skip(struct stressor *stressor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool fail(struct stressor *stressor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A wrong answer. */
void report(struct stressor *stressor, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* SHARED_H */
