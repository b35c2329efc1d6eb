from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError

# The row of a parent that another piece of the file brings.
ELSEWHERE = object()


class AfterSalesUnit(models.Model):
    """What the rows of an import refer to: parents in the file, positions by name."""

    _inherit = "after.sales.unit"

    # === CRUD === #
    @api.model
    def load(self, fields, data):
        """Import units; those that are part of others in the file are linked last.

        Odoo would create what it has read so far whenever a row names another row of
        the file: thousands of small batches.
        """
        parents = []
        importer = self.with_context(after_sales_import_parents=parents)
        with self.env.cr.savepoint() as savepoint:
            result = super(AfterSalesUnit, importer).load(fields, data)
            messages = self._link_import_parents(result["ids"], parents)
            if messages:
                savepoint.rollback()
                self.env.invalidate_all()
                result = result | {
                    "ids": False,
                    "messages": result["messages"] + messages,
                }
        return result

    # === BUSINESS === #
    @api.model
    def _link_import_parents(self, ids, parents):
        """Write the parents of rows; return the errors as the import tells them.

        :param ids: the units of the file in its order, False if nothing was stored
        :param parents: ``[(number of the row, number of its parent's row, info)]``
        """
        if not ids:
            return []
        children, infos = defaultdict(list), {}
        for row, parent, info in parents:
            children[ids[parent]].append(ids[row])
            infos[ids[parent]] = info
        messages = []
        for parent, rows in children.items():
            units = self.browse(rows)
            changed = units.filtered(lambda unit, p=parent: unit.parent_id.id != p)
            try:
                changed.parent_id = parent
            except UserError as error:
                told = {"type": "error", "field": "parent_id", "message": str(error)}
                messages.append(infos[parent] | told)
        return messages

    @api.model
    def _resolve_import_links(self, rows, log, savepoint):
        """Replace names that Odoo cannot look up well by what they mean.

        :param rows: ``[(raw values, info)]``, changed in place
        :param log: takes the messages of wrong rows
        """

        def log_row(number, field, text):
            info = rows[number][1] | {"record": number}
            log(info | {"type": "error", "field": field, "message": text})

        self._resolve_import_parents(rows, log_row)
        self._resolve_import_positions(rows, log_row, savepoint)

    # === BUSINESS: parents === #
    @api.model
    def _resolve_import_parents(self, rows, log_row):
        """Find parents by serial number or external id, also in the file itself."""
        links = {
            number: vals["parent_id"][0]
            for number, (vals, _info) in enumerate(rows)
            if vals.get("parent_id")
        }
        if not links:
            return
        book = self._get_import_parent_book(rows, links.values())
        deferred = self.env.context.get("after_sales_import_parents", [])
        for number, link in links.items():
            vals, info = rows[number]
            found, problem = self._find_import_parent(link, info, book)
            if problem:
                log_row(number, "parent_id", problem)
            elif isinstance(found, dict):
                vals["parent_id"] = [found]
            elif found is not None:
                del vals["parent_id"]
                if found is not ELSEWHERE:
                    deferred.append((number, found, info | {"record": number}))

    @api.model
    def _get_import_parent_book(self, rows, links):
        """Return where parents may be: in these rows, in others, registered."""
        numbers = {"id": defaultdict(list), None: defaultdict(list)}
        for number, (vals, _info) in enumerate(rows):
            numbers["id"][vals.get("id")].append(number)
            numbers[None][vals.get("name")].append(number)
        return {
            "rows": numbers,
            "rest": {
                "id": self._get_import_rest_of("id"),
                None: self._get_import_rest_of("name"),
            },
            "known": self._get_import_parents(links),
        }

    @api.model
    def _find_import_parent(self, link, info, book):
        """Return ``(parent, problem)`` of one row that names a parent.

        :return: the parent is the number of its row, ``ELSEWHERE`` if another piece
            brings it, ``{".id": …}`` if it is registered, None if Odoo is to look for
            it; the problem is a sentence or empty
        """
        subfield = "id" if link.get("id") else None
        text = link.get(subfield)
        in_file = book["rows"][subfield].get(text, ()) if text else ()
        known = book["known"].get(text, ()) if subfield is None else ()
        if len(in_file or known) > 1:
            return None, self._get_import_doubt(text)
        if in_file:
            return in_file[0], ""
        problem = self._get_import_rest_parent(text, info, book["rest"][subfield])
        if problem is not None:
            return ELSEWHERE, problem
        return ({".id": str(known[0])} if known else None), ""

    @api.model
    def _get_import_parents(self, links):
        """Return ``{serial: [unit ids]}`` of the parents that are registered."""
        names = {link[None] for link in links if link.get(None)}
        found = defaultdict(list)
        for unit in self.search_fetch([("name", "in", list(names))], ["name"]):
            found[unit.name].append(unit.id)
        return dict(found)

    @api.model
    def _get_import_doubt(self, name):
        return self.env._(
            "Several units have the serial number %(serial)s. Name the one this unit "
            "is part of by its external id, in a column “Part of/External ID”.",
            serial=name,
        )

    # === BUSINESS: components === #
    @api.model
    def _resolve_import_positions(self, rows, log_row, savepoint):
        """Find the positions of each row's own product by their name or code.

        Many products have a position “Motor”; Odoo would take the first of them.
        """
        if not any(vals.get("component_ids") for vals, _info in rows):
            return
        products = {
            number: self._get_import_product(vals, savepoint)
            for number, (vals, _info) in enumerate(rows)
            if vals.get("component_ids")
        }
        positions = self._get_import_positions(set(products.values()) - {None})
        for number, product in products.items():
            for part in rows[number][0]["component_ids"]:
                name = (part.get("component_id") or [{}])[0].get(None)
                if not name or not product:
                    continue  # named by its id, or the product is told to be wrong
                position = positions[product].get(name.strip().lower())
                if position:
                    part["component_id"] = [{".id": str(position)}]
                    continue
                del part["component_id"]  # told here; Odoo's own words would be noise
                log_row(
                    number,
                    "component_ids",
                    self.env._(
                        "“%(component)s” is not a position of %(product)s. Add it to "
                        "the product's positions, or correct its name.",
                        component=name,
                        product=self.env["product.product"].browse(product).name,
                    ),
                )

    @api.model
    def _get_import_product(self, vals, savepoint):
        """Return the id of the product a row names, or None if there is none."""
        reference = (vals.get("product_id") or [{}])[0]
        for subfield, value in reference.items():
            try:
                found, _warnings = self.env["ir.fields.converter"].db_id_for(
                    self, self._fields["product_id"], subfield, value, savepoint
                )
            except ValueError:
                return None  # the import itself tells it
            return found or None
        return None

    @api.model
    def _get_import_positions(self, product_ids):
        """Return ``{product id: {name or code in small letters: position id}}``."""
        products = self.env["product.product"].browse(sorted(product_ids))
        components = self.env["after.sales.component"].search(
            [("product_tmpl_id", "in", products.product_tmpl_id.ids)]
        )
        names = defaultdict(dict)
        for component in components.sorted(reverse=True):
            for text in (component.code, component.name):
                if text:
                    names[component.product_tmpl_id][text.strip().lower()] = (
                        component.id
                    )
        return {product.id: names[product.product_tmpl_id] for product in products}

    def _get_import_components(self, commands):
        """Return what an import changes in the positions of a unit that is there.

        A row for a position that is filled corrects its number; it adds no second.
        """
        self.ensure_one()
        current = {
            row.component_id.id: row for row in self.component_ids if row.is_current
        }
        changed = []
        for command in commands:
            vals = command[2] if command[0] == 0 else {}
            row = current.get(vals.get("component_id"))
            if not row:
                changed.append(command)
                continue
            differing = {
                name: value
                for name, value in vals.items()
                if row._fields[name].convert_to_cache(value, row)
                != row._fields[name].convert_to_cache(row[name], row, validate=False)
            }
            if differing:
                changed.append((1, row.id, differing))
        return changed
