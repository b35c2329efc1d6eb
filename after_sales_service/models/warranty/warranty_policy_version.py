from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .warranty_policy import TERM_FIELDS


class AfterSalesWarrantyPolicy(models.Model):
    """Versions: terms that units were sold with are never written over.

    Draft → in force → replaced. As long as no unit was sold with it, a policy goes
    back to draft or is corrected in place; after that, a new version takes its place
    from a day on, and units delivered before keep the old one.
    """

    _inherit = "after.sales.warranty.policy"

    version = fields.Integer(default=1, readonly=True, copy=False)
    previous_id = fields.Many2one(
        "after.sales.warranty.policy",
        string="Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    next_ids = fields.One2many(
        "after.sales.warranty.policy", "previous_id", string="Replaced by"
    )
    # What “Valid until” was before a new version came: needed to take that back.
    date_to_planned = fields.Date(string="Valid until, as Planned", copy=False)
    is_sold_under = fields.Boolean(
        string="Units Sold with It", compute="_compute_is_sold_under"
    )
    unit_count = fields.Integer(string="Units", compute="_compute_unit_count")
    version_count = fields.Integer(string="Versions", compute="_compute_version_count")

    # === COMPUTES === #
    def _compute_is_sold_under(self):
        sold = self._filter_sold_under()
        for policy in self:
            policy.is_sold_under = policy in sold

    def _compute_unit_count(self):
        counts = {}
        if self.env["after.sales.cover"].has_access("read"):
            groups = self.env["after.sales.cover"]._read_group(
                [("policy_line_id.policy_id", "in", self.ids)],
                ["policy_line_id"],
                ["unit_id:recordset"],
            )
            for line, units in groups:
                policy = line.policy_id
                counts[policy] = counts.get(policy, units) | units
        for policy in self:
            policy.unit_count = len(counts.get(policy, ()))

    def _compute_version_count(self):
        for policy in self:
            policy.version_count = len(policy._get_versions())

    # === ACTIONS === #
    def action_new_version(self):
        """Make a draft that takes the place of this policy, and open it."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "in_force":
            raise UserError(
                self.env._(
                    "Only a policy in force gets a new version. Open the one that "
                    "holds now."
                )
            )
        draft = self.next_ids[:1] or self._create_version()
        return draft._get_records_action()

    def _create_version(self):
        """Return the next version, a draft with the same terms."""
        self.ensure_one()
        return self.copy({"previous_id": self.id, "version": self.version + 1})

    def action_put_in_force(self):
        """Let drafts hold; what they replace ends the day before."""
        self.check_access("write")
        for policy in self:
            if not policy.line_ids:
                raise UserError(
                    self.env._(
                        "Policy “%(name)s” promises nothing yet. Add a line to its "
                        "terms.",
                        name=policy.name,
                    )
                )
            before = policy.previous_id._describe_all()
            if policy.previous_id:
                policy._replace_previous()
            else:
                policy.with_context(after_sales_quiet=True)._move_to("in_force")
            policy._tell_staff(
                {(policy.id, lang): text for (_previous, lang), text in before.items()}
            )

    def _replace_previous(self):
        previous = self.previous_id.with_context(after_sales_quiet=True)
        start = self.date_from or fields.Date.context_today(self)
        if previous.date_from and start <= previous.date_from:
            raise UserError(
                self.env._(
                    "Policy “%(name)s” already holds for deliveries from %(date)s. Let "
                    "the new version start later: correct “Valid for Deliveries from”.",
                    name=self.name,
                    date=format_date(self.env, previous.date_from),
                )
            )
        previous._move_to(
            "replaced",
            date_to=start - timedelta(days=1),
            date_to_planned=previous.date_to,
        )
        self.with_context(after_sales_quiet=True)._move_to("in_force", date_from=start)

    def action_back_to_draft(self):
        """Take a policy back that no unit was sold with; its forerunner holds again."""
        self.check_access("write")
        self._check_not_sold_under()
        for policy in self:
            policy._move_to("draft")
            previous = policy.previous_id.with_context(after_sales_quiet=True)
            if previous:
                previous._move_to(
                    "in_force",
                    date_to=previous.date_to_planned,
                    date_to_planned=False,
                )
            policy._tell_withdrawn()

    def action_view_versions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_warranty_policy_action"
        )
        return action | {
            "name": self.env._("Versions of %(name)s", name=self.name),
            "domain": [("id", "in", self._get_versions().ids)],
            "context": {"active_test": False},
        }

    def action_view_units(self):
        """Show the units whose covers come from this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "after_sales_service.after_sales_unit_action"
        )
        return action | {
            "domain": [("cover_ids.policy_line_id.policy_id", "=", self.id)],
            "context": {},
        }

    # === BUSINESS === #
    def _get_transitions(self):
        return {
            "draft": {"in_force"},
            "in_force": {"draft", "replaced"},
            "replaced": {"in_force"},
        }

    def _is_state_move(self, vals):
        """Tell whether ``vals`` come from ``_move_to``, which may set the dates."""
        return "state" in vals

    def _get_versions(self):
        """Return all versions of the policy, the first one first."""
        self.ensure_one()
        first = self
        while first.previous_id:
            first = first.previous_id
        versions, step = first, first
        while step:
            step = step.next_ids - versions
            versions |= step
        return versions

    def _filter_sold_under(self):
        """Return those policies that units have their covers from."""
        # Whoever changes terms need not see the units of the policy.
        groups = (
            self.env["after.sales.cover"]
            .sudo()
            ._read_group(
                [("policy_line_id", "in", self.line_ids.ids)], ["policy_line_id"]
            )
        )
        sold = self.browse(line.policy_id.id for (line,) in groups)
        return self & sold

    def _check_not_sold_under(self):
        sold = self._filter_sold_under()
        if sold:
            raise UserError(
                self.env._(
                    "Units were sold with policy “%(name)s”, and their terms never "
                    "change by themselves. Press “New Version” on it.",
                    name=sold[0].name,
                )
            )

    # === BUSINESS: notices === #
    def _get_told_fields(self):
        # A new version and its dates are told once, by the button.
        return (
            super()._get_told_fields() | TERM_FIELDS | {"active", "date_to", "line_ids"}
        )

    def _is_told(self):
        return self.state == "in_force"

    def _tell_withdrawn(self):
        for policy in self:
            texts = {
                lang: [
                    self.with_context(lang=lang).env._(
                        "Withdrawn: it is a draft again, no unit was sold with it."
                    )
                ]
                for lang in policy._get_staff_languages()
            }
            policy._post_notice(texts)

    def _describe(self):
        """Return rules, dates and terms, by the labels of the fields."""
        self.ensure_one()
        texts = {}
        for fname in (
            "product_tmpl_id",
            "categ_id",
            "partner_id",
            "campaign_id",
            "serial_from",
            "serial_to",
            "date_from",
            "date_to",
        ):
            self._describe_field(texts, fname)
        self._describe_start(texts)
        texts |= self._describe_promises()
        if self.is_paused_in_workshop:
            self._describe_field(texts, "is_paused_in_workshop")
        if not self.active:
            texts[self.env._("State")] = self.env._("archived")
        for line in self.line_ids:
            texts[line._get_subject()] = line._get_terms_text()
        return texts

    def _describe_promises(self):
        """Return what is promised beside the terms, by the labels of the fields."""
        texts = {}
        self._describe_field(texts, "repair_days")
        if self.repair_days:
            self._describe_field(texts, "repair_scope")
        self._describe_replaced(texts)
        if self.is_lifetime_service:
            self._describe_field(texts, "is_lifetime_service")
            self._describe_field(texts, "lifetime_surcharge")
        return texts

    def _describe_field(self, texts, fname):
        field = self._fields[fname]
        value = self[fname]
        if not value:
            return
        if field.type == "many2one":
            value = value.display_name
        elif field.type == "date":
            value = format_date(self.env, value)
        elif field.type == "selection":
            value = dict(field._description_selection(self.env))[value]
        elif field.type == "boolean":
            value = self.env._("yes")
        texts[field._description_string(self.env)] = f"{value}"

    def _describe_start(self, texts):
        self._describe_field(texts, "start_rule")
        if self.start_rule_other:
            self._describe_field(texts, "start_rule_other")
            self._describe_field(texts, "start_pick")
        self._describe_field(texts, "start_limit_days")

    def _describe_replaced(self, texts):
        self._describe_field(texts, "replaced_part_rule")
        if self.replaced_part_rule in ("fresh", "longer"):
            self._describe_field(texts, "replaced_part_months")
        if self.replaced_part_rule == "at_least":
            self._describe_field(texts, "replaced_part_days")

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = (
                self.env._(
                    "%(name)s (version %(number)s)",
                    name=policy.name,
                    number=policy.version,
                )
                if policy.version > 1
                else policy.name
            )
