// SPDX-License-Identifier: GPL-2.0

#include <linux/mm_types.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "space.h"
#include "target.h"

/* The first thread may have exited while others of the process go on. */
static struct mm_struct *get_process_mm(struct task_struct *task)
{
	struct mm_struct *mm = get_task_mm(task);
	struct task_struct *thread;

	if (mm || task->flags & PF_KTHREAD)
		return mm;
	for_each_thread(task, thread) {
		mm = get_task_mm(thread);
		if (mm)
			break;
	}
	return mm;
}

int target_get_process(struct space *space, u32 pid, struct netlink_ext_ack *extack)
{
	struct task_struct *task = NULL;
	struct mm_struct *mm;
	int err = -ESRCH;

	rcu_read_lock();
	if (pid <= INT_MAX)
		task = pid_task(find_vpid(pid), PIDTYPE_PID);
	if (!task) {
		NL_SET_ERR_MSG(extack, "no such process");
		goto out;
	}

	mm = get_process_mm(task);
	if (!mm) {
		if (task->flags & PF_KTHREAD) {
			NL_SET_ERR_MSG(extack, "a kernel thread has no address space of its own, ask for the kernel's");
			err = -EINVAL;
		} else {
			NL_SET_ERR_MSG(extack, "the process has exited, its address space is gone");
		}
		goto out;
	}

	/* Not mm->task_size: of a 32-bit process, that may grow after it was noted. */
	*space = (struct space) { .mm = mm, .last = TASK_SIZE_MAX - 1 };
	err = 0;
out:
	rcu_read_unlock();
	return err;
}

/* What /proc/kcore asks, too: it is the layout of kernel memory. */
static int check_lockdown(struct netlink_ext_ack *extack)
{
	int err = security_locked_down(LOCKDOWN_KCORE);

	if (err)
		NL_SET_ERR_MSG(extack, "kernel addresses are not translated while the kernel is locked down");
	return err;
}

int target_get_kernel(struct space *space, struct netlink_ext_ack *extack)
{
	int err;

	err = check_lockdown(extack);
	if (err)
		return err;

	*space = (struct space) {
		.first = -BIT_ULL(arch_virtual_bits() - 1),
		.last = U64_MAX,
	};
	return 0;
}

void target_put(struct space *space)
{
	/*
	 * If the process exited meanwhile, the last reference takes the whole
	 * address space down: not in the middle of the caller's question.
	 */
	if (space->mm)
		mmput_async(space->mm);
}

void target_park(struct space *space)
{
	if (!space->mm)
		return;
	mmgrab(space->mm);
	mmput_async(space->mm);
}

int target_unpark(struct space *space, struct netlink_ext_ack *extack)
{
	/* It may have been locked down since. */
	if (!space->mm)
		return check_lockdown(extack);
	if (mmget_not_zero(space->mm))
		return 0;
	NL_SET_ERR_MSG(extack, "the process has ended or runs another program, its address space is gone");
	return -ESRCH;
}

void target_drop(struct space *space)
{
	if (space->mm)
		mmdrop(space->mm);
}
