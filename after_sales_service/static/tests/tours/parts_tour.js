import {registry} from "@web/core/registry";

import {pressHeader, reached} from "./tour_utils";

registry.category("web_tour.tours").add("after_sales_ask_for_parts", {
    steps: () => [
        ...pressHeader("action_propose"),
        {
            content: "past repairs speak for the seal",
            trigger:
                ".modal .o_data_row:contains('Shaft seal'):contains('1 of 1 repairs')",
        },
        {
            content: "add what is ticked",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "the line says why, and where the part is",
            trigger:
                ".o_field_widget[name='line_ids'] .o_data_row:contains('Shaft seal'):contains('1 of 1 repairs')",
        },
        ...pressHeader("action_submit"),
        reached("To approve"),
    ],
});

registry.category("web_tour.tours").add("after_sales_approve_parts", {
    steps: () => [
        {
            content: "the rule says why it is asked",
            trigger:
                ".o_form_view .o_field_widget[name='approval_reason']:contains('Seals are dear')",
        },
        ...pressHeader("action_approve"),
        reached("To issue"),
    ],
});

registry.category("web_tour.tours").add("after_sales_issue_parts", {
    steps: () => [
        ...pressHeader("action_view_pickings"),
        {
            content: "an ordinary transfer, ready to be validated",
            trigger: ".o_form_view button[name='button_validate']:enabled",
            run: "click",
        },
        {
            content: "it is done",
            trigger: ".o_form_view .o_arrow_button_current:contains('Done')",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_scan_old_part", {
    steps: () => [
        {
            content: "the holder owes a motor",
            trigger: ".o_list_view .o_data_row:contains('M-1')",
        },
        {
            content: "open the menu of parts",
            trigger:
                ".o_menu_sections button[data-menu-xmlid='after_sales_service.after_sales_menu_parts']",
            run: "click",
        },
        {
            content: "scan old parts in",
            trigger:
                ".o-dropdown--menu a[data-menu-xmlid='after_sales_service.after_sales_old_part_scan_menu']",
            run: "click",
        },
        {
            content: "a number nobody knows",
            trigger: ".modal .o_field_widget[name='code'] input",
            run: "edit M-0 && press Enter",
        },
        {
            content: "is told, with what to do",
            trigger: ".modal .alert:contains('No old part is known under M-0')",
        },
        {
            content: "the number on the old motor",
            trigger: ".modal .o_field_widget[name='code'] input",
            run: "edit M-1 && press Enter",
        },
        {
            content: "it is in the list",
            trigger: ".modal .o_data_row:contains('Motor M4')",
        },
        {
            content: "receive",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "the desk is next",
            trigger: ".o_control_panel:contains('Old Part Desk')",
        },
        {
            content: "the part waits there; open it",
            trigger: ".o_list_view .o_data_row:contains('M-1') td[name='product_id']",
            run: "click",
        },
        {
            content: "what was found",
            trigger:
                ".o_form_view .o_field_widget[name='finding'] select, .o_form_view .o_field_widget[name='finding'] input",
            run: "click",
        },
        {
            content: "a fault",
            trigger: ".o_select_menu_item:contains('Fault found')",
            run: "click",
        },
        ...pressHeader("action_analyse"),
        reached("Analysed"),
        {
            content: "scrap is proposed",
            trigger:
                ".o_form_view .o_field_widget[name='disposition'] input:value('Scrap')",
        },
        ...pressHeader("action_dispose"),
        reached("Closed"),
    ],
});

registry.category("web_tour.tours").add("after_sales_swap_a_part", {
    steps: () => [
        {
            content: "swap a part",
            trigger: ".o_form_view button[name='action_swap_part']",
            run: "click",
        },
        {
            content: "scan the old one",
            trigger: ".modal .o_field_widget[name='serial_out'] input",
            run: "edit M-1 && press Tab",
        },
        {
            content: "the position is known",
            trigger: ".modal .o_field_widget[name='component_id'] input:value('Motor')",
        },
        {
            content: "scan the new one",
            trigger: ".modal .o_field_widget[name='serial_in'] input",
            run: "edit M-2 && press Tab",
        },
        {
            content: "it is in the van",
            trigger: ".modal .o_field_widget[name='product_id']:contains('Motor M5')",
        },
        {
            content: "swap",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        {
            content: "the line is used",
            trigger:
                ".o_field_widget[name='line_ids'] .o_kanban_record:contains('Motor M5'):contains('1.00 / 1.00')",
        },
    ],
});
