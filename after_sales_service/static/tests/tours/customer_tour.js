import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("after_sales_customer_accepts", {
    steps: () => [
        {
            content: "the page is alive",
            trigger: "body[is-ready=true]",
        },
        {
            content: "the bearing is charged, with the reason",
            trigger: "#quote_content:contains('Bearing 6204'):contains('ended')",
        },
        {
            content: "accept",
            trigger: ".o_portal_sale_sidebar a:contains('Accept & Sign')",
            run: "click",
        },
        {
            content: "who signs",
            trigger: ".modal .o_web_sign_name_input",
            run: "edit Ms Li",
        },
        {
            content: "the name is drawn",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "sign",
            trigger: ".modal .o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "thanked",
            trigger: "#quote_content:contains('Thank You')",
        },
    ],
});

registry.category("web_tour.tours").add("after_sales_customer_reads_the_order", {
    steps: () => [
        {
            content: "the motor is free, and why",
            trigger:
                "#service_order_lines tr:contains('Motor M4'):contains('24-month'):contains('0.00')",
        },
        {
            content: "the seal is not, and why",
            trigger:
                "#service_order_lines tr:contains('Shaft seal'):contains('wearing part'):contains('48.00')",
        },
        {
            content: "what there is to pay",
            trigger: "#service_order_lines tfoot:contains('144.00')",
        },
        {
            content: "the way back leads to the service orders alone",
            trigger:
                ".o_portal_submenu:contains('Service Orders'):not(:contains('Purchase'))",
        },
        {
            content: "who comes",
            trigger: "#wrap:contains('Technician'):contains('PX2-004711')",
        },
    ],
});
