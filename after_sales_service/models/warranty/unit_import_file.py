from collections import defaultdict

from odoo import api, models


class AfterSalesUnit(models.Model):
    """What the rest of the file says about the rows of one piece of an import.

    The screen sends a large file in pieces; a serial number that is twice in the file,
    or a parent in another piece, is found only by looking at all of it. The context
    ``after_sales_import_file`` holds what ``base_import.import`` has read: ``fields``,
    ``rows`` (all of them, as text), ``skip`` (rows before this piece), ``dryrun``, and
    ``is_whole`` (this piece will be stored together with all that follows).
    """

    _inherit = "after.sales.unit"

    # === BUSINESS === #
    @api.model
    def _get_import_skip(self):
        """Return how many rows of the file stand before this piece."""
        return self.env.context.get("after_sales_import_file", {}).get("skip", 0)

    @api.model
    def _get_import_rest(self, rows):
        """Return ``{serial: [row numbers]}`` of the rows outside this piece.

        :param rows: ``[(raw values, info)]`` of this piece; where it ends is noted down
        """
        file = self.env.context.get("after_sales_import_file")
        if not file or not rows:
            return {}
        file["end"] = rows[-1][1]["rows"]["to"] + 1
        return self._get_import_rest_of("name")

    @api.model
    def _get_import_rest_of(self, name):
        """Return ``{text: [row numbers]}`` of one column outside this piece."""
        file = self.env.context.get("after_sales_import_file") or {}
        if "end" not in file or name not in file["fields"]:
            return {}
        column = file["fields"].index(name)
        start, end = file["skip"], file["skip"] + file["end"]
        found = defaultdict(list)
        for number, row in enumerate(file["rows"]):
            if row[column] and not start <= number < end:
                found[row[column]].append(number)
        return found

    @api.model
    def _get_import_twin(self, key, info, rest, savepoint):
        """Return the number of the row outside this piece that is the same unit.

        :param key: company, product and serial of a row of this piece
        :return: the number, counted from 0; None if there is none
        """
        file = self.env.context.get("after_sales_import_file")
        own = file["skip"] + info["rows"]["from"]
        for number in rest.get(key[2], ()):
            row = file["rows"][number]
            is_alike = all(
                row[column] == file["rows"][own][column]
                for column, name in enumerate(file["fields"])
                if name.split("/")[0] in ("company_id", "has_serial")
            )
            if is_alike and self._get_import_row_product(row, savepoint) == key[1]:
                return number
        return None

    @api.model
    def _get_import_row_product(self, row, savepoint):
        file = self.env.context.get("after_sales_import_file")
        for name, text in zip(file["fields"], row, strict=True):
            field, _slash, subfield = name.partition("/")
            if field == "product_id" and text:
                vals = {"product_id": [{subfield or None: text}]}
                return self._get_import_product(vals, savepoint)
        return None

    @api.model
    def _get_import_rest_parent(self, text, info, rest):
        """Return what a parent outside this piece means for the row that names it.

        :param dict rest: the rows outside this piece, by what names the parent
        :return: None if the parent is to be found as any other; an empty text if it
            will be there once this row is stored; else a sentence on what to do
        """
        numbers = rest.get(text)
        if not text or not numbers:
            return None
        file = self.env.context["after_sales_import_file"]
        if len(numbers) > 1:
            return self._get_import_doubt(text)
        is_later = numbers[0] > file["skip"] + info["rows"]["from"]
        if is_later and not file["is_whole"]:
            return self.env._(
                "This unit is part of %(parent)s, which comes later, in data row "
                "%(row)s. In a file of this size the unit that contains others must "
                "stand above them.",
                parent=text,
                row=numbers[0] + 1,
            )
        return "" if file["dryrun"] else None
