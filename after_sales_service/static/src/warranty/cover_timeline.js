import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {usePopover} from "@web/core/popover/popover_hook";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Tells in sentences what a bar shows; on a phone also the way to the cover. */
export class CoverPopover extends Component {
    static template = "after_sales_service.CoverPopover";
    static props = {
        segment: Object,
        onOpen: Function,
        close: {type: Function, optional: true},
    };
}

/** Shows one row per component or contract; the server has counted every place. */
export class CoverTimelineField extends Component {
    static template = "after_sales_service.CoverTimelineField";
    static props = {...standardFieldProps};

    setup() {
        this.action = useService("action");
        this.popover = usePopover(CoverPopover, {
            position: "top",
            popoverClass: "o_after_sales_timeline_popover",
            // The focus stays on the bar: Tab goes on to the next one.
            setActiveElement: false,
        });
        this.state = useState({unfolded: {}});
        this.pointer = "";
    }

    get timeline() {
        return this.props.record.data[this.props.name] || {rows: []};
    }

    /** The rows as they are shown: those of an unfolded group follow it. */
    get rows() {
        return this.timeline.rows.flatMap((row, index) => {
            const group = {...row, key: `${index}`, isGroup: Boolean(row.rows.length)};
            if (!this.state.unfolded[group.key]) {
                return [group];
            }
            const inner = row.rows.map((one, place) => ({
                ...one,
                key: `${index}.${place}`,
                isInner: true,
            }));
            return [group, ...inner];
        });
    }

    toggle(row) {
        this.state.unfolded[row.key] = !this.state.unfolded[row.key];
    }

    style(left, width) {
        return width === undefined
            ? `left: ${left}%`
            : `left: ${left}%; width: ${width}%`;
    }

    show(ev, segment) {
        this.popover.open(ev.currentTarget, {
            segment,
            onOpen: () => this.openCover(segment),
        });
    }

    onPointerEnter(ev, segment) {
        if (ev.pointerType === "mouse") {
            this.show(ev, segment);
        }
    }

    onPointerLeave(ev) {
        if (ev.pointerType === "mouse") {
            this.popover.close();
        }
    }

    onPointerDown(ev) {
        this.pointer = ev.pointerType;
    }

    onFocus(ev, segment) {
        if (!this.pointer) {
            this.show(ev, segment);
        }
    }

    onBlur() {
        if (!this.pointer) {
            this.popover.close();
        }
    }

    /** A tap tells first: a finger cannot hover. Mouse and Enter open the cover. */
    onClick(ev, segment) {
        const isTap = ["touch", "pen"].includes(this.pointer);
        this.pointer = "";
        if (isTap) {
            this.show(ev, segment);
        } else {
            this.openCover(segment);
        }
    }

    async openCover(segment) {
        this.popover.close();
        if (!(await this.props.record.save())) {
            return;
        }
        await this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Cover"),
            res_model: "after.sales.cover",
            res_id: segment.id,
            views: [[false, "form"]],
        });
    }
}

export const coverTimelineField = {
    component: CoverTimelineField,
    displayName: _t("Timeline of covers"),
    supportedTypes: ["json"],
};

registry.category("fields").add("after_sales_cover_timeline", coverTimelineField);
