import {registry} from "@web/core/registry";

import {pick, pressHeader} from "./tour_utils";

registry.category("web_tour.tours").add("after_sales_triage", {
    steps: () => [
        {
            content: "what is red stands first, with its sign",
            trigger:
                ".o_data_row:first-child:contains('Production stands') .o_after_sales_red .fa-exclamation-triangle",
        },
        {
            content: "open it",
            trigger:
                ".o_data_row:contains('Production stands') .o_data_cell[name='subject']",
            run: "click",
        },
        {
            content: "the next promise to break is the largest, and red",
            trigger: ".o_form_view .o_after_sales_next.o_after_sales_red",
        },
        ...pressHeader("action_acknowledge"),
        {
            content: "nothing is left to acknowledge",
            trigger:
                ".o_form_view .o_statusbar_buttons:not(:has(button[name='action_acknowledge']))",
        },
        {
            content: "ask a clock for its history",
            trigger: ".o_form_view .o_after_sales_next",
            run: "click",
        },
        {
            content: "it was started",
            trigger: ".modal .o_field_widget[name='event_ids']:contains('Start')",
        },
        {
            content: "close the history",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "it is closed",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "somebody else goes on",
            trigger: ".o_form_view button[name='action_reassign']",
            run: "click",
        },
        ...pick("user_id", "Agent", ".modal"),
        {
            content: "say why",
            trigger: ".modal .o_field_widget[name='reason'] input",
            run: "edit Knows the plant",
        },
        {
            content: "reassign",
            trigger: ".modal button[name='action_apply']:visible",
            run: "click",
        },
        {
            content: "somebody else goes on",
            trigger:
                "body:not(:has(.modal)) .o_form_view .o_field_widget[name='user_id']:contains('Agent')",
        },
    ],
});
