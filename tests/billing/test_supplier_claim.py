import base64
import io
import zipfile
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import freeze_time, tagged

from .recovery_common import RecoveryCommon


class ClaimCommon(RecoveryCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._receive_at("2025-01-10", cls.motor, "M-1")
        cls.motor.after_sales_old_part_duty = "always"
        with freeze_time("2026-02-20 09:00:00"):
            cls.order = cls._complete_motor_job("M-1", (cls.travel, 1, 100))
        cls.part, cls.way = cls.order.supplier_claim_line_ids.sorted("id")

    def _make(self, user=None):
        claims = self.env["after.sales.supplier.claim"].with_user(user or self.clerk)
        claims.action_make_claims()
        return self.part.claim_id.with_user(user or self.clerk)

    def _answer(self, claim, part="accepted", way="accepted"):
        claim.action_mark_sent()
        for line, answer in ((self.part, part), (self.way, way)):
            line.with_user(self.clerk).write(
                {
                    "answer": answer,
                    "refuse_reason": "Wrong voltage" if answer == "refused" else False,
                }
            )
        claim.action_answer()


@tagged("post_install", "-at_install")
class TestSupplierClaim(ClaimCommon):
    """A month's claims: made once, sent with proofs, answered line by line."""

    def test_one_claim_for_each_supplier_and_month(self):
        with freeze_time("2026-01-20 09:00:00"):
            january = self._complete_motor_job("M-1")
        march = self._complete_motor_job("M-1")
        claim = self._make()
        self.assertRecordValues(
            claim,
            [
                {
                    "supplier_id": self.supplier.id,
                    "amount_claimed": 780,
                    "state": "draft",
                    "user_id": self.clerk.id,
                }
            ],
        )
        self.assertEqual(f"{claim.month}", "2026-02-01")
        self.assertRegex(claim.name, r"CL/2026/\d+")
        self.assertEqual(claim.line_ids, self.part | self.way)
        other = january.supplier_claim_line_ids.claim_id
        self.assertEqual(f"{other.month}", "2026-01-01")
        self.assertFalse(march.supplier_claim_line_ids.claim_id)

    def test_making_claims_twice_changes_nothing(self):
        claim = self._make()
        with self.assertRaisesRegex(UserError, "Nothing of the months"):
            self._make()
        self.env["after.sales.supplier.claim"]._cron_claim()
        self.assertEqual(self.env["after.sales.supplier.claim"].search([]), claim)
        self.assertEqual(claim.line_ids, self.part | self.way)

    def test_what_becomes_ready_later_goes_on_the_same_draft(self):
        claim = self._make()
        with freeze_time("2026-02-25 09:00:00"):
            late = self._complete_motor_job("M-1")
        self._make()
        self.assertEqual(late.supplier_claim_line_ids.claim_id, claim)
        claim.action_mark_sent()
        with freeze_time("2026-02-26 09:00:00"):
            later = self._complete_motor_job("M-1")
        self._make()
        self.assertNotEqual(later.supplier_claim_line_ids.claim_id, claim)

    def test_lines_are_chosen_by_hand(self):
        march = self._complete_motor_job("M-1").supplier_claim_line_ids
        march.with_user(self.clerk).action_batch()
        self.assertEqual(f"{march.claim_id.month}", "2026-03-01")
        with self.assertRaisesRegex(UserError, "None of these lines is ready"):
            march.with_user(self.clerk).action_batch()

    def test_two_at_once_make_one_claim(self):
        line = self.env.registry["after.sales.supplier.claim.line"]
        with (
            patch.object(line, "lock_for_update", side_effect=LockError("busy")),
            self.assertRaisesRegex(UserError, "Somebody else is making supplier"),
        ):
            self._make()

    def test_a_wanted_part_is_claimed_when_it_is_on_its_way(self):
        self.agreement.is_return_needed = True
        self.assertFalse(self.part.is_ready)
        self.assertFalse(self.way.is_ready)
        with self.assertRaisesRegex(UserError, "Nothing of the months"):
            self._make()
        old_part = self.order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.write({"finding": "fault", "disposition": "supplier"})
        old_part.supplier_id = self.supplier
        old_part.action_analyse()
        old_part.disposition = "supplier"
        old_part.action_dispose()
        self.assertEqual(self._make().amount_claimed, 780)

    def test_a_wanted_part_that_was_scrapped_is_not_recoverable(self):
        self.agreement.is_return_needed = True
        old_part = self.order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.finding = "fault"
        old_part.action_analyse()
        old_part.action_dispose()
        self.assertEqual(self.part.reason, "part_gone")
        self.assertEqual(self.way.reason, "no_part")

    def test_a_part_without_fault_leaves_the_claim(self):
        claim = self._make()
        old_part = self.order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.finding = "no_fault"
        old_part.action_analyse()
        self.assertEqual(self.part.reason, "no_fault")
        self.assertFalse(claim.line_ids)
        with self.assertRaisesRegex(UserError, "has no lines"):
            claim.action_send()

    def test_what_comes_too_late_is_not_claimed(self):
        self.agreement.claim_days = 10
        with self.assertRaisesRegex(UserError, "Nothing of the months"):
            self._make()
        self.assertEqual(self.part.reason, "too_late")
        self.assertIn("ended on 03/02/2026", self.part.reason_text)

    # === SENDING === #
    def test_the_mail_carries_the_evidence_and_marks_as_sent(self):
        self.order.photo_ids = [
            Command.create(
                {
                    "name": "burnt.png",
                    "raw": base64.b64decode(
                        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                        "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
                    ),
                }
            )
        ]
        claim = self._make()
        action = claim.action_send()
        self.assertEqual(claim.state, "draft")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(composer.partner_ids.mapped("name"), ["Motor works"])
        self.assertIn("780.00", composer.body)
        composer._action_send_mail()
        self.assertEqual(claim.state, "sent")
        self.assertEqual(f"{claim.date_sent}", "2026-03-09")
        self.assertEqual(f"{claim.date_due}", "2026-04-08")
        attachment = claim.message_ids.attachment_ids
        self.assertEqual(attachment.name, claim.name.replace("/", "-") + ".zip")
        with zipfile.ZipFile(io.BytesIO(attachment.raw)) as pack:
            names = pack.namelist()
        folder = self.order.name.replace("/", "-")
        self.assertEqual(names, ["claim.pdf", "vouchers.pdf", f"photos/{folder}-1.png"])

    def test_the_print_names_serial_analysis_and_return(self):
        old_part = self.order.old_part_ids.with_user(self.clerk)
        old_part.action_receive()
        old_part.write({"finding": "fault", "finding_note": "Winding burnt"})
        old_part.supplier_id = self.supplier
        old_part.action_analyse()
        old_part.disposition = "supplier"
        old_part.action_dispose()
        claim = self._make()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            .sudo()
            ._render_qweb_html("after_sales_service.report_supplier_claim", claim.ids)[
                0
            ]
            .decode()
        )
        slip = self.part._get_return_pickings()
        for text in (claim.name, "M-1", "Winding burnt", slip.name, "700.00", "780.00"):
            self.assertIn(text, html)
        self.assertIn("returned-parts.pdf", claim._get_evidence())

    def test_a_sent_claim_stays_as_it_was_sent(self):
        claim = self._make()
        claim.action_mark_sent()
        self.order._reopen("Not tight")
        self.assertEqual(claim.line_ids, self.part | self.way)
        self.assertEqual(self.part.amount, 700)
        with self.assertRaisesRegex(UserError, "was sent is kept"):
            claim.with_user(self.manager).unlink()

    # === ANSWERS === #
    def test_every_line_needs_an_answer_that_is_complete(self):
        claim = self._make()
        claim.action_mark_sent()
        with self.assertRaisesRegex(UserError, "what the supplier answered about"):
            claim.action_answer()
        lines = claim.line_ids
        lines.answer = "refused"
        with self.assertRaisesRegex(UserError, "why the supplier does not pay"):
            claim.action_answer()
        lines.refuse_reason = "Wrong voltage"
        self.part.with_user(self.clerk).answer = "partly"
        with self.assertRaisesRegex(UserError, "lies between zero and .*700.00"):
            claim.action_answer()
        self.part.with_user(self.clerk).amount_accepted = 500
        claim.action_answer()
        self.assertEqual((claim.state, claim.amount_accepted), ("answered", 500))

    def test_a_claim_that_is_refused_is_closed(self):
        claim = self._make()
        self._answer(claim, "refused", "refused")
        self.assertEqual((claim.state, claim.amount_accepted), ("closed", 0))

    def test_what_is_open_is_given_up_with_a_reason(self):
        claim = self._make()
        self._answer(claim)
        with self.assertRaisesRegex(UserError, "Why Closed"):
            claim.action_close()
        claim.close_reason = "Supplier is bankrupt"
        claim.action_close()
        self.assertEqual(claim.state, "closed")

    def test_cancelled_claim_frees_its_lines(self):
        claim = self._make()
        claim.action_cancel()
        self.assertFalse(self.part.claim_id)
        self.assertNotEqual(self._make(), claim)

    def test_late_answers_are_reminded_once(self):
        claim = self._make()
        claim.action_mark_sent()
        claims = self.env["after.sales.supplier.claim"]
        with freeze_time("2026-04-09 09:00:00"):
            self.assertEqual(claims.search([("is_late", "=", True)]).ids, claim.ids)
            claims._cron_claim()
            claims._cron_claim()
            self.assertEqual(len(claim.activity_ids), 1)
            self.assertEqual(claim.activity_ids.user_id, self.clerk)
            self._answer_again(claim)
        self.assertFalse(claim.activity_ids)

    def _answer_again(self, claim):
        claim.line_ids.answer = "accepted"
        claim.action_answer()

    # === RIGHTS === #
    def test_who_may_not(self):
        claim = self._make()
        for user in (self.technician, self.agent, self.stranger):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                claim.with_user(user).read(["amount_claimed"])
        for call in ("action_mark_sent", "action_cancel", "action_download_evidence"):
            with self.subTest(call=call), self.assertRaises(AccessError):
                getattr(claim.with_user(self.supervisor), call)()
        with self.assertRaises(AccessError):
            self.part.with_user(self.supervisor).action_batch()
        with self.assertRaisesRegex(UserError, "state cannot be written by hand"):
            claim.state = "settled"
        with self.assertRaisesRegex(UserError, "follows from the completed order"):
            claim.supplier_id = self.customer
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.clerk.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(
            self.env["after.sales.supplier.claim"].with_user(self.clerk).search([])
        )
        with self.assertRaises(AccessError):
            self.part.with_user(self.clerk).action_batch()

    def test_ageing_and_rate(self):
        claim = self._make()
        report = self.env["after.sales.supplier.recovery"].with_user(self.accountant)
        self.env.flush_all()
        self.assertEqual(
            report._read_group([], ["age"], ["amount:sum"]), [("not_sent", 780)]
        )
        claim.action_mark_sent()
        self.env.flush_all()
        with freeze_time("2026-04-20 09:00:00"):
            self.assertEqual(
                report._read_group([], ["age"], ["amount_open:sum"]), [("60", 780)]
            )
        self.part.with_user(self.clerk).write(
            {"answer": "refused", "refuse_reason": "Wrong voltage"}
        )
        self.way.with_user(self.clerk).answer = "accepted"
        claim.action_answer()
        told = claim.with_user(self.clerk).action_create_credit_note()
        self.assertIn(claim.name, told["params"]["message"])
        claim.sudo().move_ids.action_post()
        self.env.flush_all()
        rate = report._read_group([], ["supplier_id"], ["rate:avg"])[0][1]
        self.assertAlmostEqual(rate, 80 * 100 / 780)
