from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.after_sales_service.hooks import post_init_hook, uninstall_hook
from odoo.addons.after_sales_service.models.parts.stock_warehouse import (
    PLACES,
    SUPPLIED,
    TYPE_CODES,
)

from .common import PartsCommon


@tagged("post_install", "-at_install")
class TestSetup(PartsCommon):
    """Every company and warehouse has its places and operation types, once."""

    def _count(self):
        return [
            self.env[model].with_context(active_test=False).search_count([])
            for model in (
                "stock.location",
                "stock.picking.type",
                "stock.rule",
                "ir.sequence",
                "account.account",
            )
        ]

    def test_running_the_hook_again_adds_nothing(self):
        before = self._count()
        post_init_hook(self.env)
        self.assertEqual(self._count(), before)

    def test_a_new_company_and_warehouse_get_everything(self):
        company = self.env["res.company"].create({"name": "Second"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        warehouse |= self.env["stock.warehouse"].create(
            {"name": "Far", "code": "FAR", "company_id": company.id}
        )
        for place in company._prepare_after_sales_location_vals():
            self.assertEqual(company[place].company_id, company, place)
        for house in warehouse:
            types = self.env["stock.picking.type"].union(
                *(house[fname] for fname in TYPE_CODES)
            )
            self.assertEqual(len(types), len(TYPE_CODES))
            self.assertEqual(types.company_id, company)
            self.assertEqual(len(types.sequence_id), len(TYPE_CODES))
            for place, (rule, route, picking_type) in SUPPLIED.items():
                self.assertEqual(house[rule].location_dest_id, house[place])
                self.assertEqual(house[rule].picking_type_id, house[picking_type])
                self.assertEqual(house[rule].route_id, self.env.ref(route))
            places = self.env["stock.location"].union(*(house[name] for name in PLACES))
            self.assertEqual(len(places), len(PLACES))
            self.assertEqual(places.warehouse_id, house)

    def test_a_warehouse_manager_without_our_groups_creates_a_warehouse(self):
        manager = new_test_user(
            self.env, "warehouse.manager", groups="stock.group_stock_manager"
        )
        company = self.env["res.company"].create({"name": "Third"})
        manager.company_ids |= company
        # The first company with two warehouses shows them to all; that takes settings.
        self.env["stock.warehouse"].create(
            {"name": "First", "code": "FIRST", "company_id": company.id}
        )
        # As after an update that brings the classes: the company has none yet.
        classes = self.env["after.sales.stocking.class"]
        of_company = [("company_id", "=", company.id)]
        classes.search(of_company).unlink()
        warehouse = (
            self.env["stock.warehouse"]
            .with_user(manager)
            .create({"name": "Near", "code": "NEAR", "company_id": company.id})
        )
        self.assertTrue(warehouse.after_sales_vans_location_id)
        self.assertTrue(classes.search_count(of_company))

    def test_places_of_goods_that_are_ours_are_valued_the_others_are_not(self):
        company, house = self.company, self.warehouse
        for place in (
            house.after_sales_spare_location_id,
            house.after_sales_loaners_location_id,
            company.after_sales_loan_location_id,
        ):
            self.assertTrue(place._should_be_valued(), place.name)
        for place in (
            company.after_sales_customer_goods_location_id,
            company.after_sales_old_part_location_id,
            company.after_sales_defective_location_id,
            company.after_sales_refurbish_location_id,
        ):
            self.assertFalse(place._should_be_valued(), place.name)

    def test_good_spare_parts_are_reserved_from_the_stock(self):
        self.assertEqual(
            self.warehouse.after_sales_spare_location_id.location_id,
            self.warehouse.lot_stock_id,
        )
        self._put_in_stock(self.part, 2, self.warehouse.after_sales_spare_location_id)
        self.assertEqual(
            self.env["stock.quant"]._get_available_quantity(
                self.part, self.warehouse.lot_stock_id
            ),
            2,
        )

    def test_a_place_that_was_moved_stays_where_it_is(self):
        shelf = self.env["stock.location"].create(
            {"name": "Hall 2", "location_id": self.warehouse.view_location_id.id}
        )
        self.warehouse.after_sales_spare_location_id.location_id = shelf
        post_init_hook(self.env)
        self.assertEqual(
            self.warehouse.after_sales_spare_location_id.location_id, shelf
        )

    def test_places_are_named_in_the_language_of_the_company(self):
        company = self.env["res.company"].create({"name": "Taihu"})
        company.partner_id.lang = "zh_CN"
        house = self.env["stock.warehouse"].create(
            {"name": "Taihu 2", "code": "TH2", "company_id": company.id}
        )
        here = self.env(context={**self.env.context, "lang": "zh_CN"})
        label = (
            here["ir.model.fields"]
            ._get("stock.warehouse", "after_sales_issue_type_id")
            .field_description
        )
        self.assertNotEqual(label, "Parts Issue")
        self.assertEqual(
            house.with_context(lang="zh_CN").after_sales_issue_type_id.name, label
        )
        self.assertEqual(
            house.with_context(lang="en_US").after_sales_issue_type_id.name,
            "Parts Issue",
        )
        self.assertEqual(
            house.after_sales_vans_location_id.name,
            here["res.company"].env._("Vans"),
        )

    def test_places_of_each_warehouse_are_told_apart(self):
        house = self.env["stock.warehouse"].create({"name": "Branch", "code": "BR"})
        groups = (
            house.after_sales_vans_location_id | house.after_sales_dealers_location_id
        )
        van = groups[:1].child_ids.create(
            {"name": "Van 9", "location_id": groups[:1].id}
        )
        names = ["BR/Vans", "BR/Dealers", "BR/Vans/Van 9"]
        self.assertEqual((groups | van).mapped("display_name"), names)
        house.code = "NB"
        names = ["NB/Vans", "NB/Dealers", "NB/Vans/Van 9"]
        self.assertEqual((groups | van).mapped("display_name"), names)
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE stock_location SET complete_name = name"))
        self._migrate("19.0.1.3.0/post-place-names.py")
        self.assertEqual((groups | van).mapped("display_name"), names)

    def test_the_migration_renames_the_table_of_parts_and_positions(self):
        old, new = (
            SQL.identifier(f"after_sales_component_{name}_rel")
            for name in ("product_product", "part")
        )
        part = self._create_part("Coupling 24 mm")
        position = self.env["after.sales.component"].create(
            {
                "product_tmpl_id": self._create_pump().product_tmpl_id.id,
                "name": "Coupling",
                "part_ids": [Command.link(part.id)],
            }
        )
        self.env.flush_all()
        self.env.cr.execute(SQL("ALTER TABLE %s RENAME TO %s", new, old))
        for _time in range(2):
            self._migrate("19.0.1.3.0/pre-part-positions.py")
        position.invalidate_recordset()
        self.assertEqual(position.part_ids, part)

    def test_the_migration_completes_what_an_older_version_left(self):
        company = self.company
        for fname in ("after_sales_recall_location_id",):
            company[fname] = False
        self.warehouse.write(
            {
                "after_sales_dealers_location_id": False,
                "after_sales_dealer_pull_id": False,
                "after_sales_loan_out_type_id": False,
            }
        )
        post_init_hook(self.env)
        self.assertTrue(company.after_sales_recall_location_id.valuation_account_id)
        self.assertEqual(
            self.warehouse.after_sales_dealer_pull_id.location_dest_id,
            self.warehouse.after_sales_dealers_location_id,
        )
        self.assertEqual(
            self.warehouse.after_sales_loan_out_type_id.return_picking_type_id,
            self.warehouse.after_sales_loan_in_type_id,
        )

    def test_a_cost_location_is_never_the_production_location(self):
        company = self.env["res.company"].create({"name": "Second"})
        production = self.env["stock.location"].search(
            [
                ("usage", "=", "production"),
                ("company_id", "=", company.id),
                ("location_id", "=", False),
            ]
        )
        production.name = "Zone of production"  # after “Service” in the order
        house = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        self.assertEqual(house._get_production_location(), production)
        production.usage = "internal"
        with self.assertRaisesRegex(UserError, "has no production location"):
            house._get_production_location()

    def test_an_old_warehouse_is_completed(self):
        house = self.env["stock.warehouse"].create({"name": "Old", "code": "OLD"})
        house.write(dict.fromkeys(TYPE_CODES, False))
        house._create_after_sales_data()
        self.assertTrue(all(house[fname] for fname in TYPE_CODES))
        self.assertEqual(
            house.after_sales_van_pull_id.picking_type_id,
            house.after_sales_issue_type_id,
        )

    def test_a_reordering_rule_of_a_van_makes_an_issue(self):
        self._put_in_stock(self.part, 10)
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.part.id,
                "location_id": self.van.id,
                "warehouse_id": self.warehouse.id,
                "route_id": self.env.ref("after_sales_service.stock_route_vans").id,
                "product_min_qty": 2,
                "product_max_qty": 4,
                "trigger": "manual",
            }
        ).action_replenish()
        move = self.env["stock.move"].search([("product_id", "=", self.part.id)])
        self.assertEqual(move.picking_type_id, self.warehouse.after_sales_issue_type_id)
        self.assertEqual(move.location_dest_id, self.van)
        self.assertEqual(move.product_uom_qty, 4)

    def test_a_chart_loaded_later_brings_the_accounts(self):
        company = self.env["res.company"].create({"name": "Bare"})
        company._after_sales_ensure_accounts()
        self.assertFalse(company.after_sales_warranty_location_id.valuation_account_id)
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=company, install_demo=False
        )
        accounts = (
            company.after_sales_warranty_location_id
            | company.after_sales_contract_location_id
            | company.after_sales_goodwill_location_id
            | company.after_sales_recall_location_id
            | company.after_sales_internal_location_id
        ).valuation_account_id
        self.assertEqual(len(accounts), 5)
        self.assertEqual(set(accounts.mapped("account_type")), {"expense"})

    def test_a_van_is_made_by_supervisors_only(self):
        employee = self._create_technician(self._create_stranger())
        with self.assertRaisesRegex(AccessError, "Only a service supervisor"):
            employee.with_user(self.technician).action_create_van()
        employee.with_user(self.supervisor).action_create_van()
        van = employee.after_sales_van_id
        employee.with_user(self.supervisor).action_create_van()
        self.assertEqual(employee.after_sales_van_id, van)
        self.assertEqual(van.warehouse_id, self.warehouse)

    def test_a_repair_keeps_the_owner_of_the_unit(self):
        goods = self.company.after_sales_customer_goods_location_id
        self.env["stock.quant"]._update_available_quantity(
            self.part, goods, 1, owner_id=self.customer
        )
        repair = self.env["repair.order"].create(
            {
                "product_id": self.part.id,
                "partner_id": self.customer.id,
                "product_location_src_id": goods.id,
                "product_location_dest_id": goods.id,
            }
        )
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        quants = self.env["stock.quant"].search(
            [("product_id", "=", self.part.id), ("location_id", "=", goods.id)]
        )
        self.assertEqual(quants.owner_id, self.customer)
        self.assertEqual(quants.quantity, 1)
        self.assertEqual(self.part.total_value, 0)

    def test_non_valued_places_are_searched_as_they_are_shown(self):
        places = self.env["stock.location"]
        goods = self.company.after_sales_customer_goods_location_id
        self.assertFalse(goods.is_valued_internal)
        self.assertNotIn(goods, places.search([("is_valued_internal", "=", True)]))
        self.assertIn(goods, places.search([("is_valued_internal", "=", False)]))

    def test_spare_parts_have_a_category(self):
        self.part.product_tmpl_id.categ_id = False
        self.env.invalidate_all()
        self.assertTrue(self.part.categ_id)

    def test_uninstalling_keeps_what_documents_stand_on(self):
        self._put_in_stock(self.part, 2, self.van)
        line = self._create_covered_line(self._create_order(), self.part)
        self._consume(line.order_id)
        line._open_old_parts()
        line.old_part_ids.action_receive()
        used = line.move_ids.picking_type_id
        unused = self.warehouse.after_sales_goods_in_type_id
        cost = self.company.after_sales_warranty_location_id
        account = cost.valuation_account_id
        old_parts = self.company.after_sales_old_part_location_id
        loans = self.company.after_sales_loan_location_id
        rule = self.warehouse.after_sales_van_pull_id
        uninstall_hook(self.env)
        self.assertEqual(used.exists().active, False)
        self.assertFalse(unused.exists())
        self.assertEqual(cost.exists().active, False)
        self.assertTrue(account.exists())
        self.assertFalse(loans.exists())
        self.assertFalse(rule.exists())
        # Old parts there must not become the company's stock.
        self.assertEqual(old_parts.usage, "customer")
        self.assertEqual(self._get_quantity(self.part, self.van), 1)

    def test_uninstalling_keeps_products_that_were_sold(self):
        sold = self.env.ref("after_sales_service.product_product_field_labour")
        unsold = self.env.ref("after_sales_service.product_product_travel_zone_1")
        prices = self.env["product.value"].search([("product_id", "=", unsold.id)])
        self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": sold.id})],
            }
        )
        uninstall_hook(self.env)
        self.assertEqual(sold.exists().active, False)
        self.assertFalse(unsold.exists())
        self.assertFalse(prices.exists())
        names = self.env["ir.model.data"].search([("model", "=", "product.product")])
        self.assertNotIn(sold.id, names.mapped("res_id"))
