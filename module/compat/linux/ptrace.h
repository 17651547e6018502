/* SPDX-License-Identifier: GPL-2.0 */
#ifndef V2P_COMPAT_LINUX_PTRACE_H
#define V2P_COMPAT_LINUX_PTRACE_H

#include_next <linux/ptrace.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>

/* Who may access a process is in its mm, or from some version on in its exec_state. */
#ifndef SUID_DUMP_DISABLE
#include <linux/sched/exec_state.h>
#endif

/*
 * As get_task_mm(). Also sets the user namespace in which access to the process needs
 * CAP_SYS_PTRACE; valid until the end of the RCU read-side critical section. Call in one.
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

	/* execve() replaces both under this lock. */
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
