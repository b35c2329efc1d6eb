"""All tests of the add-on.

Odoo's own runner finds a test module only as an attribute of this package, so
each one is imported here. Pytest finds the files by itself.
"""

import importlib
import os
import pkgutil

if "PYTEST_VERSION" not in os.environ:
    for _module in pkgutil.walk_packages(__path__, f"{__name__}."):
        _inside = _module.name.removeprefix(f"{__name__}.")
        _is_test = _inside.rpartition(".")[2].startswith("test_")
        if _is_test and not _inside.startswith("tooling."):
            _name = f"test_{_inside.replace('.', '_')}"
            globals()[_name] = importlib.import_module(_module.name)
