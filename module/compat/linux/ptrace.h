/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_PTRACE_H
#define V2P_COMPAT_LINUX_PTRACE_H

#include_next <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>

/* Some kernels keep who may look at a process in its address space, others beside it. */
#ifndef SUID_DUMP_DISABLE
#include <linux/sched/exec_state.h>
#endif

/*
 * As get_task_mm(), and sets the user namespace over which one needs the capability
 * to look at it. That lasts as long as the RCU read-side section that this is called in.
 */
static inline struct mm_struct *get_task_mm_and_ns(struct task_struct *task,
						   struct user_namespace **ns)
{
#ifdef SUID_DUMP_DISABLE
	struct mm_struct *mm = get_task_mm(task);

	if (mm)
		*ns = mm->user_ns;
#else
	struct mm_struct *mm = NULL;

	/* An execve() replaces both with that lock held. */
	task_lock(task);
	if (task->mm && !(task->flags & PF_KTHREAD)) {
		mm = task->mm;
		mmget(mm);
		*ns = rcu_dereference(task->exec_state)->user_ns;
	}
	task_unlock(task);
#endif
	return mm;
}

#endif /* V2P_COMPAT_LINUX_PTRACE_H */
