from odoo import api, models

from .unit import DATE_FIELDS
from .unit_registration import QUIET


class AfterSalesUnit(models.Model):
    _inherit = "after.sales.unit"

    # === CRUD === #
    def _load_records_create(self, vals_list):
        """Import in one batch without a chatter note per row."""
        quiet = self.with_context(**QUIET)
        records = super(AfterSalesUnit, quiet)._load_records_create(vals_list)
        return records.with_env(self.env)

    def _load_records(self, data_list, update=False):
        """Read the units that the file changes at once, not row by row."""
        xids = [data["xml_id"] for data in data_list if data.get("xml_id")]
        # As the native import does: external ids are nobody's own.
        rows = self.env["ir.model.data"].sudo()._lookup_xmlids(xids, self)
        units = self.browse([row[4] for row in rows if row[3] == self._name and row[6]])
        names = {name for data in data_list for name in data["values"]}
        units.fetch([name for name in names if self._fields[name].store])
        if "component_ids" in names:
            units.component_ids.fetch(["component_id", "is_current", "serial"])
        return super()._load_records(data_list, update)

    def _load_records_write(self, values):
        """Write only what differs: most rows of a repeated file change nothing."""
        if values.get("component_ids"):
            values = values | {
                "component_ids": self._get_import_components(values["component_ids"])
            }
        changed = {
            name: value
            for name, value in values.items()
            if not self._is_import_value_kept(name, value)
        }
        if changed:
            super()._load_records_write(changed)

    def _convert_records(self, records, **options):
        """Check rows of an import before anything is written.

        A serial that is in the file twice or registered already, dates that
        contradict one another and bad quantities are told by row, all at once:
        left to the database, the first of them would hide the others.
        """
        rows = list(records)
        log = options.get("log") or (lambda message: None)
        seen, wrong = {}, set()

        def log_row(message):
            if message.get("type") == "error":
                wrong.add(message.get("record"))
            log(message)

        reader = self.with_context(after_sales_import_names={})
        existing = reader._get_import_existing(rows)
        rest = reader._get_import_rest(rows)
        reader._resolve_import_links(rows, log_row, options.get("savepoint"))
        for db_id, xid, vals, info in super(AfterSalesUnit, reader)._convert_records(
            iter(rows), **options | {"log": log_row}
        ):
            # A row told to be wrong once is not tried: what follows would be noise.
            if info.get("record") in wrong:
                continue
            problem = self._get_import_problem(
                db_id, xid, vals, info, seen, existing
            ) or reader._get_import_rest_problem(
                vals, info, rest, options.get("savepoint")
            )
            if problem:
                field, message = problem
                log(info | {"type": "error", "field": field, "message": message})
            else:
                yield db_id, xid, vals, info

    # === BUSINESS === #
    def _is_import_value_kept(self, name, value):
        field = self._fields[name]
        if name == "component_ids":
            return not value
        if field.type in ("one2many", "many2many", "properties"):
            return False
        old = field.convert_to_cache(self[name], self, validate=False)
        return field.convert_to_cache(value, self) == old

    @api.model
    def _get_import_key(self, vals):
        company = vals.get("company_id") or self.env.company.id
        if not vals.get("name") or not vals.get("product_id"):
            return None
        if not vals.get("has_serial", True):
            return None
        return company, vals["product_id"], vals["name"]

    @api.model
    def _get_import_existing(self, rows):
        """Return ``{key: (unit id, external ids)}`` of the serials in the file."""
        names = list({row["name"] for row, _info in rows if row.get("name")})
        if not names:
            return {}
        # A serial of which the user may not see the unit is taken all the same.
        units = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [("name", "in", names), ("has_serial", "=", True)],
                ["company_id", "product_id", "name"],
            )
        )
        xids = units._get_external_ids()
        return {
            (unit.company_id.id, unit.product_id.id, unit.name): (
                unit.id,
                xids[unit.id],
            )
            for unit in units
        }

    @api.model
    def _get_import_problem(self, db_id, xid, vals, info, seen, existing):
        """Return ``(field, sentence)`` if the row cannot be imported, else None."""
        if not db_id and not vals.get("name"):
            return "name", self.env._("A unit needs a serial number, or a label.")
        key = self._get_import_key(vals)
        row = info.get("rows", {}).get("from", 0) + self._get_import_skip()
        if key and key in seen:
            return "name", self._get_import_twice(key[2], seen[key])
        if key:
            seen[key] = row
        if key in existing:
            unit_id, xids = existing[key]
            full = xid if xid and "." in xid else f"__import__.{xid}"
            if not (xid and full in xids) and db_id != unit_id:
                return "name", self.env._(
                    "Serial number %(serial)s of this product is registered already. "
                    "To change that unit, import it with its own external id.",
                    serial=key[2],
                )
        if "quantity" in vals and (vals["quantity"] or 0) <= 0:
            return "quantity", self.env._("The quantity must be more than zero.")
        dates = {
            event: self._fields[fname].convert_to_cache(vals.get(fname), self)
            for event, fname in DATE_FIELDS.items()
        }
        problem = self._get_date_problem(
            dates["manufactured"], dates["delivered"], dates["installed"]
        )
        return ("date_delivered", problem) if problem else None

    @api.model
    def _get_import_rest_problem(self, vals, info, rest, savepoint):
        """Return ``(field, sentence)`` if the row is once more in another piece."""
        key = rest and self._get_import_key(vals)
        twin = self._get_import_twin(key, info, rest, savepoint) if key else None
        return None if twin is None else ("name", self._get_import_twice(key[2], twin))

    @api.model
    def _get_import_twice(self, serial, row):
        return self.env._(
            "Serial number %(serial)s is in the file twice: also in data row %(row)s.",
            serial=serial,
            row=row + 1,
        )
