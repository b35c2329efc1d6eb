import {registry} from "@web/core/registry";

import {pressHeader, reached} from "./tour_utils";

registry.category("web_tour.tours").add("after_sales_make_claims", {
    steps: () => [
        {
            content: "make the claims of the months that are over",
            trigger: ".o_control_panel button[name='action_make_claims']:enabled",
            run: "click",
        },
        {
            content: "one claim of the motor, at its cost",
            trigger:
                ".o_form_view .o_field_widget[name='line_ids'] .o_data_row:contains('Motor M4'):contains('700.00')",
        },
        ...pressHeader("action_mark_sent"),
        reached("Sent"),
    ],
});

registry.category("web_tour.tours").add("after_sales_claim_answered", {
    steps: () => [
        ...pressHeader("action_answer"),
        reached("Answered"),
        ...pressHeader("action_create_credit_note"),
        {
            content: "the draft of the supplier's credit note",
            trigger: ".o_form_view button[name='action_post']:enabled",
            run: "click",
        },
        {
            content: "leads back to its claim",
            trigger:
                ".o_form_view button[name='action_view_after_sales_claims']:enabled",
            run: "click",
        },
        reached("Settled"),
    ],
});

registry.category("web_tour.tours").add("after_sales_take_money", {
    steps: () => [
        ...pressHeader("action_collect_cash"),
        {
            content: "what is left to pay is proposed",
            trigger: ".modal .o_field_widget[name='amount_due']:contains('200.00')",
        },
        {
            content: "take it and print the receipt",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            // The dialog is a form without that button, too: it has to be gone first.
            content: "the invoice is paid",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(.o_statusbar_buttons button[name='action_collect_cash']))",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_hand_cash_over", {
    steps: () => [
        {
            content: "a new handover",
            trigger: ".o_control_panel .o_list_button_add",
            run: "click",
        },
        {
            content: "save it: it takes all cash of the box",
            trigger: ".o_form_view .o_form_button_save:not(:visible), .o_form_view",
            run: () => document.querySelector(".o_form_button_save")?.click(),
        },
        {
            content: "the receipt lies in it",
            trigger:
                ".o_form_view .o_field_widget[name='amount_expected']:contains('200.00')",
        },
        ...pressHeader("action_hand_over"),
        reached("Handed over"),
    ],
});

registry.category("web_tour.tours").add("after_sales_count_cash", {
    steps: () => [
        {
            content: "write what was counted",
            trigger: ".o_form_view .o_field_widget[name='amount_counted'] input",
            run: "edit 195 && press Tab",
        },
        {
            content: "five are missing",
            trigger: ".o_field_widget[name='amount_difference']:contains('5.00')",
        },
        {
            content: "and why it is less",
            trigger: ".o_form_view .o_field_widget[name='difference_reason'] input",
            run: "edit Wrong change given && press Tab",
        },
        ...pressHeader("action_confirm"),
        reached("Confirmed"),
    ],
});
