"""The commands of ``./dev``.

  ./dev setup              get all that is needed, and the test template
  ./dev test [ARGS]        run the tests; ARGS go to pytest
"""

import errno
import subprocess
import sys

from . import databases, environment, testing
from .ui import Problem, say


def setup():
    """Get everything, and make the template that the tests are copied from."""
    env = environment.prepare("test")
    databases.template(env, databases.TESTS)
    say("ready")


def template():
    """Print the name of the test template; make it if need be."""
    env = environment.prepare("test")
    print(databases.template(env, databases.TESTS))


COMMANDS = {
    "setup": lambda words: setup(),
    "template": lambda words: template(),
    "test": testing.run,
}


def main(words):
    """Run one command and exit with its code."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(__doc__)
        sys.exit(0)
    if words[0] not in COMMANDS:
        print(__doc__)
        sys.exit(f"./dev knows no command '{words[0]}'")
    try:
        sys.exit(COMMANDS[words[0]](words[1:]))
    except Problem as problem:
        say("ERROR:", problem)
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; run the command again to go on from here")
        sys.exit(130)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say("ERROR: the disk is full. Make room and run the command again.")
        sys.exit(1)
    except subprocess.SubprocessError as error:
        say("ERROR:", error)
        sys.exit(1)
