import {BaseImportModel} from "@base_import/import_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

// Smaller than Odoo's 2,000: a unit brings components and covers, and progress shows.
const PIECE = 1000;

/**
 * Odoo imports a large file in pieces, each stored for good: a wrong row in the third
 * piece leaves the first two behind. Files of units are read to their end before
 * anything is stored, and the errors of all pieces are shown together.
 */
patch(BaseImportModel.prototype, {
    setResModel(resModel) {
        super.setResModel(...arguments);
        if (resModel === "after.sales.unit") {
            this.importOptionsValues.limit.value = PIECE;
        }
    },

    async executeImport(isTest, totalSteps, importProgress) {
        if (this.resModel !== "after.sales.unit" || totalSteps < 2) {
            return super.executeImport(...arguments);
        }
        const half = isTest ? 1 : 0.5;
        const progress = this._getPartOfProgress(importProgress, totalSteps, 0, half);
        const test = await this._testAllRows(totalSteps, progress);
        if (isTest || test.res.hasError) {
            return test;
        }
        this.importMessages = [];
        const rest = this._getPartOfProgress(importProgress, totalSteps, 50, half);
        return this._storeTestedRows(totalSteps, rest);
    },

    /**
     * @returns {Object} what executeImport returns; it has an error, too, if the user
     *  stopped the test: what was not looked at is not stored
     */
    async _testAllRows(totalSteps, progress) {
        const startRow = this.importOptions.skip;
        this.foundErrors = {messages: [], names: []};
        const test = await super.executeImport(true, totalSteps, progress);
        const {messages, names} = this.foundErrors;
        this.foundErrors = undefined;
        this.setOption("skip", startRow);
        test.res.nextrow = 0;
        if (messages.length) {
            this.importMessages = [];
            this._handleImportErrors(messages, names);
            test.res.hasError = true;
        } else if (this.rowsLeft && !test.res.hasError) {
            this.importMessages = [];
            this._addMessage("warning", [
                _t("The rows were not looked at to the end. Nothing is stored."),
            ]);
            test.res.hasError = true;
        }
        return test;
    },

    async _storeTestedRows(totalSteps, progress) {
        const result = await super.executeImport(false, totalSteps, progress);
        if (result.res.hasError) {
            this.setOption("skip", this.rowsStored);
            if (this.rowsStored) {
                this._addMessage("warning", [
                    _t(
                        "The %s rows before are stored. Correct the file and click “Import”: it goes on from there.",
                        this.rowsStored
                    ),
                ]);
            }
        }
        return result;
    },

    async _executeImportStep(isTest, importRes) {
        this.rowsStored = this.importOptions.skip;
        const error = await super._executeImportStep(...arguments);
        this.rowsLeft = Boolean(error) || importRes.nextrow;
        return error;
    },

    async _callImport() {
        const result = await super._callImport(...arguments);
        if (this.foundErrors && result.messages?.length) {
            this.foundErrors.messages.push(...result.messages);
            (result.name || []).forEach((name, row) => {
                this.foundErrors.names[row] ||= name;
            });
            // The piece counts as read; what follows is looked at, too.
            return {...result, ids: [], messages: []};
        }
        return result;
    },

    /** Return a progress that moves a part of the bar, and tells the piece at work. */
    _getPartOfProgress(importProgress, totalSteps, from, factor) {
        if (!importProgress) {
            return undefined;
        }
        Object.assign(importProgress, {step: 1, value: from});
        return {
            set step(step) {
                importProgress.step = Math.min(step + 1, totalSteps);
                importProgress.value = Math.round(
                    from + (100 * factor * step) / totalSteps
                );
            },
            set value(_value) {
                // Odoo counts the piece that is done as the one at work.
            },
        };
    },
});
