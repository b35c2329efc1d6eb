from odoo import api, fields, models
from odoo.tools import plaintext2html

NOTICE_LEVELS = [
    ("leader", "Team leaders"),
    ("supervisor", "All supervisors"),
    ("agent", "All supervisors and call agents"),
]
NOTICE_GROUPS = {
    "supervisor": ("after_sales_group_supervisor",),
    "agent": ("after_sales_group_supervisor", "after_sales_group_agent"),
}


class AfterSalesStaffNotice(models.AbstractModel):
    """Tells the service staff when the terms that customers get are changed.

    One activity per person and one message per change, whatever the number of
    units; it names what was before and what is now.
    """

    _name = "after.sales.staff.notice"
    _description = "Notice to the Service Staff"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.filtered(lambda record: record._is_told())._tell_staff({})
        return records

    def write(self, vals):
        told = self.browse()
        if self._get_told_fields() & set(vals) and not self.env.context.get(
            "after_sales_quiet"
        ):
            told = self.filtered(lambda record: record._is_told())
        before = told._describe_all()
        result = super().write(vals)
        told._tell_staff(before)
        return result

    # === BUSINESS === #
    def _get_told_fields(self):
        """Return the names of the fields whose change is told. To be extended."""
        return set()

    def _is_told(self):
        """Tell whether a change of this record concerns anybody yet."""
        return True

    def _describe(self):
        """Return what matters to the staff, ``{label: value}``, in one language."""
        raise NotImplementedError

    def _describe_all(self):
        """Return ``{(record id, language): description}`` for all who are told."""
        return {
            (record.id, lang): record.with_context(lang=lang)._describe()
            for record in self
            for lang in record._get_staff_languages()
        }

    def _get_staff_languages(self):
        users = self._get_staff() | self.env.user
        return {user.lang or "en_US" for user in users}

    def _get_staff(self):
        """Return the users who are told; whoever makes the change knows it."""
        self.ensure_one()
        company = self.company_id
        # Who may change terms need not see teams and users of the whole company.
        teams = self.env["after.sales.team"].sudo()
        level = company.after_sales_notice_level or "leader"
        users = teams.search([("company_id", "in", (company.id, False))]).leader_id
        if level != "leader" or not users:
            names = NOTICE_GROUPS["supervisor" if level == "leader" else level]
            for name in names:
                group = teams.env.ref(f"after_sales_service.{name}")
                users |= group.all_user_ids
        return users.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        ).with_env(self.env)

    def _tell_staff(self, before):
        """Tell the staff what is different from ``before``.

        :param dict before: from ``_describe_all``; empty: everything is new
        """
        for record in self:
            texts = {}
            for lang in record._get_staff_languages():
                own = record.with_context(lang=lang)
                changes = own._get_changes(before.get((record.id, lang), {}))
                if changes:
                    texts[lang] = changes
            if texts:
                record.with_context(after_sales_new_terms=not before)._post_notice(
                    texts
                )

    def _get_changes(self, before):
        """Return one sentence for each thing that differs from ``before``."""
        after = self._describe()
        changes = []
        for label in dict.fromkeys([*before, *after]):
            old, new = before.get(label, ""), after.get(label, "")
            if old == new:
                continue
            changes.append(
                self.env._(
                    "%(what)s: %(new)s (before: %(old)s)",
                    what=label,
                    new=new or "–",
                    old=old or "–",
                )
                if before
                else self.env._("%(what)s: %(new)s", what=label, new=new)
            )
        return changes

    def _post_notice(self, texts):
        """Write the message and one activity per person, each in his language."""
        own = self.env.user.lang or "en_US"
        first = texts.get(own) or next(iter(texts.values()))
        self.message_post(
            body=plaintext2html("\n".join([self._get_notice_title(), *first])),
            subtype_xmlid="mail.mt_comment",
        )
        for user in self._get_staff() - self.env.user:
            changes = texts.get(user.lang or "en_US") or first
            record = self.with_context(lang=user.lang or "en_US")
            record.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(user),
                summary=record._get_notice_title(),
                note=plaintext2html("\n".join(changes)),
                user_id=user.id,
            )

    def _get_notice_title(self):
        self.ensure_one()
        if self.env.context.get("after_sales_new_terms"):
            return self.env._("New warranty terms: %(name)s", name=self.display_name)
        return self.env._("Warranty terms changed: %(name)s", name=self.display_name)
