from odoo import models

# A file with no more rows is stored in one transaction; the time of a request ends.
ROWS_AT_ONCE = 5000


class BaseImportImport(models.TransientModel):
    """Units are imported all or none, though the screen sends the file in pieces."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        """Import units knowing the whole file, and tell rows as the file counts them.

        :return: as Odoo does; ``nextrow`` is right after wrong rows, too
        """
        if self.res_model != "after.sales.unit":
            return super().execute_import(fields, columns, options, dryrun)
        file = {"dryrun": dryrun, "skip": int(options.get("skip") or 0), "rows": []}
        importer = self.with_context(after_sales_import_file=file)
        result = super(BaseImportImport, importer).execute_import(
            fields, columns, options, dryrun
        )
        if "end" in file:
            end = file["skip"] + file["end"]
            result["nextrow"] = end if end < len(file["rows"]) else 0
        return result | {
            "messages": [
                self._shift_import_message(message, file["skip"])
                for message in result["messages"]
            ]
        }

    # === BUSINESS === #
    def _convert_import_data(self, fields, options):
        file = self.env.context.get("after_sales_import_file")
        if file is None:
            return super()._convert_import_data(fields, options)
        rows, names = super()._convert_import_data(fields, options | {"skip": 0})
        file |= {"rows": rows, "fields": names}
        file["is_whole"] = len(rows) - file["skip"] <= ROWS_AT_ONCE
        if file["is_whole"] and not file["dryrun"]:
            options["limit"] = None
        return rows[file["skip"] :], names

    def _shift_import_message(self, message, skip):
        """Return a message whose row counts from the first row of the file."""
        shifted = dict(message)
        if message.get("rows"):
            shifted["rows"] = {
                side: number + skip for side, number in message["rows"].items()
            }
        if isinstance(message.get("record"), int):
            shifted["record"] = message["record"] + skip
        return shifted
