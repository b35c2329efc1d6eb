import io

import xlsxwriter

from odoo import http
from odoo.http import content_disposition, request


class AfterSalesEvaluationController(http.Controller):
    """Evaluations as a spreadsheet, for payroll and meetings."""

    @http.route(
        "/after_sales/evaluations.xlsx", type="http", auth="user", readonly=True
    )
    def export(self, ids="", **_kwargs):
        chosen = [int(part) for part in ids.split(",") if part.isdecimal()]
        # Technicians get their own confirmed ones, as the record rules say.
        evaluations = request.env["after.sales.evaluation"].search(
            [("id", "in", chosen)]
        )
        content = self._make_workbook(evaluations)
        return request.make_response(
            content,
            headers=[
                (
                    "Content-Type",
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                ),
                (
                    "Content-Disposition",
                    content_disposition(request.env._("Evaluations") + ".xlsx"),
                ),
            ],
        )

    def _make_workbook(self, evaluations):
        """Return the file's bytes: one row for each mark, one for each total.

        Texts are written as texts: a name that begins like a formula stays a name.
        """
        env = request.env
        output = io.BytesIO()
        workbook = xlsxwriter.Workbook(output, {"in_memory": True})
        bold = workbook.add_format({"bold": True})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet(env._("Evaluations")[:31])
        heads = [
            env._("Technician"),
            env._("From"),
            env._("To"),
            env._("Criterion"),
            env._("Weight (%)"),
            env._("Counts (%)"),
            env._("Measured"),
            env._("Cases"),
            env._("Marks (0–100)"),
        ]
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        row = 1
        for evaluation in evaluations:
            for line in evaluation.line_ids:
                self._write_head(sheet, row, evaluation, day)
                sheet.write_string(row, 3, line.name)
                sheet.write_number(row, 4, line.weight)
                sheet.write_number(row, 5, line.weight_counted)
                sheet.write_number(row, 6, line.value)
                sheet.write_number(row, 7, line.sample_count)
                if line.is_measured:
                    sheet.write_number(row, 8, line.score)
                row += 1
            self._write_head(sheet, row, evaluation, day)
            grade = (evaluation.grade or "").upper()
            sheet.write_string(row, 3, f"{env._('Score')} {grade}".strip(), bold)
            if evaluation.is_scored:
                sheet.write_number(row, 8, evaluation.score, bold)
            row += 1
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 12)
        sheet.set_column(3, 3, 30)
        sheet.freeze_panes(1, 0)
        workbook.close()
        return output.getvalue()

    def _write_head(self, sheet, row, evaluation, day):
        sheet.write_string(row, 0, evaluation.technician_id.display_name)
        sheet.write_datetime(row, 1, evaluation.date_from, day)
        sheet.write_datetime(row, 2, evaluation.date_to, day)
