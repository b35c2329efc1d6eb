/** Steps that several tours of the add-on take. */

/** Fill a many2one by typing and taking the entry that fits. */
export function pick(field, text, inside = ".o_form_view") {
    return [
        {
            content: `type "${text}" into ${field}`,
            trigger: `${inside} .o_field_widget[name='${field}'] input`,
            run: `edit ${text}`,
        },
        {
            content: `take "${text}"`,
            trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option) a:contains("${text}")`,
            run: "click",
        },
        {
            content: `${field} is "${text}"`,
            trigger: `${inside} .o_field_widget[name='${field}'] input:value("${text}")`,
        },
    ];
}

/** Fill a many2one on a phone, where it opens a list of its own. */
export function pickOnPhone(field, text, inside = ".o_form_view") {
    const input = `${inside} .o_field_widget[name='${field}'] input`;
    return [
        {content: `open the list of ${field}`, trigger: input, run: "click"},
        {
            content: `take "${text}"`,
            trigger: `.o_select_create_dialog_content .o_kanban_record:contains("${text}")`,
            run: "click",
        },
        {content: `${field} is "${text}"`, trigger: `${input}:value("${text}")`},
    ];
}

/** Press a button of the status bar, also where it hides under "More". */
export function pressHeader(name) {
    return [
        {
            content: `open the menu of buttons if ${name} hides there`,
            trigger: ".o_form_view .o_statusbar_buttons",
            async run({click, queryFirst}) {
                const more = ".o_statusbar_buttons button[title='More']";
                if (
                    !queryFirst(`.o_statusbar_buttons button[name='${name}']`) &&
                    queryFirst(more)
                ) {
                    await click(more);
                }
            },
        },
        {
            content: `press ${name}`,
            trigger: `.o_statusbar_buttons button[name='${name}']:enabled, .o-dropdown--menu button[name='${name}']:enabled`,
            run: "click",
        },
    ];
}

/** Wait until the status bar shows the state called `label`. */
export function reached(label) {
    const bar = ".o_form_view .o_statusbar_status";
    return {
        content: `the state is ${label}`,
        // A phone shows nothing but the current state, as a menu.
        trigger: `${bar} .o_arrow_button_current:visible:contains("${label}"), ${bar} .dropdown-toggle:visible:contains("${label}")`,
    };
}

/** Sign in the dialog with the drawn name. */
export function sign(name) {
    return [
        {
            content: "enter the name of the signer",
            trigger: ".modal .o_field_widget[name='signed_by'] input",
            run: `edit ${name}`,
        },
        {
            content: "touch the box of the signature",
            trigger: ".modal .o_field_widget[name='signature'] .o_signature",
            run: "click",
        },
        {
            content: "the signature is drawn",
            trigger: ".modal canvas.o_web_sign_signature",
            run: "canvasNotEmpty",
        },
        {
            content: "take the signature",
            trigger: ".modal .btn-primary:enabled:contains('Adopt')",
            run: "click",
        },
        {
            content: "it stands in the form",
            trigger: ".modal .o_field_widget[name='signature'] img.o_signature",
        },
    ];
}
