import ast
import re
import tokenize
from pathlib import Path

from lxml import etree

from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons import after_sales_service

from .common import ROLES

ADDON = "after_sales_service"
ROOT = Path(after_sales_service.__file__).parent
MAGIC = {*MAGIC_COLUMNS, "display_name"}
TECHNICAL_PREFIXES = ("is_", "has_", "can_", "date_", "after_sales_")
MAX_LINES = 600
# One form is one record, and one attribute stands on a line.
MAX_LINES_XML = 660
SUDO_COMMENT_DISTANCE = 3

# What a role need not read, and why. Everything else has a line for every role.
NO_ACCESS = {
    # Agents, clerks and accountants take no part in judging technicians.
    "after.sales.judgement": {"agent", "clerk"},
    "after.sales.evaluation": {"agent", "clerk"},
    "after.sales.evaluation.line": {"agent", "clerk"},
    "after.sales.evaluation.scheme": {"agent", "clerk"},
    "after.sales.evaluation.scheme.line": {"agent", "clerk"},
    "after.sales.daily.report": {"agent", "clerk"},
    "after.sales.demerit": {"agent", "clerk"},
    # Complaints about people are not for those people; suggestions are no parts.
    "after.sales.complaint": {"technician"},
    "after.sales.complaint.meeting": {"technician"},
    "after.sales.complaint.route": {"technician"},
    "after.sales.suggestion": {"technician", "clerk"},
    # Agents neither hold nor hand out what is in custody.
    "after.sales.tool.movement": {"agent"},
    "after.sales.handover": {"agent"},
    "after.sales.handover.line": {"agent"},
    # Cash and hours stay between technician, supervisor and accounting.
    "after.sales.cash.handover": {"agent", "clerk"},
    "after.sales.cash.ledger": {"agent", "clerk"},
    # What suppliers give back is known to those who see costs or handle claims.
    "after.sales.supplier.agreement": {"agent", "technician"},
    "after.sales.supplier.warranty": {"agent", "technician"},
    "after.sales.supplier.claim": {"agent", "technician"},
    "after.sales.supplier.claim.line": {"agent", "technician"},
    "after.sales.supplier.recovery": {"agent", "technician"},
    # What is set aside is the accountant's.
    "after.sales.provision": {"agent", "technician", "supervisor", "clerk"},
    "after.sales.provision.line": {"agent", "technician", "supervisor", "clerk"},
    "after.sales.order.cost": {"agent", "technician", "clerk"},
    "after.sales.time": {"clerk"},
    "after.sales.check.item": {"clerk"},
    # Agents open orders; parts are asked for by technicians.
    "after.sales.requisition": {"agent"},
    "after.sales.requisition.line": {"agent"},
    "after.sales.old.part": {"agent"},
    "after.sales.old.part.movement": {"agent"},
    # The book of parts is kept by those who move them.
    "after.sales.van.stock": {"agent"},
    "after.sales.stocking.run": {"agent", "technician"},
    "after.sales.stocking.line": {"agent", "technician"},
    "after.sales.count": {"agent"},
    "after.sales.count.line": {"agent"},
    "after.sales.dealer": {"agent", "technician"},
    "after.sales.dealer.request": {"agent", "technician"},
    "after.sales.dealer.request.line": {"agent", "technician"},
    "after.sales.dealer.use": {"agent", "technician"},
    "after.sales.dealer.use.line": {"agent", "technician"},
    "after.sales.dealer.statement": {"agent", "technician"},
    "after.sales.dealer.statement.line": {"agent", "technician"},
    "after.sales.part.ledger": {"agent"},
    "after.sales.part.balance": {"agent"},
    # Who had a ticket and what was kept is for the office.
    "after.sales.ticket.assignment": {"clerk", "technician"},
    "after.sales.sla.report": {"clerk", "technician"},
    # Terms and promises are read by those who talk with customers.
    "after.sales.sla.policy": {"clerk"},
    "after.sales.warranty.policy": {"clerk"},
    "after.sales.warranty.policy.line": {"clerk"},
    "after.sales.contract": {"clerk"},
    "after.sales.contract.line": {"clerk"},
    "after.sales.contract.term": {"clerk"},
    "after.sales.contract.usage": {"clerk"},
    "after.sales.contract.visit": {"clerk"},
    "after.sales.contract.period": {"clerk"},
    "after.sales.contract.suspension": {"clerk"},
    "after.sales.decision": {"clerk"},
    # Counts strangers at public pages; there is nothing in it to work with.
    "after.sales.public.visit": {"agent", "technician", "supervisor", "clerk"},
}
# Models whose rows are reached only through another one that has the rule.
NO_COMPANY_RULE = set()


class HouseCase(TransactionCase):
    def _models(self, transient=False):
        """Yield the models of this add-on; those it only extends are Odoo's."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if (
                name.startswith("after.sales.")
                and not model._abstract
                and (transient or not model._transient)
            ):
                yield model

    def _sources(self, suffix):
        for path in sorted(ROOT.rglob(f"*{suffix}")):
            if not {"lib", "demo"} & set(path.relative_to(ROOT).parts):
                yield path

    def _ours(self, model):
        """Return the records of ``model`` that this add-on's files define."""
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id")).exists()


@tagged("post_install", "-at_install")
class TestModels(HouseCase):
    """The rules that every model of the house keeps."""

    def test_every_model_has_a_description_and_a_stable_order(self):
        for model in self._models(transient=True):
            with self.subTest(model=model._name):
                self.assertNotEqual(model._description, model._name)
                if not model._transient:
                    self.assertRegex(model._order, r"\bid( desc| asc)?$")

    def test_every_state_is_in_the_transition_table(self):
        for model in self._models():
            if not hasattr(model, "_get_transitions"):
                continue
            with self.subTest(model=model._name):
                states = {key for key, _label in model._fields["state"].selection}
                table = model._get_transitions()
                self.assertEqual(set(table), states)
                self.assertLessEqual(set().union(*table.values()), states)

    def test_every_state_can_be_reached(self):
        for model in self._models():
            if not hasattr(model, "_get_transitions"):
                continue
            with self.subTest(model=model._name):
                table = model._get_transitions()
                first = model.default_get(["state"])["state"]
                reached = {first}
                for _step in table:
                    reached |= set().union(*(table[state] for state in reached))
                self.assertEqual(reached, set(table))

    def test_every_field_of_ours_has_a_label(self):
        """A label is no technical name, and no two fields of a model share one."""
        for name in sorted(self.env.registry):
            labels = {}
            for field in self.env[name]._fields.values():
                if (
                    field._module != ADDON
                    or field.inherited
                    or field.name in MAGIC
                    or field.manual
                    or not field.export_string_translation  # never shown
                ):
                    continue
                with self.subTest(field=f"{name}.{field.name}"):
                    self.assertTrue(field.string)
                    self.assertNotIn("_", field.string)
                    if field.name.startswith(TECHNICAL_PREFIXES):
                        technical = field.name.replace("_", " ").title()
                        self.assertNotEqual(field.string, technical)
                    if name.startswith("after.sales."):
                        self.assertNotIn(field.string, labels)
                labels[field.string] = field.name

    def test_every_role_reads_every_model(self):
        groups = {
            role: self.env.ref(xmlid).all_implied_ids for role, xmlid in ROLES.items()
        }
        for model in self._models():
            readers = (
                self.env["ir.model.access"]
                .search(
                    [
                        ("model_id.model", "=", model._name),
                        ("perm_read", "=", True),
                        ("active", "=", True),
                    ]
                )
                .group_id
            )
            without = {role for role in ROLES if not groups[role] & readers}
            with self.subTest(model=model._name):
                self.assertLessEqual(without, NO_ACCESS.get(model._name, set()))

    def test_wizards_are_open_to_somebody(self):
        for model in self._models(transient=True):
            if model._transient:
                with self.subTest(model=model._name):
                    self.assertTrue(
                        self.env["ir.model.access"].search_count(
                            [("model_id.model", "=", model._name)]
                        )
                    )

    def test_no_access_line_without_a_group(self):
        for access in self._ours("ir.model.access"):
            with self.subTest(access=access.name):
                self.assertTrue(access.group_id)

    def test_every_model_with_a_company_has_a_company_rule(self):
        for model in self._models():
            if "company_id" not in model._fields:
                continue
            rules = self.env["ir.rule"].search(
                [("model_id.model", "=", model._name), ("groups", "=", False)]
            )
            with self.subTest(model=model._name):
                self.assertTrue(
                    any("company_id" in (rule.domain_force or "") for rule in rules)
                    or model._name in NO_COMPANY_RULE
                )


@tagged("post_install", "-at_install")
class TestScreens(HouseCase):
    """Every screen opens for everybody who has a way to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"house.{role}", groups=group)
            for role, group in ROLES.items()
        }

    def _actions(self, user):
        """Return our window actions whose model the user may read."""
        actions = self._ours("ir.actions.act_window")
        return actions.filtered(
            lambda action: (
                action.res_model in self.env
                and self.env[action.res_model].with_user(user).has_access("read")
                and (not action.group_ids or action.group_ids & user.all_group_ids)
            )
        )

    def test_every_screen_of_ours_renders_for_each_role(self):
        for role, user in self.users.items():
            for action in self._actions(user):
                views = [(view or False, mode) for view, mode in action.views]
                search = action.search_view_id.id or False
                with self.subTest(role=role, action=action.xml_id):
                    model = self.env[action.res_model].with_user(user)
                    model.get_views([*views, (search, "search")])

    def test_every_screen_of_ours_lists_for_each_role(self):
        for role, user in self.users.items():
            for action in self._actions(user):
                model = self.env[action.res_model].with_user(user)
                if model._transient:
                    continue
                with self.subTest(role=role, action=action.xml_id):
                    for view, mode in action.views:
                        if mode in ("list", "kanban", "form"):
                            arch = etree.fromstring(
                                model.get_view(view or None, mode)["arch"]
                            )
                            names = arch.xpath("//field[not(ancestor::field)]/@name")
                            model.search([], limit=3).read(set(names))

    def test_every_form_of_ours_opens_for_who_may_read_the_record(self):
        """A list in a form needs rights of its own: else the form does not open."""
        accountant = new_test_user(
            self.env, login="house.accountant", groups="account.group_account_invoice"
        )
        for role, user in {**self.users, "accountant": accountant}.items():
            for model in self._models():
                own = model.with_user(user)
                if not own.has_access("read"):
                    continue
                arch = etree.fromstring(own.get_view(view_type="form")["arch"])
                for node in arch.iter("field"):
                    if any(parent.tag == "field" for parent in node.iterancestors()):
                        continue
                    field = model._fields[node.get("name")]
                    if field.type not in ("one2many", "many2many"):
                        continue
                    if not field.comodel_name.startswith("after.sales."):
                        continue
                    with self.subTest(role=role, field=f"{field}"):
                        self.assertTrue(
                            own.env[field.comodel_name].has_access("read"),
                            f"{role} opens {model._name}, but reads no {field}",
                        )

    def test_what_opens_by_a_click_has_a_title(self):
        """The rows behind a figure are called by the view; without it “Untitled”."""
        views = self._ours("ir.ui.view").filtered(
            lambda view: view.type in ("graph", "pivot") and view.mode == "primary"
        )
        self.assertTrue(views)
        for view in views:
            with self.subTest(view=view.name):
                self.assertTrue(etree.fromstring(view.arch).get("string"))

    def test_every_filter_of_ours_searches(self):
        user = self.users["manager"]
        for view in self._ours("ir.ui.view").filtered(
            lambda view: view.type == "search" and view.model in self.env
        ):
            model = self.env[view.model].with_user(user)
            if not model.has_access("read"):
                continue
            for domain in re.findall(r'<filter[^>]* domain="([^"]+)"', view.arch):
                domain = domain.replace("&lt;", "<").replace("&gt;", ">")
                with self.subTest(view=view.xml_id, domain=domain):
                    context = {"uid": user.id, "self": "x", "allowed_company_ids": []}
                    names = {
                        node.id
                        for node in ast.walk(ast.parse(domain, mode="eval"))
                        if isinstance(node, ast.Name)
                    }
                    if names - {"uid"}:
                        continue  # needs the browser's clock
                    code = compile(domain, view.xml_id, "eval")
                    model.search(eval(code, context), limit=1)

    def test_every_menu_of_ours_leads_somewhere(self):
        menus = self._ours("ir.ui.menu")
        administrator = new_test_user(
            self.env,
            login="house.administrator",
            groups=f"{ROLES['manager']},base.group_system",
        )
        seen = [
            self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (administrator, *self.users.values())
        ]
        for menu in menus:
            with self.subTest(menu=menu.complete_name):
                self.assertTrue(menu.action or menu.child_id)
                self.assertTrue(
                    any(menu.id in visible for visible in seen),
                    "no role sees it",
                )

    def test_every_shown_menu_opens_a_readable_model(self):
        for role, user in self.users.items():
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu in self._ours("ir.ui.menu"):
                action = menu.action
                if menu.id not in visible or not action:
                    continue
                if action._name != "ir.actions.act_window":
                    continue
                model = self.env[action.res_model].with_user(user)
                mode = "create" if model._transient else "read"
                with self.subTest(role=role, menu=menu.complete_name):
                    self.assertTrue(model.has_access(mode))

    def test_every_print_of_ours_is_a4(self):
        reports = self.env["ir.actions.report"].search(
            [
                ("report_type", "=", "qweb-pdf"),
                ("report_name", "=like", "after_sales_service.%"),
            ]
        )
        self.assertTrue(reports)
        for report in reports:
            if report.report_name.endswith("_label"):
                continue  # labels are as small as their roll
            with self.subTest(report=report.name):
                self.assertEqual(report.paperformat_id.format, "A4")

    def test_paths_are_unique(self):
        actions = self._ours("ir.actions.act_window").filtered("path")
        paths = actions.mapped("path")
        self.assertEqual(len(paths), len(set(paths)))


@tagged("post_install", "-at_install")
class TestSources(HouseCase):
    """What the files of the house look like."""

    def test_no_file_is_longer_than_a_screenful_of_screens(self):
        for suffix in (".py", ".xml", ".js", ".scss"):
            for path in self._sources(suffix):
                lines = path.read_text(encoding="utf-8").count("\n")
                with self.subTest(path=str(path.relative_to(ROOT))):
                    limit = MAX_LINES_XML if suffix == ".xml" else MAX_LINES
                    self.assertLessEqual(lines, limit)

    def test_every_sudo_says_why(self):
        for path in self._sources(".py"):
            comments = set()
            with path.open("rb") as file:
                for token in tokenize.tokenize(file.readline):
                    if token.type == tokenize.COMMENT:
                        comments.add(token.start[0])
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for first, line in self._sudo_calls(tree):
                near = range(first - SUDO_COMMENT_DISTANCE, line + 1)
                with self.subTest(path=str(path.relative_to(ROOT)), line=line):
                    self.assertTrue(comments & set(near))

    def _sudo_calls(self, tree):
        """Yield, for each ``.sudo()``, its statement's first line and its own."""

        def walk(node, first):
            if isinstance(node, ast.stmt):
                first = node.lineno
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "sudo"
                and not (node.args and getattr(node.args[0], "value", True) is False)
            ):
                yield first, node.func.end_lineno
            for child in ast.iter_child_nodes(node):
                yield from walk(child, first)

        return walk(tree, 1)

    def test_no_habits_of_older_versions(self):
        habits = {
            ".py": {
                r"_sql_constraints\s*=": "models.Constraint",
                r"\bname_get\(": "_compute_display_name",
                r"self\._cr\b|self\._uid\b|self\._context\b": "self.env",
                r"@api\.(multi|one|returns)\b": "nothing",
                r"odoo\.osv": "odoo.fields.Domain",
            },
            ".xml": {
                r"\battrs\s*=": "invisible, readonly, required",
                r"\bstates\s*=": "invisible",
                r"<tree\b": "list",
                r"kanban-box": "card",
                r"oe_chatter": "chatter",
            },
        }
        for suffix, patterns in habits.items():
            for path in self._sources(suffix):
                text = path.read_text(encoding="utf-8")
                for pattern, instead in patterns.items():
                    with self.subTest(path=str(path.relative_to(ROOT)), use=instead):
                        self.assertNotRegex(text, pattern)

    def test_groups_pages_and_filters_have_names(self):
        for path in self._sources(".xml"):
            if "views" not in path.parts and "wizard" not in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            for tag in re.findall(r"<(?:page|filter)\b[^>]*>", text):
                with self.subTest(path=str(path.relative_to(ROOT)), tag=tag[:80]):
                    self.assertRegex(tag, r"\bname\s*=")
