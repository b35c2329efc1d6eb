import {registry} from "@web/core/registry";

import {pickOnPhone, pressHeader, reached, sign} from "./tour_utils";

function addLine(product, quantity) {
    return [
        {
            content: `a line for ${product}`,
            trigger: ".o_field_widget[name='line_ids'] .o-kanban-button-new",
            run: "click",
        },
        ...pickOnPhone("product_id", product, ".modal"),
        {
            content: `quantity ${quantity}`,
            trigger: ".modal .o_field_widget[name='quantity'] input",
            run: `edit ${quantity}`,
        },
        {
            content: "keep the line",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "back on the order",
            trigger: "body:not(:has(.modal))",
        },
    ];
}

function lineSays(product, ...words) {
    const contains = words.map((word) => `:contains("${word}")`).join("");
    return {
        content: `${product}: ${words}`,
        trigger: `.o_field_widget[name='line_ids'] .o_kanban_record:contains("${product}")${contains}`,
    };
}

function answerCheck(name) {
    const point = `.modal .o_kanban_record:contains("${name}")`;
    return [
        {
            content: `${name}: OK`,
            trigger: `${point} button[name='action_ok'].btn-outline-success`,
            run: "click",
        },
        {
            content: `${name} is answered`,
            trigger: `${point} button[name='action_ok'].btn-success`,
        },
    ];
}

function openPage(name) {
    return {
        content: `page ${name}`,
        trigger: `.o_form_view .nav-link[name='${name}']`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("after_sales_day_of_the_technician", {
    steps: () => [
        {
            content: "the visit of the day, its big button",
            trigger:
                ".o_kanban_record:contains('Jiangnan Water Works'):contains('PX2-004711') button[name='action_next_step']:contains('On the Way')",
            run: "click",
        },
        {
            content: "the button is the next step",
            trigger:
                ".o_kanban_record button[name='action_next_step']:contains('Arrived')",
            run: "click",
        },
        reached("On site"),
        {
            content: "the parts asked for are there",
            trigger:
                ".o_field_widget[name='line_ids'] .o_kanban_record:contains('Motor M4')",
        },
        ...pressHeader("action_open_diagnosis"),
        ...answerCheck("Switched off"),
        ...answerCheck("Protective equipment"),
        ...answerCheck("Seals and screws"),
        ...pickOnPhone("cause_id", "Failed in normal use", ".modal"),
        {
            content: "repaired",
            trigger:
                ".modal .o_field_widget[name='outcome'] label:contains('Repaired')",
            run: "click",
        },
        {
            content: "save the diagnosis",
            trigger: ".modal footer button.btn-primary:contains('Save')",
            run: "click",
        },
        {content: "back on the order", trigger: "body:not(:has(.modal))"},
        ...addLine("Mechanic hour", "1.5"),
        ...addLine("Travel by van", "1"),
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {content: "saved", trigger: ".o_form_saved"},
        lineSays("Motor M4", "free", "0.00", "24-month"),
        lineSays("Bearing 6204", "paid", "96.00", "ended"),
        lineSays("Shaft seal", "paid", "48.00", "wearing part"),
        lineSays("Mechanic hour", "60", "120.00"),
        lineSays("Travel by van", "paid", "80.00"),
        ...pressHeader("action_next_step"),
        {
            content: "the customer reads what is paid",
            trigger: ".modal .o_field_widget[name='amount_total']:contains('344.00')",
        },
        {
            content: "the motor is not charged",
            trigger:
                ".modal .o_field_widget[name='summary']:contains('Bearing 6204'):not(:contains('Motor M4'))",
        },
        ...sign("Ms Li"),
        {
            content: "accept",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {content: "accepted", trigger: "body:not(:has(.modal))"},
        openPage("lines"),
        {
            content: "all parts were used",
            trigger: "button[name='action_fill_used']:enabled",
            run: "click",
        },
        lineSays("Motor M4", "1.00 / 1.00"),
        ...pressHeader("action_sign"),
        {
            content: "the customer sees every line",
            trigger:
                ".modal .o_kanban_record:contains('Motor M4'):contains('24-month')",
        },
        ...sign("Ms Li"),
        {
            content: "sign the voucher",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {content: "signed", trigger: "body:not(:has(.modal))"},
        ...pressHeader("action_complete"),
        reached("Done"),
    ],
});
