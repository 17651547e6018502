// SPDX-License-Identifier: GPL-2.0
#include "base/text.h"
#include "output/printer.h"

bool printer_has_page(const struct row *row)
{
	return row->translation.status == V2P_STATUS_MAPPED && !row->label->freed;
}

const char *printer_status(const struct row *row)
{
	return row->label->freed ? LABEL_FREED : text_status(row->translation.status);
}
