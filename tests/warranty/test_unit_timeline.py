from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .test_cover_decision import CoverCommon

TODAY = "2026-03-06 10:00:00"


@tagged("post_install", "-at_install")
class TestTimeline(CoverCommon):
    def _row(self, label):
        rows = {row["label"]: row for row in self.unit.cover_timeline["rows"]}
        return rows[label]

    def _cover(self, **vals):
        return self.env["after.sales.cover"].create(
            {
                "company_id": self.company.id,
                "unit_id": self.unit.id,
                "kind": "extension",
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
            | vals
        )

    @freeze_time(TODAY)
    def test_a_replaced_part_begins_a_new_segment(self):
        self.unit._replace_component(
            self.motor_position, date=date(2026, 2, 1), origin="SV/1"
        )
        old, new = self._row("Motor")["segments"]
        self.assertEqual((old["state"], old["kind"]), ("ended", "product"))
        self.assertEqual((new["state"], new["kind"]), ("running", "replaced_part"))
        self.assertAlmostEqual(old["left"] + old["width"], new["left"], delta=0.02)
        self.assertEqual((old["lane"], new["lane"]), (0, 0))
        self.assertIn("From: SV/1.", new["details"])

    @freeze_time(TODAY)
    def test_covers_at_the_same_time_lie_in_lanes(self):
        self._cover(component_id=self.motor_position.id, kind="repair")
        row = self._row("Motor")
        self.assertEqual(row["lanes"], 2)
        self.assertEqual([bar["lane"] for bar in row["segments"]], [0, 1])

    @freeze_time(TODAY)
    def test_a_cover_without_end_keeps_its_lane(self):
        self._cover(component_id=self.motor_position.id, date_end=False)
        self._cover(
            component_id=self.motor_position.id,
            date_start="2027-06-01",
            date_end="2028-01-01",
        )
        self.assertEqual(
            [bar["lane"] for bar in self._row("Motor")["segments"]], [0, 1, 0]
        )

    @freeze_time(TODAY)
    def test_each_state_has_words_on_its_bar_and_in_the_legend(self):
        self.env["res.lang"]._lang_get("en_US").sudo().date_format = "%Y-%m-%d"
        self._cover(date_start="2027-01-10", date_end="2028-01-09")
        self._cover(kind="goodwill", is_void=True)
        later, void = sorted(
            self._row("Whole unit")["segments"], key=lambda bar: bar["state"]
        )
        self.assertEqual(later["text"], "from 2027-01-10 · Extension")
        self.assertEqual(void["text"], "void · Goodwill")
        self.assertEqual(self._row("Frame")["segments"][0]["text"], "ended 2026-01-09")
        self.assertEqual(self._row("Motor")["segments"][0]["text"], "until 2027-01-09")
        self.assertEqual(
            [entry["state"] for entry in self.unit.cover_timeline["legend"]],
            ["running", "later", "ended", "void"],
        )

    @freeze_time(TODAY)
    def test_a_contract_has_a_row_of_its_own(self):
        contract = self.env["after.sales.contract"].create(
            {
                "partner_id": self.customer.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
                "line_ids": [Command.create({"unit_id": self.unit.id})],
            }
        )
        contract.action_activate()
        rows = self.unit.cover_timeline["rows"]
        self.assertEqual(rows[-1]["label"], contract.name)
        self.assertEqual(rows[-1]["segments"][0]["kind"], "contract")

    @freeze_time(TODAY)
    def test_two_positions_of_one_name_stay_two_rows(self):
        twin = self.motor_position.copy()
        self._cover(component_id=twin.id)
        labels = [row["label"] for row in self.unit.cover_timeline["rows"]]
        self.assertEqual(labels.count("Motor"), 2)

    @freeze_time(TODAY)
    def test_of_thirty_components_equal_rows_are_one(self):
        positions = self.env["after.sales.component"].create(
            [
                {
                    "name": f"Drive {n:02d}",
                    "sequence": 50,
                    "product_tmpl_id": self.pump.product_tmpl_id.id,
                }
                for n in range(30)
            ]
        )
        for position in positions:
            self._cover(component_id=position.id)
        self._cover(component_id=positions[3].id, kind="goodwill")
        rows = self.unit.cover_timeline["rows"]
        self.assertEqual(
            [row["label"] for row in rows],
            ["Frame", "Motor", "Shaft seal", "Drive 00 and 28 others", "Drive 03"],
        )
        self.assertEqual(len(rows[3]["rows"]), 29)
        self.assertTrue(
            rows[3]["segments"][0]["title"].startswith("Drive 00 and 28 others: ")
        )
        self.assertTrue(
            rows[3]["rows"][1]["segments"][0]["title"].startswith("Drive 01: ")
        )

    @freeze_time(TODAY)
    def test_years_have_ticks_with_room_for_their_labels(self):
        ticks = self.unit.cover_timeline["ticks"]
        self.assertEqual([tick["label"] for tick in ticks], ["2025", "2026"])
        self._cover(date_start="2026-01-01", date_end="2065-12-31")
        ticks = self.unit.cover_timeline["ticks"]
        self.assertLessEqual(len(ticks), 9)
        self.assertLess(max(tick["left"] for tick in ticks), 95)

    @freeze_time(TODAY)
    def test_a_unit_without_covers_has_an_empty_picture(self):
        bare = self._create_unit(self.motor, name="M-1")
        self.assertEqual(bare.cover_timeline["rows"], [])

    @freeze_time(TODAY)
    def test_paper_shows_the_same_bars_with_their_sentences(self):
        html = self.env["ir.qweb"]._render(
            "after_sales_service.report_cover_timeline", {"unit": self.unit}
        )
        for row in self.unit.cover_timeline["rows"]:
            self.assertIn(row["label"], html)
            for bar in row["segments"]:
                self.assertIn(f'width="{bar["width"]}%"', html)
                self.assertIn(bar["title"], html)
        self.assertIn("Wearing part, not covered", html)


@tagged("post_install", "-at_install")
class TestHistory(CoverCommon):
    """What was reported about a unit and done on it, on the unit's form."""

    def _list_of_orders(self, user):
        arch = self.env["after.sales.unit"].with_user(user).get_view(view_type="form")
        return arch["arch"].split('name="order_ids"')[1]

    def test_tickets_and_orders_of_the_unit(self):
        ticket = self._create_ticket(unit_id=self.unit.id)
        other = self._create_ticket(
            unit_id=self._create_unit(self.pump, name="PX2-2").id
        )
        order = self._create_order(unit_id=self.unit.id, ticket_id=ticket.id)
        unit = self.unit.with_user(self.agent)
        self.assertEqual(unit.ticket_count, 1)
        self.assertEqual(unit.order_ids, order)
        found = self.env["after.sales.ticket"].search(
            unit.action_view_tickets()["domain"]
        )
        self.assertEqual(found, ticket)
        self.assertNotIn(other, found)

    def test_a_new_ticket_has_unit_and_customer_filled_in(self):
        context = self.unit.with_user(self.agent).action_create_ticket()["context"]
        ticket = (
            self.env["after.sales.ticket"]
            .with_user(self.agent)
            .with_context(**context)
            .create({"subject": "Leaks"})
        )
        self.assertEqual(ticket.unit_id, self.unit)
        self.assertEqual(ticket.partner_id, self.customer)

    def test_costs_are_shown_to_those_they_concern(self):
        self.assertIn("cost_total", self._list_of_orders(self.supervisor))
        self.assertNotIn("cost_total", self._list_of_orders(self.technician))
        self.assertNotIn("cost_total", self._list_of_orders(self.agent))
