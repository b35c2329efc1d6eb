import base64
import io
import zipfile
from mimetypes import guess_extension

from odoo import fields, models

CLAIM = "after_sales_service.after_sales_supplier_claim_report"
VOUCHER = "after_sales_service.after_sales_order_report_voucher"
SLIP = "stock.action_report_delivery"


class AfterSalesSupplierClaim(models.Model):
    """The evidence pack: what the supplier needs to see to believe it."""

    _inherit = "after.sales.supplier.claim"

    # === ACTIONS === #
    def action_download_evidence(self):
        """Make the evidence pack anew and download it."""
        self.ensure_one()
        self.check_access("write")
        pack = self._create_evidence_pack()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{pack.id}?download=true",
            "target": "download",
        }

    # === BUSINESS === #
    def _create_evidence_pack(self):
        """Return the ZIP with all proofs as attachment; an older one is replaced."""
        self.ensure_one()
        name = self._get_pack_name()
        # The right to the claim was checked; its proofs stand on many documents.
        attachments = self.env["ir.attachment"].sudo()
        attachments.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("name", "=", name),
            ]
        ).unlink()
        return attachments.create(
            {
                "name": name,
                "res_model": self._name,
                "res_id": self.id,
                "mimetype": "application/zip",
                "datas": base64.b64encode(self._pack(self._get_evidence())),
            }
        ).sudo(False)

    def _get_pack_name(self):
        self.ensure_one()
        return f"{self.name.replace('/', '-')}.zip"

    def _pack(self, files):
        """Return the files as ZIP.

        :param dict files: ``{name: bytes}``
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    def _get_evidence(self):
        """Return all proofs, ``{name in the ZIP: bytes}``. Meant to be extended.

        The claim itself lists serial numbers, analyses and how the parts went back;
        with it go the vouchers the customers signed, photos and delivery slips.
        """
        self.ensure_one()
        # As in _create_evidence_pack.
        claim = self.sudo().with_context(lang=self.supplier_id.lang or self.env.lang)
        files = {
            "claim.pdf": claim._render(CLAIM, claim),
            "vouchers.pdf": claim._render(VOUCHER, claim.line_ids.order_id),
        }
        slips = claim.line_ids._get_return_pickings()
        if slips:
            files["returned-parts.pdf"] = claim._render(SLIP, slips)
        for order in claim.line_ids.order_id:
            for number, photo in enumerate(order.photo_ids, 1):
                suffix = guess_extension(photo.mimetype or "") or ""
                folder = order.name.replace("/", "-")
                files[f"photos/{folder}-{number}{suffix}"] = photo.raw or b""
        return files

    def _render(self, report, records):
        return self.env["ir.actions.report"]._render_qweb_pdf(report, records.ids)[0]

    def _get_claim_rows(self):
        """Return the lines as the supplier reads them, in order of the vouchers."""
        self.ensure_one()
        return self.line_ids.sorted(lambda line: (line.order_id.name, line.id))

    def _get_print_date(self):
        return self.date_sent or fields.Date.context_today(self)


class AfterSalesSupplierClaimLine(models.Model):
    _inherit = "after.sales.supplier.claim.line"

    # === BUSINESS === #
    def _get_return_pickings(self):
        """Return the transfers with which the old parts went to the supplier."""
        sent = self.old_part_ids.movement_ids.filtered(
            lambda row: row.kind == "supplier_out"
        )
        return sent.picking_id

    def _get_analysis(self):
        """Return what our analysis found, as one text in the reader's language."""
        self.ensure_one()
        part = self.old_part_ids.filtered("finding")[:1]
        labels = dict(part._fields["finding"]._description_selection(self.env))
        texts = [
            labels.get(part.finding),
            part.found_cause_id.name,
            part.finding_note,
            not part and self.order_id.diagnosis,
        ]
        return " · ".join(text for text in texts if text)
