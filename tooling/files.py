"""Files that are whole or not there: digests, locks, building aside, free space."""

import contextlib
import fcntl
import hashlib
import shutil

from . import settings
from .ui import Problem, say

GIGABYTE = 1 << 30


def sha256(path):
    """Return the SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def short_digest(*parts):
    """Return ten hexadecimal digits that change when one of the parts changes."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


@contextlib.contextmanager
def building(final):
    """Yield a new folder; it gets the name ``final`` only if the block succeeds."""
    partial = final.with_name(final.name + "_new")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)


@contextlib.contextmanager
def lock(name, shared=False, busy=None):
    """Hold a lock that all commands on the same cache respect.

    It vanishes with the process that holds it, so a killed command never
    leaves one behind.

    :param str busy: what to say instead of waiting, if somebody else holds it
    """
    with _lock_file(name) as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if busy:
                raise Problem(busy) from None
            say(f"waiting: another ./dev is busy with {name}")
            fcntl.flock(file, kind)
        yield


def is_locked(name):
    """Say whether somebody holds the lock ``name``."""
    with _lock_file(name) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _lock_file(name):
    folder = settings.CACHE / "locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return open(folder / f"{name}.lock", "w")
    except PermissionError as error:
        raise Problem(
            f"{settings.CACHE} can't be written to. Set AFTER_SALES_CACHE to a folder"
            " of your own."
        ) from error


def require_space(gigabytes, what):
    """Stop early if the cache's disk has too little room for ``what``.

    :raise Problem: with how much is needed and how much is there
    """
    folder = settings.CACHE
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / GIGABYTE
    if free < gigabytes:
        raise Problem(
            f"the disk is too full: {what} needs {gigabytes:.1f} GB below"
            f" {settings.CACHE}, and {free:.1f} GB are free. Make room, or set"
            " AFTER_SALES_CACHE to a folder on another disk."
        )
