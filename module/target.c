// SPDX-License-Identifier: GPL-2.0

#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm_types.h>
#include <linux/moduleparam.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/ptrace.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/security.h>
#include <linux/siphash.h>
#include <linux/uidgid.h>

#include "arch/arch.h"
#include "aspace.h"
#include "iova/iova.h"
#include "target.h"

/*
 * Physical addresses help to find memory whose bits can be flipped (Rowhammer). So nobody but
 * the administrator gives them away, and not while the module is in use.
 */
static unsigned int own_group = (gid_t)-1;
module_param(own_group, uint, 0444);
MODULE_PARM_DESC(own_group, "id of a group whose members may open descriptors of their own address space (default: none)");

static bool opener_capable(const struct file *file, struct user_namespace *ns, int cap)
{
	return file->f_cred == current_cred() || file_ns_capable(file, ns, cap);
}

bool v2p_target_capable(const struct file *file, struct user_namespace *ns, int cap)
{
	return ns_capable(ns, cap) && opener_capable(file, ns, cap);
}

static bool is_member(void)
{
	const kgid_t group = make_kgid(&init_user_ns, own_group);

	return gid_valid(group) && in_egroup_p(group);
}

bool v2p_target_may_open_own(const struct file *file, struct netlink_ext_ack *extack)
{
	if (!is_member())
		return false;
	/*
	 * Not a socket of somebody else, who may have given it to a set-uid program to make
	 * that ask. fork() and exec make new credentials, be they equal.
	 */
	if (file->f_cred == current_cred())
		return true;
	NL_SET_ERR_MSG(extack, "needs CAP_SYS_ADMIN; or a member of the group own_group that opens the socket itself, and does not fork or change its credentials before it is used");
	return false;
}

/*
 * To open /proc/PID/pagemap of another process takes ptrace access (mm_access()). Modules
 * cannot ask the security modules for it, but can require the capability.
 */
static bool may_access(const struct file *file, const struct mm_struct *mm,
		       struct user_namespace *ns)
{
	/* The sender's own memory; but the opener of the socket gets the answer as well. */
	if (mm == current->mm)
		return opener_capable(file, ns, CAP_SYS_PTRACE);
	return v2p_target_capable(file, ns, CAP_SYS_PTRACE);
}

/* The thread of this pid may have exited while others of the process run on. */
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

/* The address of an mm is not given away. */
static siphash_key_t identity_key __ro_after_init;

void __init v2p_target_init(void)
{
	get_random_bytes(&identity_key, sizeof(identity_key));
}

/*
 * exec_mmap() changes the mm, and begin_new_exec() counts the exec only later. The old and
 * the new mm exist side by side when they are changed, so that no two of the pairs of mm and
 * count that come one after another are equal: old mm and old count, new mm and old count,
 * new mm and new count. The mm is read between two equal counts. In the middle of an exec
 * the second pair is found, which comes never again.
 */
static struct mm_struct *identify_process_mm(struct task_struct *task,
					     struct user_namespace **ns,
					     struct v2p_identity *identity)
{
	const struct task_struct *leader = task->group_leader;
	struct mm_struct *mm;
	u64 execs;

	for (;;) {
		execs = READ_ONCE(leader->self_exec_id);
		mm = get_process_mm(task, ns);
		/* The mm first, then the count. */
		smp_rmb();
		if (!mm || execs == READ_ONCE(leader->self_exec_id))
			break;
		mmput_async(mm);
	}
	identity->start_time = leader->start_time;
	identity->program = siphash_2u64((unsigned long)mm, execs, &identity_key);
	return mm;
}

/* Within rcu_read_lock(). */
static struct task_struct *find_task(u32 pid)
{
	return pid <= INT_MAX ? pid_task(find_vpid(pid), PIDTYPE_PID) : NULL;
}

/* Takes over the reference on @mm. */
static struct v2p_aspace process_aspace(struct mm_struct *mm)
{
	/* Not mm->task_size: set at exec, and a 32-bit process may map above it later. */
	return (struct v2p_aspace) {
		.kind = V2P_ASPACE_PROCESS,
		.mm = mm,
		.root = (const u64 *)mm->pgd,
		.last = v2p_arch_user_last(),
	};
}

int v2p_target_get_process(struct v2p_aspace *aspace, u32 pid, const struct file *file,
			   struct v2p_identity *identity, struct netlink_ext_ack *extack)
{
	struct user_namespace *ns;
	struct task_struct *task;
	struct mm_struct *mm;
	int err = -ESRCH;

	rcu_read_lock();
	task = find_task(pid);
	if (!task) {
		NL_SET_ERR_MSG(extack, "no such process");
		goto out;
	}

	mm = identity ? identify_process_mm(task, &ns, identity) : get_process_mm(task, &ns);
	if (!mm) {
		if (task->flags & PF_KTHREAD) {
			NL_SET_ERR_MSG(extack, "a kernel thread has no address space of its own, ask for the kernel's");
			err = -EINVAL;
		} else {
			NL_SET_ERR_MSG(extack, "the process has exited, its address space is gone");
		}
		goto out;
	}

	if (!may_access(file, mm, ns)) {
		mmput_async(mm);
		NL_SET_ERR_MSG(extack, "another process needs CAP_SYS_PTRACE over its user namespace, when the socket is opened and when it is used; one's own, only when it is opened by another");
		err = -EPERM;
		goto out;
	}

	*aspace = process_aspace(mm);
	err = 0;
out:
	rcu_read_unlock();
	return err;
}

int v2p_target_get_own(struct v2p_aspace *aspace, u32 pid, struct v2p_identity *identity,
		       struct netlink_ext_ack *extack)
{
	struct mm_struct *mm = NULL;
	struct user_namespace *ns;
	struct task_struct *task;

	/* Nothing is done with any other process, and whether there is one is not told. */
	rcu_read_lock();
	task = find_task(pid);
	if (task && same_thread_group(task, current))
		mm = identify_process_mm(current, &ns, identity);
	rcu_read_unlock();
	if (!mm) {
		NL_SET_ERR_MSG(extack, "members of the group own_group may open their own address space only");
		return -EPERM;
	}
	*aspace = process_aspace(mm);
	return 0;
}

/* The reason of /proc/kcore: this reveals the layout of kernel memory. */
static int check_lockdown(struct netlink_ext_ack *extack)
{
	int err = security_locked_down(LOCKDOWN_KCORE);

	if (err)
		NL_SET_ERR_MSG(extack, "kernel addresses are not translated while the kernel is locked down");
	return err;
}

static int may_ask_kernel(const struct file *file, struct netlink_ext_ack *extack)
{
	/* As /proc/kallsyms, which reveals the same layout. */
	if (!v2p_target_capable(file, &init_user_ns, CAP_SYSLOG)) {
		NL_SET_ERR_MSG(extack, "kernel addresses need CAP_SYSLOG in the initial user namespace, when the socket is opened and when it is used");
		return -EPERM;
	}
	return check_lockdown(extack);
}

int v2p_target_get_kernel(struct v2p_aspace *aspace, const struct file *file,
			  struct netlink_ext_ack *extack)
{
	int err = may_ask_kernel(file, extack);

	if (err)
		return err;

	*aspace = (struct v2p_aspace) {
		.kind = V2P_ASPACE_KERNEL,
		.first = v2p_arch_kernel_first(),
		.last = U64_MAX,
	};
	return 0;
}

int v2p_target_take_user_root(struct v2p_aspace *aspace, const struct file *file,
			      struct netlink_ext_ack *extack)
{
	/* What is mapped of the kernel is where the kernel is. */
	int err = may_ask_kernel(file, extack);

	if (!err && !v2p_arch_has_user_root()) {
		NL_SET_ERR_MSG(extack, "there is no page-table isolation here: user mode runs on the process's only page table");
		err = -EOPNOTSUPP;
	}
	if (err) {
		v2p_aspace_put(aspace);
		return err;
	}
	aspace->kind = V2P_ASPACE_USER_ROOT;
	aspace->root = v2p_arch_user_root(aspace->mm);
	aspace->last = U64_MAX;
	return 0;
}

/* All that the kernel has mapped for devices is as secret as where the kernel is. */
int v2p_target_get_device(struct v2p_aspace *aspace, const char *name, u32 pasid,
			  const struct file *file, struct netlink_ext_ack *extack)
{
	struct v2p_iova *iova;
	u64 last;
	int err = may_ask_kernel(file, extack);

	if (err)
		return err;
	iova = v2p_iova_new(name, pasid, &last, extack);
	if (IS_ERR(iova))
		return PTR_ERR(iova);
	*aspace = (struct v2p_aspace) {
		.kind = V2P_ASPACE_DEVICE,
		.iova = iova,
		.last = last,
	};
	return 0;
}

void v2p_aspace_put(struct v2p_aspace *aspace)
{
	/*
	 * If the process has exited, this may be the last reference: exit_mmap() must
	 * not run in the context of the caller.
	 */
	if (aspace->mm)
		mmput_async(aspace->mm);
	else if (aspace->kind == V2P_ASPACE_DEVICE)
		v2p_iova_put(aspace->iova);
}

void v2p_aspace_grab(struct v2p_aspace *aspace)
{
	if (aspace->mm)
		mmgrab(aspace->mm);
	else if (aspace->kind == V2P_ASPACE_DEVICE)
		v2p_iova_hold(aspace->iova);
}

int v2p_aspace_get(struct v2p_aspace *aspace, struct netlink_ext_ack *extack)
{
	/* The kernel may have been locked down since. */
	if (aspace->kind != V2P_ASPACE_PROCESS) {
		int err = check_lockdown(extack);

		if (!err && aspace->kind == V2P_ASPACE_DEVICE) {
			err = v2p_iova_check(aspace->iova, extack);
			if (!err)
				v2p_iova_hold(aspace->iova);
		}
		if (err || !aspace->mm)
			return err;
	}
	if (mmget_not_zero(aspace->mm))
		return 0;
	NL_SET_ERR_MSG(extack, "the process has ended or runs another program, its address space is gone");
	return -ESRCH;
}

void v2p_aspace_drop(struct v2p_aspace *aspace)
{
	if (aspace->mm)
		mmdrop(aspace->mm);
	else if (aspace->kind == V2P_ASPACE_DEVICE)
		v2p_iova_put(aspace->iova);
}
