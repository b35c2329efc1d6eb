"""All that Odoo needs to run, brought together."""

import os
from dataclasses import dataclass
from pathlib import Path

from . import fonts, odoo_source, postgres, python_env, settings, wkhtmltopdf
from .files import lock
from .ui import run, run_in_foreground

# Of the caller's environment, Odoo would read these as its own options.
UNWANTED = ("PGDATABASE", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME")


@dataclass(frozen=True)
class Environment:
    """Odoo's source, its Python, a server, and the variables that join them."""

    home: Path
    python: Path
    cluster: str
    server: postgres.Server
    variables: dict

    @property
    def filestore(self):
        """The folder that holds a folder of attachments for each database."""
        return Path(self.variables["ODOO_DATA_DIR"]) / "filestore"

    def odoo(self, *words, **options):
        """Run an Odoo command to its end, quietly."""
        options = {"env": self.variables, "cwd": settings.ROOT} | options
        return run(self.python, "-m", "odoo", *words, **options)

    def odoo_in_foreground(self, *words, **options):
        """Run an Odoo command that owns the terminal; return its exit code."""
        options = {"env": self.variables, "cwd": settings.ROOT} | options
        return run_in_foreground([self.python, "-m", "odoo", *words], **options)

    def program(self, name, *words, **options):
        """Run one of PostgreSQL's client programs, or another one, quietly."""
        return run(name, *words, env=self.variables, cwd="/", **options)


def prepare(cluster, addons_path=settings.ROOT, extra_path=(), extra_variables=None):
    """Get everything that is missing and return the environment.

    :param str cluster: "demo" or "test"
    :param addons_path: where the add-on's folder lies
    :param extra_path: folders of programs to put on PATH first
    """
    python_env.check_version()
    postgres.find_own()  # wrong PG* settings are told before the long downloads
    with lock("odoo-source"):
        home = odoo_source.get()
    python = python_env.get("dev.lock", [home])
    wkhtmltopdf_folder = wkhtmltopdf.get()
    server = postgres.get(cluster)
    if not server.is_ours:
        cluster = "own"  # one server, so one folder for its attachments, too
    folders = [*extra_path, python.parent, wkhtmltopdf_folder, server.binaries]
    path = [str(folder) for folder in folders if folder]
    path.append(os.environ.get("PATH", os.defpath))
    variables = os.environ | server.variables | fonts.get()
    variables |= {
        "PATH": os.pathsep.join(path),
        "ODOO_ADDONS_PATH": str(addons_path),
        "ODOO_DATA_DIR": str(settings.CACHE / "odoo-data" / cluster),
        "ODOO_HTTP_INTERFACE": "127.0.0.1",
        "ODOO_MAX_CRON_THREADS": "0",
        "ODOO_RC": os.devnull,  # the user's own ~/.odoorc must not interfere
    }
    variables |= extra_variables or {}
    for name in UNWANTED:
        variables.pop(name, None)
    Path(variables["ODOO_DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    return Environment(home, python, cluster, server, variables)
