from odoo import api, fields, models
from odoo.tools import format_duration


class AfterSalesPriceRule(models.Model):
    """What rules and their charges are in words, for customers to read."""

    _inherit = "after.sales.price.rule"

    conditions_text = fields.Char(string="Fits", compute="_compute_texts")
    price_text = fields.Char(string="Price or Surcharge", compute="_compute_texts")

    # === COMPUTES === #
    @api.depends_context("lang")
    @api.depends(
        "categ_id",
        "fault_id",
        "hour_from",
        "hour_to",
        "is_fixed",
        "is_on_travel",
        "kind",
        "order_kind",
        "percent",
        "price_fixed",
        "product_id",
        "product_tmpl_id",
        "skill_id",
        "when",
        "zone_id",
    )
    def _compute_texts(self):
        for rule in self:
            rule.conditions_text = ", ".join(rule._get_conditions())
            if rule.kind == "surcharge":
                rule.price_text = f"+ {rule.percent:g} %"
            elif rule.is_fixed:
                rule.price_text = rule.currency_id.format(rule.price_fixed)
            else:
                rule.price_text = self.env._("By price list")

    # === BUSINESS === #
    @api.model
    def _render_notes(self, notes):
        """Return why an amount is due, as sentences in the reader's language.

        :param list notes: ``[code, params]`` as the rules in ``rules/prices.py`` note
        """
        texts = self._get_note_texts()
        return " ".join(texts[code](params) for code, params in notes if code in texts)

    @api.model
    def _get_note_texts(self):
        """Return a function for each code that writes its sentence. To be extended."""
        env = self.env
        return {
            "rule": lambda p: env._("By “%(rule)s”.", rule=p["rule"]),
            "fixed": lambda p: env._("Own price of the rule."),
            "listed": lambda p: env._("Price by “%(pricelist)s”.", **p),
            "hours": lambda p: env._("%(hours)g h worked, %(billed)g h charged.", **p),
            "minimum": lambda p: env._("At least %(minimum)g h are charged.", **p),
            "step": lambda p: env._("Every %(step)g h begun is charged.", **p),
            "flat": lambda p: env._("Flat price, whatever the hours."),
            "night": lambda p: env._("Night: %(percent)g %% on %(hours)g h.", **p),
            "weekend": lambda p: env._(
                "Outside working days: %(percent)g %% on %(hours)g h.", **p
            ),
            "holiday": lambda p: env._(
                "Public holiday: %(percent)g %% on %(hours)g h.", **p
            ),
            "emergency": lambda p: env._(
                "Emergency: %(percent)g %% on %(hours)g h.", **p
            ),
            "travel_night": lambda p: env._(
                "Night, on travel: %(percent)g %%, trips: %(trips)g.", **p
            ),
            "travel_weekend": lambda p: env._(
                "Outside working days, on travel: %(percent)g %%, trips: %(trips)g.",
                **p,
            ),
            "travel_holiday": lambda p: env._(
                "Public holiday, on travel: %(percent)g %%, trips: %(trips)g.", **p
            ),
            "travel_emergency": lambda p: env._(
                "Emergency, on travel: %(percent)g %%, trips: %(trips)g.", **p
            ),
            "trips": lambda p: env._("Trips: %(trips)g.", **p),
            "km": lambda p: env._("%(km)g km driven, %(billed)g km charged.", **p),
            "refused": lambda p: env._("Check fee, since the repair was refused."),
            "zone": lambda p: env._("Travel charge of the zone “%(zone)s”.", **p),
        }

    def _get_conditions(self):
        """Return when the rule fits, as short texts in the reader's language."""
        self.ensure_one()
        kinds = dict(self._fields["order_kind"]._description_selection(self.env))
        whens = dict(self._fields["when"]._description_selection(self.env))
        found = [
            kinds.get(self.order_kind),
            self.product_tmpl_id.name,
            self.categ_id.name,
            self.fault_id.name,
            self.zone_id.name,
            self.skill_id.name,
        ]
        if self.kind == "surcharge" and self.when == "night":
            found.append(
                self.env._(
                    "From %(start)s to %(end)s",
                    start=format_duration(self.hour_from),
                    end=format_duration(self.hour_to),
                )
            )
        elif self.kind == "surcharge":
            found.append(whens.get(self.when))
        if self.kind == "surcharge" and self.is_on_travel:
            found.append(self.env._("work and travel"))
        return [text for text in found if text]

    def _get_quantity_text(self):
        """Return minimum and step in words, or an empty text."""
        self.ensure_one()
        unit = self._get_unit_text()
        texts = []
        if self.minimum:
            texts.append(
                self.env._(
                    "at least %(minimum)g %(unit)s", minimum=self.minimum, unit=unit
                )
            )
        if self.step:
            texts.append(
                self.env._("every %(step)g %(unit)s begun", step=self.step, unit=unit)
            )
        return ", ".join(texts)

    def _get_unit_text(self):
        """Return for what one price is, as customers read it; empty for the whole."""
        self.ensure_one()
        if self.kind == "labour":
            return self.env._("hour")
        if self.kind != "travel":
            return ""
        return self.env._("km") if self.per == "km" else self.env._("trip")
