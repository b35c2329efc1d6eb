import {isBarcodeScannerSupported} from "@web/core/barcode/barcode_video_scanner";
import {scanBarcode} from "@web/core/barcode/barcode_dialog";
import {isMobileOS} from "@web/core/browser/feature_detection";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {CharField, charField} from "@web/views/fields/char/char_field";

/** A text that the camera of a phone may read; hand scanners type into it as ever. */
export class ScanField extends CharField {
    static template = "after_sales_service.ScanField";

    setup() {
        super.setup();
        this.notification = useService("notification");
    }

    get canScan() {
        return !this.props.readonly && isMobileOS() && isBarcodeScannerSupported();
    }

    async onScan() {
        try {
            const code = await scanBarcode(this.env);
            await this.props.record.update({[this.props.name]: this.parse(code)});
        } catch (error) {
            this.notification.add(error.message || _t("Nothing was read. Try again."), {
                type: "warning",
            });
        }
    }
}

registry.category("fields").add("after_sales_scan", {
    ...charField,
    component: ScanField,
    displayName: _t("Scan"),
    supportedTypes: ["char"],
});
