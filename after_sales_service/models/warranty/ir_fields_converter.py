from odoo import api, models


class IrFieldsConverter(models.AbstractModel):
    _inherit = "ir.fields.converter"

    @api.model
    def db_id_for(self, model, field, subfield, value, savepoint):
        """Look up a name once per import of units, not once per row.

        An installed base has thousands of rows and few products; searching a product
        by name costs four queries each time.
        """
        names = self.env.context.get("after_sales_import_names")
        # What the file itself may create is looked up anew; not so a database id,
        # which the import has found already.
        is_fixed = subfield == ".id" or (
            subfield is None and field.comodel_name != model._name
        )
        if names is None or not is_fixed:
            return super().db_id_for(model, field, subfield, value, savepoint)
        key = (field.comodel_name, subfield, value)
        if key in names:
            return names[key]
        result = super().db_id_for(model, field, subfield, value, savepoint)
        record_id, warnings = result
        if record_id and not warnings:
            names[key] = result
        return result
