import {registry} from "@web/core/registry";

const ROWS = 150;
const header = "Serial Number,Product,Customer";

/** Return a file of units; `wrong` is `{row number: line}` in its place. */
function getFile(wrong = {}) {
    const lines = Array.from(
        {length: ROWS},
        (_line, row) => wrong[row] || `TOUR-${row},PX2 dosing pump,Jiangnan Water Works`
    );
    return new File([[header, ...lines].join("\n")], "units.csv", {type: "text/csv"});
}

function upload(content, wrong) {
    return [
        {
            content,
            trigger: ".o_import_action",
            run() {
                const transfer = new DataTransfer();
                transfer.items.add(getFile(wrong));
                const input = document.querySelector(
                    ".o_control_panel input[type='file']"
                );
                input.files = transfer.files;
                input.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {
            content: "the file is read",
            trigger: ".o_import_data_content:has(table):not(:has(.o_import_report))",
        },
        {
            content: "in small pieces",
            trigger: "#o_import_batch_limit",
            run: "edit 40 && press Tab",
        },
        {
            content: "of that size",
            trigger: "body:not(:has(.o_blockUI)) #o_import_batch_limit:value('40')",
        },
    ];
}

const press = {
    content: "import at once, without a test",
    trigger: ".o_control_panel button:contains('Import'):enabled",
    run: "click",
};

registry.category("web_tour.tours").add("after_sales_import_all_or_none", {
    steps: () => [
        ...upload("a file that is wrong in two pieces", {
            100: "TOUR-100,No such product,Jiangnan Water Works",
            149: "TOUR-3,PX2 dosing pump,Jiangnan Water Works",
        }),
        press,
        {
            content: "the product is told",
            trigger: ".o_import_report:contains('No such product')",
        },
        {
            content: "and the serial number that is there twice, by row",
            trigger:
                ".o_import_report:contains('in the file twice'):contains('at row 150')",
        },
        {
            content: "it would start at the first row again",
            trigger: "#o_import_row_start:value('1')",
        },
        ...upload("the corrected file"),
        press,
        {content: "all are stored", trigger: ".o_list_view .o_data_row"},
    ],
});
