import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

import {pick, pressHeader, reached} from "./tour_utils";

registry.category("web_tour.tours").add("after_sales_take_the_call", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the app",
            trigger:
                ".o_app[data-menu-xmlid='after_sales_service.after_sales_menu_root']",
            run: "click",
        },
        {
            content: "open the call register",
            trigger:
                ".o_menu_sections button[data-menu-xmlid='after_sales_service.after_sales_menu_intake']",
            run: "click",
        },
        {
            content: "all tickets",
            trigger:
                ".o-dropdown--menu a[data-menu-xmlid='after_sales_service.after_sales_ticket_menu_all']",
            run: "click",
        },
        {
            content: "an empty list says what to do",
            trigger: ".o_view_nocontent:contains('type the serial number')",
        },
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
            content: "so is its customer",
            trigger:
                ".o_field_widget[name='partner_id'] input:value('Jiangnan Water Works')",
        },
        {
            content: "and its covers: the motor's runs",
            trigger:
                ".o_field_widget[name='unit_panel'] tr:contains('Motor') .text-bg-success",
        },
        {
            content: "the frame's does not",
            trigger:
                ".o_field_widget[name='unit_panel'] tr:contains('Frame') .text-bg-secondary",
        },
        {
            content: "what is wrong",
            trigger: ".o_field_widget[name='subject'] input",
            run: "edit Pump leaks at the shaft",
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
        {
            content: "and chips of the promises",
            trigger: ".o_field_widget[name='clock_chips'] .o_after_sales_clock",
        },
        {
            content: "open the promised times",
            trigger: ".nav-link[name='promises']",
            run: "click",
        },
        {
            content: "the arrival is promised in 24 hours",
            trigger:
                ".o_field_widget[name='clock_ids'] tr:contains('On site'):contains('24:00')",
        },
        ...pressHeader("action_create_order"),
        {
            content: "the service order knows the unit",
            trigger: ".o_form_view .o_field_widget[name='readiness_html']",
        },
        reached("Draft"),
    ],
});

registry.category("web_tour.tours").add("after_sales_plan_the_visit", {
    steps: () => [
        {
            content: "the order waits among those without technician",
            trigger:
                ".o_list_view .o_data_row:contains('PX2-004711') button[name='action_plan_visit']",
            run: "click",
        },
        {
            content: "the candidate is proposed, with the reason",
            trigger:
                ".modal .o_field_widget[name='candidate_ids'] .o_data_row:contains('Technician'):contains('skill ✓')",
        },
        {
            content: "and chosen",
            trigger:
                ".modal .o_field_widget[name='technician_id'] input:value('Technician')",
        },
        {
            content: "mail the customer at once",
            trigger: ".modal .o_field_widget[name='is_confirmed'] input",
            run: "check",
        },
        {
            content: "plan",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "everything is dispatched",
            trigger: ".o_view_nocontent:contains('Everything is dispatched')",
        },
    ],
});
