import {registry} from "@web/core/registry";

import {pick, pressHeader, reached} from "./tour_utils";

const LINES = ".o_field_widget[name='line_ids']";
const MOTOR = `${LINES} .o_data_row:contains("Motor M4")`;
const BAR = ".o_after_sales_timeline_bar.o_after_sales_running";

registry.category("web_tour.tours").add("after_sales_read_the_decision", {
    steps: () => [
        {
            content: "a new call",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "type the serial number",
            trigger: ".o_form_view .o_field_widget[name='search_text'] input",
            run: "edit PX2-004711 && press Tab",
        },
        {
            content: "the unit is found",
            trigger: ".o_field_widget[name='unit_id'] input:value('PX2-004711')",
        },
        {
            content: "its panel shows that the motor is covered",
            trigger:
                ".o_field_widget[name='unit_panel'] tr:contains('Motor') .text-bg-success",
        },
        {
            content: "what is wrong",
            trigger: ".o_field_widget[name='subject'] input",
            run: "edit Motor hums",
        },
        ...pick("symptom_id", "Leaks at the shaft"),
        {
            content: "save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "the ticket has a number",
            trigger: ".o_form_saved .o_field_widget[name='name']:contains('/')",
        },
        ...pressHeader("action_create_order"),
        reached("Draft"),
        {
            content: "the motor will be needed",
            trigger: `${LINES} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        ...pick("product_id", "Motor M4", LINES),
        {
            content: "save the order",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "it is free, and the sentence says why",
            trigger: `${MOTOR} .o_data_cell[name="reason"]:contains("Motor: covered until"):contains("24-month motor term")`,
        },
        {
            content: "which covers were looked at?",
            trigger: `${MOTOR} button[name="action_show_candidates"]`,
            run: "click",
        },
        {
            content: "the chosen one stands there with its reason",
            trigger: ".modal .o_form_view:contains('Motor: covered until')",
        },
        {
            content: "close",
            trigger: ".modal footer .btn-primary[special='cancel'], .modal .btn-close",
            run: "click",
        },
        {
            content: "back on the order",
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_read_the_timeline", {
    steps: () => [
        {
            content: "the frame's cover has ended: said in words, not in grey alone",
            trigger:
                ".o_after_sales_timeline_row:contains('Frame') .o_after_sales_ended[aria-label*='ended on']",
        },
        {
            content: "the seal says why it has no bar",
            trigger:
                ".o_after_sales_timeline_row:contains('Shaft seal'):contains('Wearing part')",
        },
        {
            content: "today is named in the legend",
            trigger: ".o_after_sales_timeline_legend:contains('Today')",
        },
        {
            content: "tap the motor's bar",
            trigger: `.o_after_sales_timeline_row:contains('Motor') ${BAR}`,
            run(helpers) {
                helpers.anchor.dispatchEvent(
                    new PointerEvent("pointerdown", {pointerType: "touch"})
                );
                helpers.anchor.click();
            },
        },
        {
            content: "a tap tells it, and shows the way to the cover",
            trigger:
                ".o_after_sales_timeline_popover:contains('Motor: Product warranty, covered until'):contains('We pay 100 %') .o_after_sales_timeline_open",
            run: "click",
        },
        {
            content: "the cover begins with its sentence",
            trigger:
                ".o_form_view .o_field_widget[name='sentence']:contains('Motor: Product warranty, covered until')",
        },
        {
            content: "and names what made it",
            trigger:
                ".o_form_view .o_field_widget[name='policy_id']:contains('Standard pump')",
        },
    ],
});
