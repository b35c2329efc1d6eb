"""Odoo's own runner imports every test module from here; pytest finds them itself."""

import importlib
from pathlib import Path

_HERE = Path(__file__).parent
for _path in sorted(_HERE.rglob("test_*.py")):
    importlib.import_module(
        "." + ".".join(_path.relative_to(_HERE).with_suffix("").parts), __name__
    )
