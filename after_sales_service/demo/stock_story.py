"""Loaners, a dealer, classes and counts of the demo, beside the story of the cases."""

from datetime import timedelta

from odoo import Command, fields

LOANERS = ("PX2-L01", "PX2-L02")
# Days ago of the hand-over, days of the loan, customer, signer's note.
LOANS = (
    (25, 14, "partner_jiangnan_demo", "Power cable, hose set, manual"),
    (6, 14, "partner_hotel_demo", "Power cable, manual; scratch on the left side"),
)
DEALER_PARTS = {"part_seal_demo": 12, "part_bearing_demo": 8, "part_diaphragm_demo": 6}
# Days before this month, part, pieces, unit, who pays.
DEALER_USES = (
    (40, "part_seal_demo", 3, "PX2-004102", "dealer"),
    (35, "part_bearing_demo", 1, "PX2-004102", "warranty"),
    (12, "part_seal_demo", 2, "PX2-004377", "dealer"),
    (8, "part_diaphragm_demo", 1, "PX2-004377", "dealer"),
)


class StockStory:
    """Part of :class:`.history.History`; its helpers are used here."""

    def schedule_stock(self):
        """Put on the heap what happened to loaners, at the dealer and on counts."""
        self.at(200, 2, self.fill_pool)
        for number, (days, length, partner, note) in enumerate(LOANS):
            self.at(days, 3, self.lend, LOANERS[number], partner, length, note)
        self.at(1, 1, self.remind_loans)
        first = self.today.replace(day=1)
        last = (first - timedelta(days=1)).replace(day=1)
        days = (self.today - first).days
        self.at(days + 60, 2, self.supply_dealer)
        for before, part, quantity, unit, payer in DEALER_USES:
            self.at(days + before, 4, self.report_use, part, quantity, unit, payer)
        self.at((self.today - last).days, 1, self.send_statement, last, True)
        self.at(days, 1, self.send_statement, first, False)
        self.at(days, 2, self.analyse_parts)
        self.at(3, 1, self.count_vans)

    # === LOANERS === #
    def fill_pool(self):
        """Two pumps are laid aside to be lent, by a native count."""
        product = self.ref("product_px2_demo")
        warehouse = self.ref("team_field_demo").warehouse_id
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in LOANERS]
        )
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": product.id,
                    "location_id": warehouse.after_sales_loaners_location_id.id,
                    "lot_id": lot.id,
                    "inventory_quantity": 1,
                }
                for lot in lots
            ]
        ).action_apply_inventory()

    def lend(self, serial, partner, length, note):
        partner = self.ref(partner)
        product = self.ref("product_px2_demo")
        lot = self.env["stock.lot"].search(
            [("name", "=", serial), ("product_id", "=", product.id)]
        )
        today = fields.Date.today()
        loan = self.model("after.sales.loan", "agent").create(
            {
                "partner_id": partner.id,
                "product_id": product.id,
                "lot_id": lot.id,
                "warehouse_id": self.ref("team_field_demo").warehouse_id.id,
                "date_from": today,
                "date_due": today + timedelta(days=length),
            }
        )
        loan.action_reserve()
        loan._hand_over(
            partner.name,
            self.draw_signature(self.rng),
            condition_out="good",
            checklist_out=note,
        )

    def remind_loans(self):
        self.env["after.sales.loan"]._cron_remind()

    # === DEALER === #
    def supply_dealer(self):
        """The dealer gets a place and a first set of parts."""
        dealer = self.model("after.sales.dealer", "clerk").create(
            {
                "partner_id": self.ref("partner_dealer_demo").id,
                "warehouse_id": self.ref("team_field_demo").warehouse_id.id,
            }
        )
        dealer.action_create_place()
        context = dealer.action_supply()["context"]
        places = {
            "location_id": context["default_location_id"],
            "location_dest_id": context["default_location_dest_id"],
        }
        picking = (
            self.model("stock.picking", "clerk")
            .with_context(**context)
            .create(
                {
                    "move_ids": [
                        Command.create(
                            places
                            | {
                                "product_id": self.ref(part).id,
                                "product_uom_qty": quantity,
                            }
                        )
                        for part, quantity in DEALER_PARTS.items()
                    ]
                }
            )
        )
        picking.action_confirm()
        picking.move_ids.picked = True
        picking.button_validate()

    def get_dealer(self):
        return self.model("after.sales.dealer", "clerk").search(
            [("partner_id", "=", self.ref("partner_dealer_demo").id)]
        )

    def report_use(self, part, quantity, unit, payer):
        line = {
            "product_id": self.ref(part).id,
            "quantity": quantity,
            "unit_serial": unit,
            "payer": payer,
        }
        self.model("after.sales.dealer.use", "clerk").create(
            {"dealer_id": self.get_dealer().id, "line_ids": [Command.create(line)]}
        ).action_confirm()

    def send_statement(self, day, is_confirmed):
        """Send the statement of the month before ``day``; older ones are confirmed."""
        last = day - timedelta(days=1)
        statement = self.model("after.sales.dealer.statement", "clerk").create(
            {
                "dealer_id": self.get_dealer().id,
                "date_from": last.replace(day=1),
                "date_to": last,
            }
        )
        statement.action_send()
        if is_confirmed:
            statement.sudo()._answer(self.ref("partner_dealer_demo").name, True)

    # === CLASSES AND COUNTS === #
    def analyse_parts(self):
        self.env["after.sales.stocking.run"]._cron_analyse()

    def count_vans(self):
        """This week's lists are made; the first technician misses one piece."""
        counts = self.env["after.sales.count"]
        counts._cron_create_mini_counts()
        van = self.ref("employee_tech_zhao_demo").after_sales_van_id
        count = counts.search([("location_id", "=", van.id), ("state", "=", "draft")])
        if not count:
            return
        book = count._read_book()
        rows = self.as_user(count, "tech_zhao").line_ids
        for number, line in enumerate(rows):
            found = book.get((line.product_id, line.lot_id), 0.0)
            line.write(
                {
                    "quantity_counted": max(found - (number == 0), 0.0),
                    "is_counted": True,
                }
            )
        rows[:1].reason = "Left on site, to be fetched"
        self.as_user(count, "tech_zhao").action_submit()
