"""Start Odoo so that every test runs at the end, when all modules are loaded.

Natively most tests of a module run while the modules that extend it are not loaded
yet, so Odoo's tests would hardly ever meet our add-on. Run by :mod:`.odoo_suites` with
Odoo's Python; takes Odoo's own words.
"""

from odoo.cli.command import main
from odoo.tests import loader

make_suite_natively = loader.make_suite


def make_suite(module_names, position="at_install"):
    """Return all tests at the end, none before."""
    if position == "at_install":
        return make_suite_natively([], position)
    return make_suite_natively(module_names, "at_install,post_install")


loader.make_suite = make_suite
main()
