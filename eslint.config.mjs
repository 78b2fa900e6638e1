import js from "@eslint/js";
import globals from "globals";

const rules = {
  eqeqeq: "error",
  "no-implicit-globals": "error",
  "no-shadow": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-const": "error",
  "prefer-template": "error",
};

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  {
    files: ["course/lab/widget/js/*.js", "course/lab/editor/*.js", "course/authoring/site/js/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    rules,
  },
  // What is derived of the rules (course/authoring/javascript.py): Python's assignments make no constants.
  { files: ["course/lab/widget/js/derived.js"], rules: { "prefer-const": "off", "object-shorthand": "off" } },
  // What is joined of them (course/authoring/modules.py): every name is there, and there once.
  {
    files: ["course/lab/widget/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
  },
  // JupyterLab loads these as plain scripts. No types are checked: that would take the whole of JupyterLab.
  {
    files: ["course/learner/{labextensions,frontend}/*/static/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "script", globals: globals.browser },
    rules,
  },
];
