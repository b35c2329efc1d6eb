import {registry} from "@web/core/registry";

import {pick, pressHeader, reached} from "./tour_utils";

registry.category("web_tour.tours").add("after_sales_intake_by_serial", {
    steps: () => [
        {
            content: "a new call",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "field 1: the serial number",
            trigger: ".o_form_view .o_field_widget[name='search_text'] input",
            run: "edit px2-004711 && press Tab",
        },
        {
            content: "customer and contact are there",
            trigger:
                ".o_field_widget[name='partner_id'] input:value('Jiangnan Water Works')",
        },
        {
            content: "so are the covers",
            trigger:
                ".o_field_widget[name='unit_panel'] tr:contains('Motor') .text-bg-success",
        },
        {
            content: "and the customer's other unit with its cover",
            trigger: ".o_field_widget[name='file_panel']:contains('PX2-OTHER')",
        },
        {
            content: "and what was reported last, in a tab of its own",
            trigger:
                ".o_field_widget[name='file_panel'] a[target='_blank']:contains('RS/')",
        },
        {
            content: "and the door code",
            trigger: ".o_field_widget[name='site_note']:contains('Gate 3')",
        },
        {
            content: "the unit was reported before",
            trigger: ".o_field_widget[name='repeat_hint']:contains('days ago already')",
        },
        ...pick("symptom_id", "Leaks at the shaft"),
        {
            content: "it is the same fault",
            trigger: ".o_field_widget[name='repeat_hint']:contains('The same fault')",
        },
        {
            content: "field 3: the level, with what it means",
            trigger:
                ".o_field_widget[name='level'] .o_radio_item:contains('Level 3') input",
            run: "check",
        },
        {
            content: "what the company calls level 3",
            trigger:
                ".o_field_widget[name='level_definition']:contains('The line stands')",
        },
        {
            content: "one click saves and links",
            trigger: "button[name='action_link_repeat']",
            run: "click",
        },
        {
            content: "it is linked, and saved",
            trigger:
                ".o_form_saved .o_field_widget[name='repeat_of_id'] input:value('RS/')",
        },
        {
            content: "the earlier one is still open: merging is offered",
            trigger: ".o_field_widget[name='merge_hint']:contains('is still open')",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_register_triage", {
    steps: () => [
        {
            content: "the team's registers, with what was left from yesterday",
            trigger:
                ".o_kanban_record:contains('Field service') a:contains('1 from before')",
        },
        {
            content: "open what nobody took",
            trigger:
                ".o_kanban_record:contains('Field service') button:contains('2 Unassigned')",
            run: "click",
        },
        {
            content: "yesterday's call stands first",
            trigger: ".o_list_view .o_data_row:eq(0):contains('From yesterday')",
        },
        {
            content: "open it",
            trigger: ".o_data_row:eq(0) td[name='subject']",
            run: "click",
        },
        ...pressHeader("action_assign"),
        {
            content: "the supervisor has it",
            trigger:
                ".o_form_view .o_field_widget[name='user_id']:contains('Supervisor')",
        },
        ...pressHeader("action_pause"),
        ...pick("reason_id", "Waiting for parts", ".modal"),
        {
            content: "let it wait",
            trigger: ".modal footer button[name='action_apply']",
            run: "click",
        },
        reached("Waiting"),
        {
            content: "open the menu of registers",
            trigger:
                ".o_menu_sections button[data-menu-xmlid='after_sales_service.after_sales_menu_intake']",
            run: "click",
        },
        {
            content: "those that are paused",
            trigger:
                ".o-dropdown--menu a[data-menu-xmlid='after_sales_service.after_sales_ticket_menu_waiting']",
            run: "click",
        },
        {
            content: "with its reason",
            trigger:
                ".o_list_view .o_data_row:contains('From yesterday'):contains('Waiting for parts')",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_ticket_from_the_portal", {
    steps: () => [
        {
            content: "report a fault",
            trigger: "a:contains('Report a Fault')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the serial from the name plate",
            trigger: "input[name='serial']",
            run: "edit PX2-004711",
        },
        {
            content: "what is wrong",
            trigger: "input[name='subject']",
            run: "edit It drips at the shaft",
        },
        {
            content: "send",
            trigger: "#wrap form button[type='submit']:contains('Send')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "registered, with the unit",
            trigger: "#wrap:contains('RS/'):contains('PX2-004711')",
        },
        {
            content: "and what is promised",
            trigger: "#wrap dl:contains('First reply'):contains('by')",
        },
        {
            content: "the receipt stands among the messages",
            trigger: "#ticket_messages",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_customer_approves", {
    steps: () => [
        {
            content: "solved, says the house",
            trigger: "#ticket_decision button:contains('Yes, It Is Solved')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "how satisfied",
            trigger: "#ticket_decision input#stars_5",
            run: "click",
        },
        {
            content: "rate",
            trigger: "#ticket_decision button:contains('Rate')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "thanked",
            trigger: "#ticket_decision:contains('You may change your answer')",
        },
    ],
});
