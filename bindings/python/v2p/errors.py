# SPDX-License-Identifier: LGPL-2.1-only
"""What goes wrong, in libv2p's words, which are the kernel's own where it gave any."""
import errno


class Error(OSError):
    """A call that libv2p refused; errno is that of the call."""


class NotPermitted(Error, PermissionError):
    """The asker has no right to that."""


class NoProcess(Error, ProcessLookupError):
    """There is no such process, or it has ended."""


class NotLoaded(Error, FileNotFoundError):
    """The module is not there."""


class NotSupported(Error):
    """The loaded module, or this machine, does not know that."""


_KINDS = {
    errno.EPERM: NotPermitted, errno.EACCES: NotPermitted, errno.ESRCH: NoProcess,
    errno.ENOENT: NotLoaded, errno.EOPNOTSUPP: NotSupported, errno.E2BIG: NotSupported,
}


def error_of(number, words):
    """The exception for an errno."""
    return _KINDS.get(number, Error)(number, words)
