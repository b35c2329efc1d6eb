from odoo.tests import tagged

from .common import TourCommon


@tagged("post_install", "-at_install")
class TestCustomerTour(TourCommon):
    """The customer follows the links of the mails, without an account."""

    browser_size = "390x844"
    touch_enabled = True

    def test_sign_the_quotation_and_read_the_order(self):
        order = self._create_planned_order()
        order.with_user(self.technician).action_create_quotation()
        sale = order.sale_order_ids
        order.with_user(self.technician).action_show_quotation()
        self.assertEqual(sale.state, "sent")
        self.start_tour(sale.get_portal_url(), "after_sales_customer_accepts")
        self.assertRecordValues(
            sale, [{"state": "sale", "signed_by": "Ms Li", "amount_untaxed": 144.0}]
        )
        self.assertTrue(sale.signature)
        self.assertFalse(sale.picking_ids)
        self.assertEqual(order.quotation_state, "accepted")
        self.start_tour(order.get_portal_url(), "after_sales_customer_reads_the_order")
