from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestImportTour(TourCommon):
    """A large file of units, as somebody imports it who never presses “Test”."""

    browser_size = "1280x900"

    def test_all_rows_or_none(self):
        calls = self._watch_imports()
        self.start_tour(
            "/odoo/action-after_sales_service.after_sales_unit_action/import",
            "after_sales_import_all_or_none",
            login=self.supervisor.login,
        )
        units = self.env["after.sales.unit"].search([("name", "=like", "TOUR-%")])
        self.assertEqual(len(units), 150)
        # Four pieces tested, nothing stored; four tested and all stored at once.
        self.assertEqual(calls, [True] * 4 + [True] * 4 + [False])

    def _watch_imports(self):
        calls = []
        screen = type(self.env["base_import.import"])
        original = screen.execute_import

        def execute_import(screen, fields, columns, options, dryrun=False):
            calls.append(dryrun)
            return original(screen, fields, columns, options, dryrun=dryrun)

        self.patch(screen, "execute_import", execute_import)
        return calls
