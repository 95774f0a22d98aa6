// The keys of a page. What there is stands in one table (keys.json, which comes with the
// page and is the help sheet and the docs too); modules say what an operation does.
// A person may switch the keys off or move them; typing is never a command.

const kept = "dailies.keys"; // {off, map: {"takes.circle": ["c"]}}
const patience = 1500; // ms between the two keys of a sequence

const table = JSON.parse(document.getElementById("keys")?.textContent || "[]");
const acts = new Map(); // "takes.circle" → what it does
let ways = new Map(); // "c" → [names], in the order of the page's rooms
let rooms = [];
let first = ""; // the first key of a sequence
let since = 0;

// keys says what a room's operations do: keys("takes", {circle: () => …}). An operation of
// numbered keys is called with the number.
export function keys(room, operations) {
  if (!rooms.includes(room)) rooms = [room, ...rooms];
  for (const [op, act] of Object.entries(operations)) acts.set(`${room}.${op}`, act);
  draw();
}

// settings are what this person changed.
export function settings() {
  try {
    return JSON.parse(localStorage.getItem(kept)) ?? {};
  } catch {
    return {};
  }
}

export function change(s) {
  localStorage.setItem(kept, JSON.stringify(s));
  draw();
}

// has says whether an operation does anything on this page.
export const has = (name) => acts.has(name);

// of are the keys of an operation as they are now.
export function of(name) {
  const row = table.find((r) => `${r.where}.${r.op}` === name);
  return settings().map?.[name] ?? row?.keys ?? [];
}

function draw() {
  ways = new Map();
  for (const room of [...rooms, "all"]) {
    for (const r of table) {
      const name = `${r.where}.${r.op}`;
      if (r.where !== room || !acts.has(name)) continue;
      for (const k of of(name)) ways.set(k, [...(ways.get(k) ?? []), name]);
    }
  }
}

// named is a key press as the table writes it.
function named(e) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(e.code)?.[1]; // whatever a layout prints with Shift
  let key = digit ?? e.key;
  if (key === " ") key = "Space";
  if (key === "Process" || key === "Unidentified") key = e.code.replace(/^Key/, ""); // an input method is on
  if (key.length === 1) key = key.toLowerCase();
  const shift = e.shiftKey && (digit || key.length > 1 || /[a-z]/.test(key));
  const all = (e.ctrlKey || e.metaKey ? "Ctrl+" : "") + (e.altKey ? "Alt+" : "") + (shift ? "Shift+" : "");
  return { key: all + key, any: digit ? all + "1-9" : "", digit: Number(digit) };
}

function typing(e) {
  const at = e.composedPath()[0];
  return e.isComposing || e.keyCode === 229 ||
    (at instanceof HTMLElement && (at.isContentEditable || at.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio], [type=button])")));
}

// taken are keys that the thing in focus uses itself.
function taken(e, key) {
  const at = e.composedPath()[0];
  if (!(at instanceof HTMLElement)) return false;
  if (key === "Space" || key === "Enter") return at.matches("button, summary, a[href], input") && !at.closest("[data-keys-through]");
  return at.matches("input[type=range]") && !at.closest("take-player") && /^(Arrow|Home|End|Page)/.test(key);
}

document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && typing(e) && !e.isComposing && !e.defaultPrevented && !e.target.closest("dialog")) return e.target.blur(); // the keys are the page's again
  if (typing(e) || e.defaultPrevented || settings().off) return;
  if (document.querySelector("dialog[open]:not([data-keys-through])")) return;
  const { key, any, digit } = named(e);
  if (taken(e, key)) return;
  const two = performance.now() - since < patience ? `${first} ${key}` : "";
  first = "";
  for (const k of [two, key, any]) {
    const name = k && ways.get(k)?.[0];
    if (!name) continue;
    e.preventDefault();
    acts.get(name)(digit);
    return;
  }
  if ([...ways.keys()].some((k) => k.startsWith(key + " "))) {
    [first, since] = [key, performance.now()];
  }
});
