// SPDX-License-Identifier: GPL-2.0
/* Which VT-d unit a device is behind, by the ACPI table DMAR. */

#include <linux/acpi.h>
#include <linux/err.h>
#include <linux/pci.h>

#include "iommu.h"
#include "scope.h"

/* Registers up to the address of the root table, in a page of their own. */
#define REGISTERS	0x1000

/* Of a table, the entry behind @header; NULL where there is none that is whole. */
static const struct acpi_dmar_header *next_header(const struct acpi_table_header *table,
						  const struct acpi_dmar_header *header)
{
	const void *const end = (const void *)table + table->length;
	const void *next = header ? (const void *)header + header->length :
			   (const void *)table + sizeof(struct acpi_table_dmar);

	if (next + sizeof(*header) > end)
		return NULL;
	header = next;
	return header->length >= sizeof(*header) && next + header->length <= end ? header : NULL;
}

/* Of a unit, the scope behind @scope, likewise. */
static const struct acpi_dmar_device_scope *
next_scope(const struct acpi_dmar_hardware_unit *unit, const struct acpi_dmar_device_scope *scope)
{
	const void *const end = (const void *)unit + unit->header.length;
	const void *next = scope ? (const void *)scope + scope->length : (const void *)(unit + 1);

	if (next + sizeof(*scope) > end)
		return NULL;
	scope = next;
	return scope->length >= sizeof(*scope) && next + scope->length <= end ? scope : NULL;
}

static struct v2p_scope_path path_of(const struct acpi_dmar_device_scope *scope)
{
	return (struct v2p_scope_path) {
		.bus = scope->bus,
		.count = (scope->length - sizeof(*scope)) / sizeof(struct acpi_dmar_pci_path),
		.path = (const u8 *)(scope + 1),
	};
}

static bool has_pci(const struct acpi_dmar_hardware_unit *unit, struct pci_dev *pdev)
{
	const struct acpi_dmar_device_scope *scope = NULL;

	while ((scope = next_scope(unit, scope))) {
		const struct v2p_scope_path path = path_of(scope);

		if (scope->entry_type == ACPI_DMAR_SCOPE_TYPE_ENDPOINT &&
		    v2p_scope_matches(pdev, &path))
			return true;
		if (scope->entry_type == ACPI_DMAR_SCOPE_TYPE_BRIDGE &&
		    v2p_scope_is_below(pdev, &path))
			return true;
	}
	return false;
}

/* Does this number of the table stand for a device of ACPI's? */
static bool is_acpi_device(const struct acpi_table_header *table, u8 number, acpi_handle device)
{
	const struct acpi_dmar_header *header = NULL;

	while ((header = next_header(table, header))) {
		const struct acpi_dmar_andd *andd = (const void *)header;
		const size_t room = header->length - offsetof(struct acpi_dmar_andd, device_name);
		acpi_handle handle;

		if (header->type != ACPI_DMAR_TYPE_NAMESPACE || header->length <= sizeof(*andd) ||
		    andd->device_number != number ||
		    strnlen(andd->device_name, room) == room)
			continue;
		return ACPI_SUCCESS(acpi_get_handle(ACPI_ROOT_OBJECT, (char *)andd->device_name,
						    &handle)) && handle == device;
	}
	return false;
}

static bool has_acpi_device(const struct acpi_table_header *table,
			    const struct acpi_dmar_hardware_unit *unit, acpi_handle device,
			    u16 *source)
{
	const struct acpi_dmar_device_scope *scope = NULL;

	while ((scope = next_scope(unit, scope))) {
		const struct v2p_scope_path path = path_of(scope);

		if (scope->entry_type != ACPI_DMAR_SCOPE_TYPE_NAMESPACE || path.count != 1 ||
		    !is_acpi_device(table, scope->enumeration_id, device))
			continue;
		*source = PCI_DEVID(scope->bus, PCI_DEVFN(path.path[0], path.path[1]));
		return true;
	}
	return false;
}

/*
 * @physical: of a PCI device, that which firmware may name. @others: the unit of a segment that
 * all devices are behind which no other names.
 */
static bool is_behind(const struct acpi_table_header *table,
		      const struct acpi_dmar_hardware_unit *unit, struct device *dev,
		      struct pci_dev *physical, bool others, u16 *source)
{
	if (!physical)
		return !others && ACPI_HANDLE(dev) &&
		       has_acpi_device(table, unit, ACPI_HANDLE(dev), source);
	if (v2p_scope_segment(physical) != unit->segment)
		return false;
	*source = pci_dev_id(to_pci_dev(dev));
	return others ? unit->flags & ACPI_DMAR_INCLUDE_ALL : has_pci(unit, physical);
}

static u64 find_registers(const struct acpi_table_header *table, struct device *dev,
			  struct pci_dev *physical, u16 *source)
{
	const struct acpi_dmar_header *header;
	unsigned int others;

	for (others = 0; others < 2; others++) {
		header = NULL;
		while ((header = next_header(table, header))) {
			const struct acpi_dmar_hardware_unit *unit = (const void *)header;

			if (header->type == ACPI_DMAR_TYPE_HARDWARE_UNIT &&
			    header->length >= sizeof(*unit) &&
			    is_behind(table, unit, dev, physical, others, source))
				return unit->address;
		}
	}
	return 0;
}

const struct v2p_iommu *v2p_vtd_find(struct device *dev, u16 *source)
{
	struct acpi_table_header *table;
	struct pci_dev *physical = NULL;
	u64 registers;

	/*
	 * A virtual function is behind the same unit as its physical one, of which alone firmware
	 * knows. It gives its reference on that back when it is removed; the other goes a second
	 * later at the earliest (sriov_disable()).
	 */
	if (dev_is_pci(dev))
		physical = pci_dev_get(pci_physfn(to_pci_dev(dev)));
	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_DMAR, 0, &table))) {
		pci_dev_put(physical);
		return NULL;
	}
	registers = find_registers(table, dev, physical, source);
	acpi_put_table(table);
	pci_dev_put(physical);
	return registers ? v2p_iommu_get(&v2p_vtd, registers, REGISTERS) : NULL;
}
