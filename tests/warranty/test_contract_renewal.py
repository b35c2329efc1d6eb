from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.base.models.ir_cron import IrCron

from .test_contract import ContractCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestNotice(ContractCommon):
    def _run(self, day):
        with (
            freeze_time(f"{day} 03:00:00"),
            patch.object(IrCron, "_commit_progress", return_value=60.0),
        ):
            self.env["after.sales.contract"]._cron_send_notices()

    def _mails(self, contract):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "after.sales.contract"),
                ("res_id", "=", contract.id),
                # Not the one that tells the salesperson of the task.
                ("recipient_ids", "in", self.customer.ids),
            ]
        )

    def _activate(self, **vals):
        contract = self._create_contract(**vals)
        contract.action_activate()
        return contract

    def test_thirty_days_before_once(self):
        contract = self._activate()
        self._run("2026-11-30")
        self.assertFalse(contract.date_notice)
        self._run("2026-12-01")
        self.assertEqual(f"{contract.date_notice}", "2026-12-01")
        mail = self._mails(contract)
        self.assertEqual(len(mail), 1)
        self.assertIn(contract.name, mail.subject)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(len(mail.attachment_ids), 1)
        activity = contract.activity_ids
        self.assertEqual(activity.user_id, self.supervisor)
        self.assertIn("win the renewal", activity.summary)
        self._run("2026-12-02")
        self.assertEqual(len(self._mails(contract)), 1)
        self.assertEqual(len(contract.activity_ids), 1)

    def test_the_days_are_those_of_the_company_or_the_contract(self):
        self.company.after_sales_contract_notice_days = 60
        contract = self._activate()
        self.assertEqual(contract.notice_days, 60)
        contract.notice_days = 10
        self._run("2026-12-20")
        self.assertFalse(contract.date_notice)
        self._run("2026-12-21")
        self.assertTrue(contract.date_notice)

    def test_without_an_address_the_salesperson_gets_it(self):
        self.customer.email = False
        contract = self._activate()
        self._run("2026-12-10")
        self.assertFalse(self._mails(contract))
        self.assertIn("print and post", contract.activity_ids.note)
        with self.assertRaisesRegex(UserError, "has no e-mail address"):
            contract.action_send_notice()

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        contract = self._activate()
        template = self.env.ref(
            "after_sales_service.mail_template_after_sales_contract_notice"
        )
        template.with_context(lang="fr_FR").subject = "Fin du contrat"
        self._run("2026-12-10")
        self.assertEqual(self._mails(contract).subject, "Fin du contrat")

    def test_the_letters_name_the_units(self):
        contract = self._activate(
            quota_visits=4,
            term_ids=[Command.create({"component_class": "drive", "share_part": 50})],
            sla_policy_ids=[
                Command.create(
                    {"name": "On site", "promise": "arrival", "hours_promised": 4}
                )
            ],
        )
        for name in ("notice", "contract"):
            html = self.env["ir.actions.report"]._render_qweb_html(
                f"after_sales_service.after_sales_contract_report_{name}", contract.ids
            )[0]
            with self.subTest(report=name):
                self.assertIn(b"PX2-004711", html)
                self.assertIn(contract.name.encode(), html)
        self.assertIn(b"4 visits", html)


@tagged("post_install", "-at_install")
@freeze_time("2026-01-01 10:00:00")
class TestRenewal(ContractCommon):
    def _renew(self, contract, **vals):
        action = contract.action_renew()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        result = wizard.with_user(self.supervisor).create(vals).action_apply()
        return self.env["after.sales.contract"].browse(result["res_id"])

    def test_one_button_keeps_units_terms_and_history(self):
        contract = self._create_contract(
            self.unit,
            self.other_unit,
            quota_visits=4,
            term_ids=[Command.create({"component_class": "drive", "share_part": 50})],
            sla_policy_ids=[
                Command.create(
                    {"name": "On site", "promise": "arrival", "hours_promised": 4}
                )
            ],
        )
        contract.action_activate()
        with freeze_time("2026-06-01 10:00:00"):
            self._amend(
                contract,
                date="2026-06-01",
                reason="Sold",
                remove_unit_ids=[Command.set(self.unit.ids)],
            )
        with freeze_time("2026-12-05 10:00:00"):
            renewal = self._renew(contract, is_activated=True)
            self.assertEqual(contract.state, "active")
        self.assertEqual(
            (f"{renewal.date_start}", f"{renewal.date_end}", renewal.state),
            ("2027-01-01", "2027-12-31", "active"),
        )
        self.assertEqual(renewal.line_ids.unit_id, self.other_unit)
        self.assertEqual(renewal.renewed_from_id, contract)
        self.assertEqual(contract.renewal_id, renewal)
        self.assertEqual(renewal.quota_visits_left, 4)
        self.assertEqual(renewal.term_ids.share_part, 50)
        self.assertEqual(renewal.sla_policy_ids.hours_promised, 4)
        self.assertEqual(
            self._covers(renewal),
            [
                ("PX2-004712", "", "2027-01-01", "2027-12-31"),
                ("PX2-004712", "drive", "2027-01-01", "2027-12-31"),
            ],
        )
        with self.assertRaisesRegex(UserError, f"{renewal.name} renews it already"):
            contract._renew()
        with freeze_time("2027-01-01 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
        self.assertEqual(contract.state, "renewed")

    def test_a_draft_to_talk_about(self):
        contract = self._create_contract()
        contract.action_activate()
        renewal = self._renew(contract, percent=3, date_end="2028-12-31")
        self.assertEqual(renewal.state, "draft")
        self.assertEqual(f"{renewal.date_end}", "2028-12-31")

    def test_late_renewal_of_an_expired_contract(self):
        contract = self._create_contract()
        contract.action_activate()
        with freeze_time("2027-02-01 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
            self.assertEqual(contract.state, "expired")
            renewal = contract._renew(activate=True)
        self.assertEqual(contract.state, "renewed")
        self.assertEqual(f"{renewal.date_start}", "2027-01-01")

    def test_what_renews_by_itself(self):
        contract = self._create_contract(is_auto_renewed=True, renewal_percent=5)
        contract.action_activate()
        with freeze_time("2026-12-30 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
        self.assertFalse(contract.renewal_id)
        with freeze_time("2026-12-31 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
            self.env["after.sales.contract"]._cron_expire()
        self.assertEqual(len(contract.renewal_ids), 1)
        self.assertEqual(contract.renewal_id.state, "active")
        self.assertEqual(contract.state, "active")
        with freeze_time("2027-01-01 10:00:00"):
            self.env["after.sales.contract"]._cron_expire()
        self.assertEqual(contract.state, "renewed")

    def test_odd_periods_are_as_long_in_days(self):
        contract = self._create_contract(date_end="2026-03-10")
        self.assertEqual(f"{contract._get_next_end()}", "2026-05-18")

    def test_a_terminated_contract_is_not_renewed(self):
        contract = self._create_contract()
        contract.action_activate()
        contract._terminate("Closed")
        with self.assertRaisesRegex(UserError, "not in force"):
            contract._renew()
