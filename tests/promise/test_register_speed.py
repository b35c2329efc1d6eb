from lxml import etree

from odoo.tests import tagged
from odoo.tools import SQL

from ..common import AfterSalesCommon

TICKETS = 20_000


@tagged("post_install", "-at_install")
class TestRegisterSpeed(AfterSalesCommon):
    """The first page of the register, sorted by time left, among very many tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # In SQL: what is measured is how they are read, not how they are made.
        cls.env.cr.execute(
            SQL(
                """
                INSERT INTO after_sales_ticket
                       (name, subject, company_id, team_id, partner_id, date_reported,
                        channel, kind, level, urgency, state, date_next_deadline,
                        date_next_half, date_next_warning, date_next_breach,
                        is_clock_paused, create_date, write_date)
                SELECT 'X/' || n, 'Fault ' || n, %(company)s, %(team)s, %(partner)s,
                       moment, 'phone', 'repair', '2', 'general',
                       CASE WHEN n %% 4 = 0 THEN 'assigned' ELSE 'closed' END,
                       CASE WHEN n %% 4 = 0 THEN moment + interval '3 days' END,
                       CASE WHEN n %% 4 = 0 THEN moment + interval '36 hours' END,
                       CASE WHEN n %% 4 = 0 THEN moment + interval '54 hours' END,
                       CASE WHEN n %% 4 = 0 THEN moment + interval '3 days' END,
                       FALSE, moment, moment
                  FROM generate_series(1, %(count)s) AS n,
                       LATERAL (SELECT timestamp '2026-01-01'
                                       + n * interval '20 minutes' AS moment) AS at
                """,
                company=cls.company.id,
                team=cls.team.id,
                partner=cls.customer.id,
                count=TICKETS,
            )
        )
        cls.env.cr.execute("ANALYZE after_sales_ticket")
        cls.env.invalidate_all()
        action = cls.env.ref("after_sales_service.after_sales_ticket_action")
        cls.view = cls.env["after.sales.ticket"].get_view(view_type="list")
        cls.order = etree.fromstring(cls.view["arch"]).get("default_order")
        cls.domain = [("state", "not in", ("solved", "closed", "cancel"))]
        assert "search_default_open" in action.context

    def _explain(self, user, domain):
        query = (
            self.env["after.sales.ticket"]
            .with_user(user)
            ._search(domain, order=self.order, limit=80)
        )
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(line for (line,) in rows)

    def test_the_first_page_is_read_from_an_index(self):
        for user in (self.agent, self.supervisor):
            plan = self._explain(user, self.domain)
            self.assertIn("after_sales_ticket_deadline_idx", plan)
            self.assertNotIn("Sort", plan)
            self.assertNotIn("Seq Scan on after_sales_ticket", plan)

    def test_a_colour_is_read_from_an_index(self):
        for stage in ("red", "orange", "yellow", "green"):
            plan = self._explain(self.agent, [*self.domain, ("stage", "=", stage)])
            self.assertNotIn("Seq Scan on after_sales_ticket", plan)

    def test_the_first_page_costs_at_most_25_queries(self):
        specification = {}
        for node in etree.fromstring(self.view["arch"]).iterfind(".//field"):
            field = self.env["after.sales.ticket"]._fields[node.get("name")]
            specification[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        self.assertIn("clock_chips", specification)
        Ticket = self.env["after.sales.ticket"].with_user(self.agent)
        for _time in range(2):  # the second time as in a server that runs
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            page = Ticket.web_search_read(
                self.domain,
                specification,
                limit=80,
                order=self.order,
                count_limit=10_001,
            )
            queries = self.env.cr.sql_log_count - start
        self.assertEqual(len(page["records"]), 80)
        moments = [row["date_next_deadline"] for row in page["records"]]
        self.assertEqual(moments, sorted(moments))
        self.assertLessEqual(queries, 25)
