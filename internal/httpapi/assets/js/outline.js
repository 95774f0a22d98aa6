// Where in a script a place is, and what may stand there: the path of keys above it, read
// from indentation alone so that half-typed YAML has one too, and the part of the JSON
// Schema that the path leads to.

const key = /^(\s*)((?:- +)*)(?:"([^"]+)"|'([^']+)'|([^\s:#{}[\],&*!|>'"%@`-][^:#{}[\],]*?))\s*:(?=\s|$)/;

// pathAt is the keys that lead to a place: {path: ["scenes", "shots"], word, from, value}.
// word is what is being typed and begins at from; value: the key whose value it is.
export function pathAt(doc, pos) {
  const line = doc.lineAt(pos);
  const before = line.text.slice(0, pos - line.from);
  const flow = open(before);
  const path = [];
  let head = before;
  if (flow >= 0) {
    head = before.slice(0, flow);
    const owner = key.exec(head.replace(/\s*$/, " "));
    if (owner) path.push(named(owner));
  }
  let [indent, dash] = depth(head);
  climb(doc, line.number, indent, dash || !/\S/.test(head.trim().replace(/^(- *)+/, "")) ? dash : false, path);
  const part = flow >= 0 ? before.slice(flow + 1).split(",").pop() : before;
  const pair = /^(\s*(?:- +)*)([^\s:]+):\s+(.*)$/.exec(part);
  const typed = (pair ? pair[3] : part.replace(/^\s*(?:- *)*/, "")).replace(/^.*[[,]\s*/, "");
  return { path: path.reverse(), word: typed, from: pos - typed.length, value: pair ? pair[2].replace(/['"]/g, "") : "" };
}

// climb walks up from a line and collects the keys that hold it.
function climb(doc, from, indent, dash, path) {
  let [at, below] = dash ? [dash.lead, true] : [indent, false];
  for (let n = from - 1; n > 0 && (at > 0 || below); n--) {
    const text = doc.line(n).text;
    if (!/\S/.test(text) || /^\s*#/.test(text)) continue;
    const m = key.exec(text);
    const [deep, item] = depth(text);
    if (m && (deep < at || (below && deep <= at && !item))) {
      path.push(named(m));
      at = deep;
      below = false;
    }
    if (item && deep <= at && !below) [at, below] = [item.lead, true];
    else if (item && item.lead < at) [at, below] = [item.lead, true];
  }
}

function named(m) { return (m[3] ?? m[4] ?? m[5]).trim(); }

// depth is where a line's text begins, and where its dashes do.
function depth(text) {
  const m = /^(\s*)((?:- *)*)/.exec(text);
  return [m[0].length, m[2] ? { lead: m[1].length } : false];
}

// open finds the brace of a flow mapping that is not closed; -1: none.
function open(text) {
  const stack = [];
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quote) {
      if (c === quote) quote = "";
    } else if ((c === '"' || c === "'") && /[\s:,{[]/.test(text[i - 1] ?? " ")) quote = c;
    else if (c === "{") stack.push(i);
    else if (c === "}") stack.pop();
  }
  return stack.length ? stack[stack.length - 1] : -1;
}

// Schema walks a JSON Schema by keys.
export class Schema {
  constructor(root) { this.root = root; }

  // at is the schema of what a path leads to, or null.
  at(path, whole) {
    let s = /^(scenes|episode|season)\s*:/m.test(whole) ? this.root.$defs.episode : this.root.$defs.season;
    for (const k of path) {
      s = this.#below(s, k);
      if (!s) return null;
    }
    return s;
  }

  // keys are the properties that a mapping may have: [{name, about}].
  keys(s) {
    const all = new Map();
    for (const v of this.#forms(s)) {
      for (const [name, p] of Object.entries(v.properties ?? {})) if (!all.has(name)) all.set(name, this.about(p));
    }
    return [...all].map(([name, about]) => ({ name, about }));
  }

  // values are the words that may stand there.
  values(s) {
    const all = new Set();
    for (const v of this.#forms(s)) {
      for (const e of v.enum ?? []) all.add(String(e));
      if (v.const !== undefined) all.add(String(v.const));
    }
    return [...all];
  }

  about(s) { return s?.description ?? this.#ref(s)?.description ?? ""; }

  #below(s, k) {
    for (const v of this.#forms(s)) {
      const p = v.properties?.[k] ?? (typeof v.additionalProperties === "object" ? v.additionalProperties : null);
      if (p) return p;
    }
    return null;
  }

  // forms are the shapes that a schema allows, lists looked through.
  #forms(s, depth = 0) {
    s = this.#ref(s);
    if (!s || depth > 8) return [];
    const more = [...(s.anyOf ?? []), ...(s.oneOf ?? []), ...(s.allOf ?? [])].flatMap((v) => this.#forms(v, depth + 1));
    const items = s.items ? this.#forms(s.items, depth + 1) : [];
    return [s, ...more, ...items];
  }

  #ref(s) {
    for (let i = 0; s?.$ref && i < 8; i++) s = { ...this.root.$defs[s.$ref.replace("#/$defs/", "")], ...(s.description ? { description: s.description } : {}) };
    return s;
  }
}
