/* SPDX-License-Identifier: GPL-2.0 */
/* What the headers of a kernel would declare for which module/compat has no answer. */
struct mm_struct;
void tlb_remove_table_sync_mm(struct mm_struct *mm);
