from odoo import fields, models
from odoo.tools import SQL

from ..warranty.decision import CATEGORIES


class AfterSalesDailyReport(models.Model):
    """What each technician did on each day: hours by category, jobs and parts."""

    _name = "after.sales.daily.report"
    _description = "Daily Report of Technicians"
    _auto = False
    _rec_name = "technician_id"
    _order = "date desc, technician_id, id"
    _depends = {
        "after.sales.time": [
            "technician_id",
            "order_id",
            "company_id",
            "date_start",
            "category",
            "kind",
            "hours",
        ],
        "after.sales.order": [
            "technician_id",
            "company_id",
            "team_id",
            "state",
            "date_done",
        ],
        "after.sales.order.line": [
            "order_id",
            "kind",
            "category",
            "quantity_done",
        ],
        "hr.employee": ["after_sales_team_id"],
    }

    date = fields.Date(string="Day", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("after.sales.team", readonly=True)
    technician_id = fields.Many2one("hr.employee", readonly=True)
    order_id = fields.Many2one(
        "after.sales.order", string="Service Order", readonly=True
    )
    category = fields.Selection(CATEGORIES, readonly=True)
    hours = fields.Float(readonly=True)
    hours_work = fields.Float(string="Hours of Work", readonly=True)
    hours_travel = fields.Float(string="Hours of Travel", readonly=True)
    hours_wait = fields.Float(string="Hours of Waiting", readonly=True)
    job_count = fields.Integer(string="Jobs Done", readonly=True)
    quantity_parts = fields.Float(
        string="Parts Used", digits="Product Unit", readonly=True
    )

    @property
    def _table_query(self):
        return self._get_report_query()

    def _get_report_query(self):
        """Return one row per time entry, per finished order and per used part.

        SQL, because hours, jobs and parts come from three tables and are summed side
        by side. Days are those of the calendar of the company. Rows are shown by the
        record rules of this model: technicians see their own.
        """
        return SQL(
            """
            SELECT report.id, report.company_id, report.technician_id, report.order_id,
                   report.category, report.hours, report.hours_work,
                   report.hours_travel, report.hours_wait, report.job_count,
                   report.quantity_parts,
                   (report.moment AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(calendar.tz, 'UTC'))::date AS date,
                   COALESCE(job.team_id, employee.after_sales_team_id) AS team_id
              FROM (
                   SELECT id * 3 AS id, company_id, technician_id, order_id,
                          date_start AS moment, category, hours,
                          CASE WHEN kind = 'work' THEN hours ELSE 0 END AS hours_work,
                          CASE WHEN kind = 'travel' THEN hours ELSE 0 END
                              AS hours_travel,
                          CASE WHEN kind = 'wait' THEN hours ELSE 0 END AS hours_wait,
                          0 AS job_count,
                          0.0 AS quantity_parts
                     FROM after_sales_time
                UNION ALL
                   SELECT id * 3 + 1, company_id, technician_id, id,
                          date_done, NULL, 0, 0, 0, 0, 1, 0.0
                     FROM after_sales_order
                    WHERE state IN ('done', 'reviewed') AND technician_id IS NOT NULL
                UNION ALL
                   SELECT line.id * 3 + 2, done.company_id, done.technician_id, done.id,
                          done.date_done, line.category, 0, 0, 0, 0, 0,
                          line.quantity_done
                     FROM after_sales_order_line line
                     JOIN after_sales_order done ON done.id = line.order_id
                    WHERE done.state IN ('done', 'reviewed')
                      AND done.technician_id IS NOT NULL
                      AND line.kind = 'part'
                      AND line.quantity_done != 0
                   ) report
              JOIN res_company company ON company.id = report.company_id
              LEFT JOIN resource_calendar calendar
                     ON calendar.id = company.resource_calendar_id
              JOIN hr_employee employee ON employee.id = report.technician_id
              LEFT JOIN after_sales_order job ON job.id = report.order_id
            """
        )
