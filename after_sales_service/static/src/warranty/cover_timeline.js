import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** Shows one row per component or contract; the server has counted every place. */
export class CoverTimelineField extends Component {
    static template = "after_sales_service.CoverTimelineField";
    static props = {...standardFieldProps};

    get timeline() {
        return this.props.record.data[this.props.name] || {rows: [], ticks: []};
    }

    style(left, width) {
        return width === undefined
            ? `left: ${left}%`
            : `left: ${left}%; width: ${width}%`;
    }
}

export const coverTimelineField = {
    component: CoverTimelineField,
    displayName: _t("Timeline of covers"),
    supportedTypes: ["json"],
};

registry.category("fields").add("after_sales_cover_timeline", coverTimelineField);
