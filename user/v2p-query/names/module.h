/* SPDX-License-Identifier: GPL-2.0 */
/* What sysfs says of the module. */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>

/**
 * module_version() - of the module that is loaded
 * @version: filled in, such as "1.2.3"
 *
 * The module itself would tell it too, but to ask it loads it.
 *
 * Return: whether one is loaded.
 */
#define MODULE_VERSION_SIZE 32
bool module_version(char version[MODULE_VERSION_SIZE]);

#endif /* MODULE_H */
