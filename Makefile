# SPDX-License-Identifier: GPL-2.0
# v2p: the module, its library and command, and what tests them.
# `make help` lists what there is.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
DESTDIR ?=

export PREFIX DESTDIR

# The kernel that KDIR is of, which may have been removed since. Debian's 6.1 has
# another name in include/config/kernel.release than it has for itself.
RELEASE = $(or $(shell sed -n 's/^\#define UTS_RELEASE "\(.*\)"/\1/p' \
		$(KDIR)/include/generated/utsrelease.h 2>/dev/null), \
	  $(patsubst /lib/modules/%/build,%,$(KDIR)))
# Where kbuild puts a module, in older kernels and in newer ones. It may be compressed.
INSTALLED_MODULES = $(foreach dir,extra updates $(INSTALL_MOD_DIR), \
		    $(DESTDIR)/lib/modules/$(RELEASE)/$(dir)/v2p.ko*)
# Kbuild leaves it out where there is no System.map, as beside a package of headers.
DEPMOD = $(if $(DESTDIR),,-PATH="$$PATH:/usr/sbin:/sbin" depmod $(RELEASE))

.PHONY: all
all: module user

.PHONY: help
help:
	@echo 'make                the module for the running kernel, and the userspace'
	@echo 'make module         v2p.ko alone (KDIR=/lib/modules/RELEASE/build for another kernel)'
	@echo 'make user           libv2p and v2p-query alone'
	@echo 'make install        both (DESTDIR=, PREFIX=/usr/local); also install-module, install-user'
	@echo 'make install-python the Python package (PYTHONDIR=, where python3 looks for such)'
	@echo 'make install-gdb    the commands for gdb (GDBDIR=, from which gdb loads such when it starts)'
	@echo 'make uninstall      removes what install put there; also uninstall-python, uninstall-gdb'
	@echo 'make dist           a tarball of the sources that are committed, to dist/'
	@echo 'make deb            the Debian packages, to dist/'
	@echo 'make rpm            RPM packages, to dist/'
	@echo 'make html           web pages of all documents, to html/'
	@echo 'make demo           show the main job in a virtual machine'
	@echo 'make unit           the unit tests of the userspace, here and at once (TESTS="plot_test ...",'
	@echo '                    SAN=1 also under the sanitizers)'
	@echo 'make check          all tests, in virtual machines (KERNELS="6.1 6.12 backports" or also'
	@echo '                    "6.12-rt 6.12-full debug debug-backports", TESTS="program program:case ...",'
	@echo '                    ROUNDS=how often the module comes and goes); debug also tells which lines of the'
	@echo '                    module no test runs'
	@echo 'make check-all      the same and all else, on every kernel of every processor: hours (ARCH= for one)'
	@echo 'make check-fresh    the demo and the check on fresh Debians (DEBIANS="bookworm trixie",'
	@echo '                    COMMANDS="demo check", and what narrows the check)'
	@echo 'make check-packages builds the Debian packages in fresh Debians, twice, installs them there, boots'
	@echo '                    the module that DKMS builds of them, and removes them (KERNELS="6.1 6.12 backports")'
	@echo 'make bench          what a question costs, in virtual machines (KERNELS as above)'
	@echo 'make bench-figures  the same, for the check and the documents to keep'
	@echo 'make bench-model    what prefetching page tables is worth on this processor (300 MiB of memory)'
	@echo 'make soak           processes that change in all ways (TIME=600 seconds a kernel, KERNELS)'
	@echo "make soak-mm        the kernel's own tests of its memory management under a scan, for hours"
	@echo 'make fuzz           broken requests for the module, in a virtual machine (KERNELS=6.12,'
	@echo '                    MESSAGES=100000000), and broken input for the parsers of the userspace'
	@echo '                    (TIME=1800 seconds each, or RUNS=inputs each); SEED=, 0 of a thing for none'
	@echo 'make vm             a shell in a virtual machine that has it all (KERNEL=6.12), and sees the'
	@echo '                    checkout as you edit it in /v2p'
	@echo 'make vm-build       builds it anew meanwhile; `reload` in the VM takes that'
	@echo '                    check, bench, soak, fuzz, demo and vm take ARCH=arm64, and all but bench'
	@echo '                    ARCH=riscv64; these are emulated'
	@echo "make picture        the README's picture anew, of a process in a virtual machine"
	@echo 'make gen            what include/v2p.yaml and the table of who may ask generate'
	@echo 'make clean'

.PHONY: module headers
module: headers
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

headers:
	@test -e $(KDIR)/Makefile || { printf '%s\n' \
		"v2p: missing: the headers of the kernel to build for, $(KDIR)" \
		"    Debian, Ubuntu:  sudo apt-get install linux-headers-$$(uname -r)" \
		"    Fedora:          sudo dnf install kernel-devel-$$(uname -r)" \
		"    Arch:            sudo pacman -S linux-headers" >&2; exit 1; }

.PHONY: user
user:
	$(MAKE) -C user

.PHONY: install install-module install-user uninstall uninstall-module uninstall-user
install: install-module install-user

# Without debug information, as distributions install the kernel's own.
install-module: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) \
		INSTALL_MOD_STRIP=1 modules_install
	$(DEPMOD)

install-user: user
	$(MAKE) -C user install

uninstall: uninstall-module uninstall-user

uninstall-module:
	rm -f $(INSTALLED_MODULES)
	$(DEPMOD)

uninstall-user:
	$(MAKE) -C user uninstall

.PHONY: install-python uninstall-python
PYTHONDIR ?= $(or $(shell python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))'), \
		  $(error without python3, say PYTHONDIR=))
PYTHON_PACKAGE = $(DESTDIR)$(PYTHONDIR)/v2p

install-python:
	install -d $(PYTHON_PACKAGE)
	install -m 644 bindings/python/v2p/*.py bindings/python/v2p/py.typed $(PYTHON_PACKAGE)

# With what Python has compiled since.
uninstall-python:
	rm -rf $(PYTHON_PACKAGE)

# Of this folder, gdb loads all that is there when it starts.
.PHONY: install-gdb uninstall-gdb
GDBDIR ?= $(or $(shell gdb -nx -batch -ex 'python print(gdb.PYTHONDIR + "/gdb/command")' 2>/dev/null), \
	       $(error without a gdb that knows Python, say GDBDIR=))

install-gdb:
	install -d $(DESTDIR)$(GDBDIR)
	install -m 644 bindings/gdb/v2p.py $(DESTDIR)$(GDBDIR)

# With what Python has compiled since.
uninstall-gdb:
	rm -f $(DESTDIR)$(GDBDIR)/v2p.py $(DESTDIR)$(GDBDIR)/__pycache__/v2p.*

.PHONY: unit check check-all check-fresh check-packages bench bench-figures bench-model soak soak-mm fuzz demo vm vm-build
.PHONY: picture gen
unit check check-all check-fresh check-packages bench bench-figures bench-model soak soak-mm fuzz demo vm vm-build picture gen:
	@$(MAKE) --no-print-directory -C tests $@

.PHONY: dist deb rpm html
dist deb rpm html:
	@packaging/$@

.PHONY: clean
clean:
	rm -rf dist html
	$(MAKE) -C user clean
	$(MAKE) -C tests clean
	$(if $(wildcard $(KDIR)),$(MAKE) -C $(KDIR) M=$(CURDIR) clean)
