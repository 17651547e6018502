// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "output/printer.h"

bool printer_has_page(const struct row *row)
{
	return row->translation.status == V2P_STATUS_MAPPED && !row->label->freed;
}

const char *printer_status(const struct row *row)
{
	return row->label->freed ? PLACE_FREED_WORDS : text_status(row->translation.status);
}

void printer_comm(char comm[COMM_SIZE], pid_t pid)
{
	char path[64];
	size_t length;
	char *name;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	name = names_proc_is_ours() ? file_read(path, &length) : NULL;
	snprintf(comm, COMM_SIZE, "%s", name ? name : "");
	free(name);
	length = strlen(comm);
	if (length && comm[length - 1] == '\n')
		comm[length - 1] = '\0';
}
