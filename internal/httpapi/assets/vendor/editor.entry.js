// What the Script page needs of CodeMirror 6. README.md says how the one file is made of it.
export { EditorState, StateEffect, StateField, Compartment, Annotation, Transaction } from "@codemirror/state";
export {
  EditorView, Decoration, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection, hoverTooltip, placeholder,
} from "@codemirror/view";
export { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
export { searchKeymap, highlightSelectionMatches, search, openSearchPanel } from "@codemirror/search";
export { autocompletion, completionKeymap, closeBrackets, startCompletion } from "@codemirror/autocomplete";
export { linter, lintGutter, lintKeymap, setDiagnostics, nextDiagnostic, forceLinting } from "@codemirror/lint";
export { yaml } from "@codemirror/lang-yaml";
export { bracketMatching, indentOnInput, indentUnit, foldGutter, foldKeymap, syntaxHighlighting, HighlightStyle, syntaxTree } from "@codemirror/language";
export { tags } from "@lezer/highlight";
