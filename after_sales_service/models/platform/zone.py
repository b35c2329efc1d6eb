from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class AfterSalesZone(models.Model):
    """Urban, suburban, province …: what the way to a customer costs and takes."""

    _name = "after.sales.zone"
    _description = "After-Sales Zone"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    country_ids = fields.Many2many("res.country", string="Countries")
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    city_pattern = fields.Char(
        string="Cities", help="Names of cities, separated by commas."
    )
    zip_prefix = fields.Char(
        string="ZIP Starts With", help="Beginnings of ZIP codes, separated by commas."
    )
    is_fallback = fields.Boolean(
        string="Everywhere Else",
        help="Taken for addresses that no other zone fits.",
    )
    travel_product_id = fields.Many2one(
        "product.product",
        string="Travel Charge",
        domain=[("type", "=", "service")],
        check_company=True,
        help="Service charged for one trip into this zone.",
    )

    # === CONSTRAINTS === #
    @api.constrains(
        "is_fallback", "country_ids", "state_ids", "city_pattern", "zip_prefix"
    )
    def _check_fallback_has_no_places(self):
        for zone in self:
            if zone.is_fallback and zone._has_places():
                raise ValidationError(
                    self.env._(
                        "%(zone)s stands for everywhere else: clear its countries, "
                        "provinces, cities and ZIP codes, or untick “Everywhere Else”.",
                        zone=zone.name,
                    )
                )

    # === BUSINESS === #
    @api.model
    def _get_for_company(self, company):
        """Return the zones a company may use, in their order."""
        return self.search(Domain("company_id", "in", [company.id, False]))

    def _find_for(self, partner):
        """Return the zone among ``self`` that fits the address best, or none.

        The longest ZIP beginning wins, then a city, a province, a country, then the
        zone for everywhere else; among equals the first in the list.
        """
        scores = [(zone._get_score(partner), zone) for zone in self]
        best = max((score for score, _zone in scores if score), default=None)
        return next(
            (zone for score, zone in scores if score == best and score), self[:0]
        )

    def _has_places(self):
        self.ensure_one()
        return bool(
            self.country_ids or self.state_ids or self.city_pattern or self.zip_prefix
        )

    def _get_score(self, partner):
        """Return how closely the zone fits, as a tuple to compare, else None."""
        self.ensure_one()
        if not self._has_places():
            return (0, 0, 0, 0, 1) if self.is_fallback else None
        zip_length = max(
            (
                len(prefix)
                for prefix in _split(self.zip_prefix)
                if (partner.zip or "").strip().casefold().startswith(prefix)
            ),
            default=0,
        )
        city = (partner.city or "").strip().casefold() in _split(self.city_pattern)
        place_wanted = self.zip_prefix or self.city_pattern
        if (
            (place_wanted and not zip_length and not city)
            or (self.state_ids and partner.state_id not in self.state_ids)
            or (self.country_ids and partner.country_id not in self.country_ids)
        ):
            return None
        return (zip_length, int(city), bool(self.state_ids), bool(self.country_ids), 0)


def _split(text):
    """Return the words between commas, Chinese ones too, ready to compare."""
    words = (text or "").replace("，", ",").replace("、", ",").split(",")
    return [word.strip().casefold() for word in words if word.strip()]
