// Run by ./dev lint, which says where the npm packages are.
import {createRequire} from "node:module";

const require = createRequire(`${process.env.NPM_PACKAGES}/package.json`);
const globals = require("globals");

export default [
    {
        files: ["**/*.js"],
        languageOptions: {
            sourceType: "module",
            ecmaVersion: 2022,
            globals: {...globals.browser, odoo: "readonly"},
        },
        rules: {
            eqeqeq: "error",
            "no-console": "error",
            "no-undef": "error",
            "no-unused-vars": "error",
            "prefer-const": "error",
        },
    },
];
