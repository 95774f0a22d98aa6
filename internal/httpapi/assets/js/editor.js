// <script-editor> is a text of YAML with problems, completion and hover. CodeMirror lives in
// a shadow root, where it may have style sheets of its own under our policy.
//
//   editor.text, editor.problems([{line, col, text, level, fix}]), editor.next(), editor.goto(line, col)
// Event "typed" when the text has rested for 300 ms.

import * as cm from "../vendor/editor.js";
import { pathAt, Schema } from "./outline.js";

const rest = 300; // ms after typing until "typed"

class ScriptEditor extends HTMLElement {
  #timer = 0;
  #schema = null;
  #ids = {};

  connectedCallback() {
    if (this.view) return;
    const start = this.querySelector("template")?.content.textContent ?? this.textContent;
    this.replaceChildren();
    const root = this.attachShadow({ mode: "open" });
    this.view = new cm.EditorView({
      root,
      parent: root,
      state: cm.EditorState.create({ doc: start, extensions: this.#extensions() }),
    });
    this.view.contentDOM.tabIndex = 0; // what scrolls is reached by keys: checkers do not know contenteditable for one of these
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.view?.destroy();
  }

  get text() { return this.view.state.doc.toString(); }
  set text(t) { this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: t } }); }

  // knows gives the schema and the IDs of the show: {cast: [...], set: [...], props: [...]}.
  knows(schema, ids) {
    this.#schema = schema && new Schema(schema);
    this.#ids = ids ?? {};
  }

  problems(list) {
    const doc = this.view.state.doc;
    const found = list.map((p) => {
      const line = doc.line(Math.max(1, Math.min(doc.lines, p.line || 1)));
      const from = Math.min(line.to, line.from + Math.max(0, [...line.text].slice(0, (p.col || 1) - 1).join("").length));
      const word = /^["'\w\p{L}-]+/u.exec(doc.sliceString(from, line.to))?.[0].length ?? 1;
      return {
        from, to: Math.min(line.to, from + word), severity: p.level === "warning" ? "warning" : "error", message: p.text,
        actions: p.fix ? [{ name: p.fix, apply: (view, a, b) => view.dispatch({ changes: { from: a, to: b, insert: p.fix } }) }] : [],
      };
    });
    this.view.dispatch(cm.setDiagnostics(this.view.state, found));
  }

  next() {
    this.view.focus();
    cm.nextDiagnostic(this.view);
  }

  goto(line, col) {
    const at = this.view.state.doc.line(Math.max(1, Math.min(this.view.state.doc.lines, line)));
    const pos = Math.min(at.to, at.from + Math.max(0, (col || 1) - 1));
    this.view.dispatch({ selection: { anchor: pos }, effects: cm.EditorView.scrollIntoView(pos, { y: "center" }) });
    this.view.focus();
  }

  #extensions() {
    return [
      cm.lineNumbers(), cm.foldGutter(), cm.lintGutter(), cm.history(), cm.drawSelection(), cm.indentOnInput(), cm.bracketMatching(),
      cm.highlightActiveLine(), cm.highlightSelectionMatches(), cm.indentUnit.of("  "), cm.EditorView.lineWrapping,
      cm.yaml(), cm.syntaxHighlighting(colours), cm.search({ top: true }),
      cm.autocompletion({ override: [(c) => this.#complete(c)] }),
      cm.hoverTooltip((view, pos) => this.#about(view, pos)),
      cm.keymap.of([{ key: "F8", run: cm.nextDiagnostic }, ...cm.completionKeymap, ...cm.lintKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap, ...cm.defaultKeymap]),
      cm.EditorView.contentAttributes.of({ "aria-label": this.getAttribute("label") ?? "", spellcheck: "false" }),
      cm.EditorView.updateListener.of((u) => u.docChanged && this.#typed()),
      look,
    ];
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.dispatchEvent(new Event("typed")), rest);
  }

  #complete(c) {
    if (!this.#schema || c.view?.composing) return null;
    const { path, word, from, value } = pathAt(c.state.doc, c.pos);
    if (!word && !c.explicit) return null;
    const s = this.#schema.at(value ? [...path, value] : path, this.text);
    const ids = value ? this.#ids[value] ?? [] : [];
    const options = value
      ? [...this.#schema.values(s), ...ids].map((v) => ({ label: v, type: "enum" }))
      : this.#schema.keys(s).map((k) => ({ label: k.name, apply: k.name + ": ", info: k.about || undefined, type: "property" }));
    return options.length ? { from, options, validFor: /^[\w-]*$/ } : null;
  }

  #about(view, pos) {
    if (!this.#schema) return null;
    const line = view.state.doc.lineAt(pos);
    const m = /([\w-]+)\s*:(?=\s|$)/g;
    for (let hit; (hit = m.exec(line.text)); ) {
      const from = line.from + hit.index;
      if (pos < from || pos > from + hit[1].length) continue;
      const { path } = pathAt(view.state.doc, from);
      const text = this.#schema.about(this.#schema.at([...path, hit[1]], this.text));
      if (!text) return null;
      return { pos: from, end: from + hit[1].length, create: () => ({ dom: Object.assign(document.createElement("div"), { textContent: text, className: "about" }) }) };
    }
    return null;
  }
}

const v = (name) => `var(--${name})`;
const t = cm.tags;
const colours = cm.HighlightStyle.define([
  { tag: [t.propertyName, t.definition(t.propertyName)], color: v("link") },
  { tag: [t.string, t.content], color: v("text") },
  { tag: t.comment, color: v("muted"), fontStyle: "italic" },
  { tag: [t.punctuation, t.separator, t.brace, t.squareBracket], color: v("muted") },
  { tag: [t.meta, t.labelName, t.typeName], color: v("conforming") },
]);
const look = cm.EditorView.theme({
  "&": { height: "100%", color: v("text"), backgroundColor: v("panel"), fontSize: "13px" },
  "&.cm-focused": { outline: `2px solid ${v("ring")}` },
  ".cm-scroller": { fontFamily: 'ui-monospace, "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace', lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: v("panel"), color: v("muted"), border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: v("raised") },
  ".cm-cursor": { borderLeftColor: v("text") },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--link) 30%, transparent)" },
  ".cm-tooltip": { backgroundColor: v("raised"), color: v("text"), border: `1px solid ${v("edge")}`, maxWidth: "52ch" },
  ".cm-tooltip .about": { padding: "4px 8px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: v("link"), color: v("on") },
  ".cm-panels": { backgroundColor: v("raised"), color: v("text") },
  ".cm-diagnostic-error": { borderLeftColor: v("ng") },
  ".cm-diagnostic-warning": { borderLeftColor: v("held") },
});

customElements.define("script-editor", ScriptEditor);
