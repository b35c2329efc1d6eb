import {registry} from "@web/core/registry";

import {pressHeader, sign} from "./tour_utils";

const notification = ".o_notification:contains('have to be approved first')";

function openSign() {
    return {
        content: "the customer's dialog opens",
        trigger: ".modal .o_field_widget[name='amount_total']:contains('776.00')",
    };
}

registry.category("web_tour.tours").add("after_sales_charge_on_the_phone", {
    steps: () => [
        {
            content: "work, night and travel by the price list",
            trigger: "button[name='action_charge']:enabled",
            run: "click",
        },
        ...["Mechanic hour", "Surcharge", "Travel by van"].map((product) => ({
            content: `a line for ${product}`,
            trigger: `.o_field_widget[name='line_ids'] .o_kanban_record:contains("${product}")`,
        })),
        ...pressHeader("action_sign_quotation"),
        {content: "somebody has to approve first", trigger: notification},
    ],
});

registry.category("web_tour.tours").add("after_sales_approve_charges", {
    steps: () => [
        {
            content: "the order that waits",
            trigger: ".o_data_row .o_data_cell[name='partner_id']",
            run: "click",
        },
        ...pressHeader("action_approve_charges"),
        {
            content: "nothing waits any more",
            trigger: ".o_form_view:not(:has(button[name='action_approve_charges']))",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_sign_on_the_phone", {
    steps: () => [
        ...pressHeader("action_sign_quotation"),
        openSign(),
        {
            content: "what refusing costs",
            trigger: ".modal .o_field_widget[name='fee_text']:contains('90.00')",
        },
        ...sign("Ms Li"),
        {
            content: "accept",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {content: "accepted", trigger: "body:not(:has(.modal))"},
    ],
});
