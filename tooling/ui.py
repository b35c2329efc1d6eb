"""Talking to the person at the terminal, and running other programs."""

import shlex
import signal
import subprocess
import sys
import time

STARTED = time.monotonic()


class Problem(Exception):
    """Something the user can mend; shown without a traceback."""


def say(*words):
    """Print one line of progress with the seconds since the start."""
    elapsed = time.monotonic() - STARTED
    print(f"[{elapsed:6.1f}s]", *words, file=sys.stderr, flush=True)


def run(*command, hint="", check=True, **options):
    """Run a program without showing its output.

    :param str hint: added to the message if it fails
    :param bool check: whether a failure raises
    :return: what it wrote to standard output
    :raise Problem: if it fails; with the last lines of what it said
    """
    command = [str(word) for word in command]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} | options
    options.setdefault("stdin", None if "input" in options else subprocess.DEVNULL)
    if options["stdin"] is None:
        del options["stdin"]
    try:
        done = subprocess.run(command, text=True, errors="replace", **options)
    except FileNotFoundError as error:
        raise Problem(f"{command[0]} is not installed. {hint}".strip()) from error
    if done.returncode and check:
        said = "\n".join((done.stdout or done.stderr or "").strip().splitlines()[-15:])
        raise Problem(
            f"{shlex.join(command)[:300]}\nfailed with code {done.returncode}:"
            f"\n{said}\n{hint}".strip()
        )
    return done.stdout


def run_in_foreground(command, **options):
    """Run a program that owns the terminal; return its exit code.

    Ctrl-C goes to the program, which ends in its own way; we wait for it, so
    that the caller can clean up afterwards.
    """
    # A handler, not SIG_IGN: the program would inherit that one.
    before = signal.signal(signal.SIGINT, lambda *_ignored: None)
    child = None

    def stop(_signum, _frame):
        if child is not None:
            child.terminate()

    before_term = signal.signal(signal.SIGTERM, stop)
    try:
        child = subprocess.Popen([str(word) for word in command], **options)
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)
        signal.signal(signal.SIGTERM, before_term)
