from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestHouse(TransactionCase):
    """The rules that every model of the house keeps."""

    def _models(self):
        for name in sorted(self.env.registry):
            model = self.env[name]
            if name.startswith("after.sales.") and not model._abstract:
                yield model

    def test_every_stored_model_has_a_description_and_a_stable_order(self):
        for model in self._models():
            with self.subTest(model=model._name):
                self.assertNotEqual(model._description, model._name)
                if not model._transient:
                    self.assertRegex(model._order, r"\bid\b")

    def test_every_state_is_in_the_transition_table(self):
        for model in self._models():
            if not hasattr(model, "_get_transitions"):
                continue
            with self.subTest(model=model._name):
                states = {key for key, _label in model._fields["state"].selection}
                table = model._get_transitions()
                self.assertEqual(set(table), states)
                self.assertLessEqual(set().union(*table.values()), states)
