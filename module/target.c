// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mm_types.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "space.h"
#include "target.h"

static bool opener_may(const struct file *opened, struct user_namespace *ns, int capability)
{
	return opened->f_cred == current_cred() || file_ns_capable(opened, ns, capability);
}

bool target_may_both(const struct file *opened, struct user_namespace *ns, int capability)
{
	return ns_capable(ns, capability) && opener_may(opened, ns, capability);
}

/*
 * Who opens /proc/PID/pagemap of another process needs ptrace access to it. Of what
 * that takes, a module can ask for the capability alone, and not the security modules.
 */
static bool may_look_at(const struct file *opened, const struct mm_struct *mm,
			struct user_namespace *ns)
{
	/* Its own memory; but the answer goes to all who hold the socket. */
	if (mm == current->mm)
		return opener_may(opened, ns, CAP_SYS_PTRACE);
	return target_may_both(opened, ns, CAP_SYS_PTRACE);
}

/* The first thread may have exited while others of the process go on. */
static struct mm_struct *get_process_mm(struct task_struct *task, struct user_namespace **ns)
{
	struct mm_struct *mm = get_task_mm_and_ns(task, ns);
	struct task_struct *thread;

	if (mm || task->flags & PF_KTHREAD)
		return mm;
	for_each_thread(task, thread) {
		mm = get_task_mm_and_ns(thread, ns);
		if (mm)
			break;
	}
	return mm;
}

int target_get_process(struct space *space, u32 pid, const struct file *opened,
		       struct netlink_ext_ack *extack)
{
	struct task_struct *task = NULL;
	struct user_namespace *ns;
	struct mm_struct *mm;
	int err = -ESRCH;

	rcu_read_lock();
	if (pid <= INT_MAX)
		task = pid_task(find_vpid(pid), PIDTYPE_PID);
	if (!task) {
		NL_SET_ERR_MSG(extack, "no such process");
		goto out;
	}

	mm = get_process_mm(task, &ns);
	if (!mm) {
		if (task->flags & PF_KTHREAD) {
			NL_SET_ERR_MSG(extack, "a kernel thread has no address space of its own, ask for the kernel's");
			err = -EINVAL;
		} else {
			NL_SET_ERR_MSG(extack, "the process has exited, its address space is gone");
		}
		goto out;
	}

	if (!may_look_at(opened, mm, ns)) {
		mmput_async(mm);
		NL_SET_ERR_MSG(extack, "another process needs CAP_SYS_PTRACE over its user namespace, when the socket is opened and when it is used; one's own, only when it is opened by another");
		err = -EPERM;
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

int target_get_kernel(struct space *space, const struct file *opened,
		      struct netlink_ext_ack *extack)
{
	int err;

	/* What /proc/kallsyms asks: it is the same layout. */
	if (!target_may_both(opened, &init_user_ns, CAP_SYSLOG)) {
		NL_SET_ERR_MSG(extack, "kernel addresses need CAP_SYSLOG in the initial user namespace, when the socket is opened and when it is used");
		return -EPERM;
	}
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
