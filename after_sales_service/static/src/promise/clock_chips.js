/* global luxon */
import {Component, onWillUnmount, reactive, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const {DateTime} = luxon;
const MINUTE = 60000;
const STAGE_TEXTS = {
    green: _t("in time"),
    yellow: _t("half of the time is used"),
    orange: _t("three quarters of the time are used"),
    red: _t("broken"),
};
const STATE_ICONS = {kept: "fa-check", broken: "fa-times", paused: "fa-pause"};

/* One watch for all clocks on the screen: a list has eighty of them. */
const watch = reactive({now: DateTime.now()});
const users = {count: 0, timer: null};

function useWatch() {
    users.count++;
    watch.now = DateTime.now();
    if (!users.timer) {
        users.timer = setInterval(() => (watch.now = DateTime.now()), MINUTE / 2);
    }
    onWillUnmount(() => {
        users.count--;
        if (!users.count) {
            clearInterval(users.timer);
            users.timer = null;
        }
    });
    return useState(watch);
}

/** The time between two moments as 3:05 or, from two days on, as 5 d. */
export function formatLeft(deadline, now) {
    const minutes = Math.round(deadline.diff(now).as("minutes"));
    const sign = minutes < 0 ? "−" : "";
    const size = Math.abs(minutes);
    if (size >= 48 * 60) {
        return _t("%s d", `${sign}${Math.floor(size / 1440)}`);
    }
    return `${sign}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
}

/** The colour by the moments at which it changes. */
export function getStage({half, warning, breach}, now) {
    if (breach && breach < now) {
        return "red";
    }
    if (warning && warning <= now) {
        return "orange";
    }
    return half && half <= now ? "yellow" : "green";
}

/** Shows each promise of a ticket; the next to break is the largest. */
export class ClockChipsField extends Component {
    static template = "after_sales_service.ClockChipsField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.watch = useWatch();
    }

    get chips() {
        let isFirst = true;
        return (this.props.record.data[this.props.name] || []).map((chip) => {
            const shown = this.prepare(chip);
            shown.isNext = isFirst && chip.state === "running";
            isFirst = isFirst && !shown.isNext;
            return shown;
        });
    }

    prepare(chip) {
        const at = (name) => chip[name] && deserializeDateTime(chip[name]);
        if (chip.state !== "running") {
            return {
                id: chip.id,
                stage: chip.stage || chip.state,
                icon: STATE_ICONS[chip.state] || "",
                label: chip.label,
                text: chip.state === "paused" ? `${chip.share} %` : "",
                title: `${chip.label}: ${chip.state_label}`,
            };
        }
        const deadline = at("deadline");
        const stage = getStage(
            {
                half: at("half"),
                warning: at("warning"),
                breach: at("broken") || deadline,
            },
            this.watch.now
        );
        return {
            id: chip.id,
            stage,
            icon: stage === "red" ? "fa-exclamation-triangle" : "",
            label: chip.label,
            text: formatLeft(deadline, this.watch.now),
            title: _t("%(label)s until %(date)s: %(stage)s", {
                label: chip.label,
                date: formatDateTime(deadline),
                stage: STAGE_TEXTS[stage],
            }),
        };
    }

    open(chip) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: chip.label,
            res_model: "after.sales.sla.clock",
            res_id: chip.id,
            views: [[false, "form"]],
            target: "new",
        });
    }
}

/** Shows in a list how much is left until the next promise breaks. */
export class TimeLeftField extends Component {
    static template = "after_sales_service.TimeLeftField";
    static props = {...standardFieldProps};

    setup() {
        this.watch = useWatch();
    }

    get chip() {
        const data = this.props.record.data;
        const deadline = data[this.props.name];
        if (!deadline) {
            return data.is_clock_paused
                ? {
                      stage: "paused",
                      icon: "fa-pause",
                      text: _t("waits"),
                      title: _t("The promised times wait"),
                  }
                : null;
        }
        const stage = getStage(
            {
                half: data.date_next_half,
                warning: data.date_next_warning,
                breach: data.date_next_breach,
            },
            this.watch.now
        );
        return {
            stage,
            icon: stage === "red" ? "fa-exclamation-triangle" : "",
            text: formatLeft(deadline, this.watch.now),
            title: _t("Promised until %(date)s: %(stage)s", {
                date: formatDateTime(deadline),
                stage: STAGE_TEXTS[stage],
            }),
        };
    }
}

registry.category("fields").add("after_sales_clock_chips", {
    component: ClockChipsField,
    displayName: _t("Promised times"),
    supportedTypes: ["json"],
});

registry.category("fields").add("after_sales_time_left", {
    component: TimeLeftField,
    displayName: _t("Time left"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        {name: "date_next_half", type: "datetime", readonly: true},
        {name: "date_next_warning", type: "datetime", readonly: true},
        {name: "date_next_breach", type: "datetime", readonly: true},
        {name: "is_clock_paused", type: "boolean", readonly: true},
    ],
});
