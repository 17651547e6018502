// SPDX-License-Identifier: GPL-2.0

#include <linux/mm_types.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/uaccess.h>

#include "target.h"
#include "walk.h"

static struct task_struct *get_task(u32 nr)
{
	struct task_struct *task;
	struct pid *pid;

	if (nr > INT_MAX)
		return NULL;
	pid = find_get_pid(nr);
	task = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	return task;
}

/* The first thread may have exited while others of the process go on. */
static struct mm_struct *get_process_mm(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct task_struct *thread;

	if (mm || task->flags & PF_KTHREAD)
		return mm;

	rcu_read_lock();
	for_each_thread(task, thread) {
		mm = get_task_mm(thread);
		if (mm)
			break;
	}
	rcu_read_unlock();
	return mm;
}

int target_get_process(struct walk_space *space, u32 pid,
		       struct netlink_ext_ack *extack)
{
	struct task_struct *task;
	unsigned long task_size;
	struct mm_struct *mm;
	int err = 0;

	task = get_task(pid);
	if (!task) {
		NL_SET_ERR_MSG(extack, "no such process");
		return -ESRCH;
	}

	mm = get_process_mm(task);
	if (!mm) {
		if (task->flags & PF_KTHREAD) {
			NL_SET_ERR_MSG(extack, "a kernel thread has no address space of its own, ask for the kernel's");
			err = -EINVAL;
		} else {
			NL_SET_ERR_MSG(extack, "the process has exited, its address space is gone");
			err = -ESRCH;
		}
		goto out_task;
	}

	/* 0 for a moment during exec. */
	task_size = READ_ONCE(mm->task_size);
	if (!task_size)
		task_size = TASK_SIZE_MAX;
	*space = (struct walk_space) { .mm = mm, .last = task_size - 1 };
out_task:
	put_task_struct(task);
	return err;
}

int target_get_kernel(struct walk_space *space, struct netlink_ext_ack *extack)
{
	int err;

	/* What /proc/kcore asks, too: it is the layout of kernel memory. */
	err = security_locked_down(LOCKDOWN_KCORE);
	if (err) {
		NL_SET_ERR_MSG(extack, "kernel addresses are not translated while the kernel is locked down");
		return err;
	}

	*space = walk_kernel_space();
	return 0;
}

void target_put(struct walk_space *space)
{
	/*
	 * If the process exited meanwhile, the last reference takes the whole
	 * address space down: not in the middle of the caller's question.
	 */
	if (space->mm)
		mmput_async(space->mm);
}
