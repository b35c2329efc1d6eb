"""How warranty terms changed in the demo company, and why.

A promotion, a good customer's own terms, an extension that is sold, better seals for
one batch that are applied to pumps already sold, and a rule for the workshop.
"""

from datetime import timedelta

from odoo import Command, fields

NAMES = {
    # id: English, 简体中文, 繁體中文
    "campaign_pumps_demo": ("Autumn Pump Weeks", "秋季水泵促销", "秋季幫浦促銷"),
    "policy_autumn_demo": ("PX2 in Autumn", "PX2 秋季促销保修", "PX2 秋季促銷保固"),
    "policy_mekong_demo": (
        "PX2 for Mekong Aqua",
        "PX2 湄公水务专用保修",
        "PX2 湄公水務專用保固",
    ),
    "policy_seal_demo": (
        "PX5 Seals of Batch 2088–2091",
        "PX5 轴封批次 2088–2091",
        "PX5 軸封批次 2088–2091",
    ),
    "extension_pump_demo": ("12 Months More", "延保 12 个月", "延長保固 12 個月"),
    "product_extension_demo": (
        "Pump Care, 12 Months More",
        "水泵延保 12 个月",
        "幫浦延長保固 12 個月",
    ),
}


def schedule(history):
    """Put what happened to the terms on the heap of ``history``."""
    history.at(290, 1, _agree_customer_terms, history)
    history.at(214, 1, _start_campaign, history)
    history.at(190, 1, _offer_extension, history)
    history.at(60, 3, _sell_extension, history, ("PX5-002031", "PX5-002033"))
    history.at(28, 1, _pause_in_workshop, history)
    history.at(2, 3, _extend_seals, history)


def _keep(history, name, record):
    """Give ``record`` its external id and its names in all languages."""
    english, simplified, traditional = NAMES[name]
    record.name = english
    record.with_context(lang="zh_CN").name = simplified
    record.with_context(lang="zh_TW").name = traditional
    return history.demo._keep(name, record)


def _renew(history, name, source, changes, **vals):
    """Make a policy like ``source``, with other terms for some components.

    :param dict changes: ``{component: values of its term}``
    """
    policy = history.as_user(history.ref(source), "manager").copy(vals)
    for component, terms in changes.items():
        position = history.ref(component)
        line = policy.line_ids.filtered(
            lambda line, position=position: line.component_id == position
        )
        line.write(terms)
    _keep(history, name, policy)
    policy.action_put_in_force()
    history.after(5, _read_notice, history, policy)
    return policy


def _read_notice(history, record):
    """The team leader has read what changed."""
    activities = history.as_user(record.sudo().activity_ids, "supervisor")
    activities.action_feedback(feedback="Told the team in the morning round.")


def _agree_customer_terms(history):
    """A customer far away gets 30 months on motors, but pays half of each trip."""
    half = {"share_travel": 50}
    _renew(
        history,
        "policy_mekong_demo",
        "policy_px2_demo",
        {
            "component_px2_frame_demo": half,
            "component_px2_motor_demo": half | {"term": 30},
        },
        partner_id=history.ref("partner_mekong_demo").id,
    )


def _start_campaign(history):
    """Who buys in the autumn weeks gets twice the term on frame and a third year."""
    start = fields.Date.today()
    campaign = history.model("after.sales.campaign", "manager").create(
        {
            "name": NAMES["campaign_pumps_demo"][0],
            "date_from": start,
            "date_to": start + timedelta(days=42),
            "categ_ids": [Command.set(history.ref("categ_pumps_demo").ids)],
        }
    )
    _keep(history, "campaign_pumps_demo", campaign)
    history.after(5, _read_notice, history, campaign)
    _renew(
        history,
        "policy_autumn_demo",
        "policy_px2_demo",
        {
            "component_px2_frame_demo": {"term": 24},
            "component_px2_motor_demo": {"term": 36},
        },
        campaign_id=campaign.id,
    )


def _offer_extension(history):
    """From now on an extension stands in the price list."""
    extension = history.model("after.sales.extension", "manager").create(
        {
            "name": NAMES["extension_pump_demo"][0],
            "covered_tmpl_ids": [
                Command.set(
                    (
                        history.ref("product_px2_demo")
                        | history.ref("product_px5_demo")
                    ).product_tmpl_id.ids
                )
            ],
        }
    )
    _keep(history, "extension_pump_demo", extension)
    product = history.env["product.product"].create(
        {
            "name": NAMES["product_extension_demo"][0],
            "default_code": "EXT-12",
            "type": "service",
            "list_price": 860.0,
            "categ_id": history.ref("categ_work_demo").id,
            "after_sales_extension_id": extension.id,
        }
    )
    _keep(history, "product_extension_demo", product)


def _sell_extension(history, serials):
    """A customer buys it for two of the pumps before their warranty is over."""
    units = [history.units[serial] for serial in serials]
    sale = history.env["sale.order"].create(
        {
            "partner_id": units[0].partner_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": history.ref("product_extension_demo").id,
                        "product_uom_qty": len(units),
                        "after_sales_unit_ids": [
                            Command.set([unit.id for unit in units])
                        ],
                    }
                )
            ],
        }
    )
    history.demo._keep("sale_extension_demo", sale)
    sale.action_confirm()


def _pause_in_workshop(history):
    """New version: sets sold from now on get their days in the workshop back."""
    policy = history.as_user(history.ref("policy_wt500_demo"), "manager")
    version = policy._create_version()
    history.demo._keep("policy_wt500_2_demo", version)
    version.is_paused_in_workshop = True
    version.action_put_in_force()
    history.after(5, _read_notice, history, version)


def _extend_seals(history):
    """The seals of one batch failed early: 18 months, for the pumps sold, too."""
    policy = _renew(
        history,
        "policy_seal_demo",
        "policy_px5_demo",
        {
            "component_px5_seal_demo": {
                "is_excluded": False,
                "term": 18,
                "share_travel": 100,
            }
        },
        serial_from="PX5-002088",
        serial_to="PX5-002091",
    )
    policy._apply_to_units(
        policy._find_sold_units(),
        "Shaft seals of this batch wear early; agreed with the maker of the seals.",
    )
