// Acts: a <form data-op> becomes one JSON request. Nothing is spent without a price on
// the button: a form with data-price asks for a quote and sends it along. One idempotency
// key a shown form, so that pressing twice, or losing the answer, does it once.
//
// data-op, data-method, data-path: what is asked. data-match: If-Match. data-price: the
// act is quoted first (data-show, data-episode; data-quote is what else the quote is told). data-then: "stay" leaves the form open.
// Fields by name become the body; data-as says number, list or money.

import { say } from "./words.js";

const api = "/api/v1";

/** ask sends JSON and gives the answer's body; a problem is thrown with its detail. */
export async function ask(method, path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error(say("away"));
  }
  const text = await answer.text();
  const value = text ? JSON.parse(text) : {};
  if (!answer.ok) {
    const details = (value.errors ?? []).map((e) => [e.location, e.message].filter(Boolean).join(": "));
    throw Object.assign(new Error([value.detail ?? value.title, ...details].join("\n")), { problem: value });
  }
  return value;
}

function body(form) {
  form.dispatchEvent(new Event("formdata-before")); // who keeps a value elsewhere puts it in now
  const out = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || (field.type === "checkbox" && !field.checked)) continue;
    const value = field.value.trim();
    if (value === "") continue;
    switch (field.dataset.as) {
      case "number": out[field.name] = Number(value); break;
      case "list": out[field.name] = value.split(/[\s,]+/).filter(Boolean); break;
      case "money": out[field.name] = { micros: Math.round(Number(value) * 1e6), currency: field.dataset.currency ?? "" }; break;
      case "json": out[field.name] = JSON.parse(value); break;
      case "bool": out[field.name] = value === "true" || value === "on"; break;
      default: out[field.name] = value;
    }
  }
  return out;
}

export function money(m) {
  return (m.micros / 1e6).toFixed(2).replace(/\.00$/, "") + (m.currency ? " " + m.currency : "");
}

export function span(low, high) {
  if (!low.micros && !high.micros) return say("free");
  return low.micros === high.micros ? money(low) : money({ micros: low.micros }) + "–" + money(high);
}

const quotes = new WeakMap(); // form -> {id, made of}

/** quote asks what a form's act would cost and shows it on the button. */
export async function quote(form) {
  const fields = body(form);
  const act = { op: form.dataset.op, show: form.dataset.show, episode: Number(form.dataset.episode), ...fields, ...JSON.parse(form.dataset.quote ?? "{}") };
  if (form.dataset.op === "start-run" && fields.only) {
    act.slates = fields.only;
    delete act.only;
  }
  const q = await ask("POST", api + "/quotes", act);
  quotes.set(form, { id: q.id, of: JSON.stringify(fields), until: Date.parse(q.until), price: span(q.low, q.high) });
  const price = form.querySelector("[data-price-shown]");
  if (price) price.textContent = " · " + span(q.low, q.high);
  return q;
}

async function send(form) {
  const fields = body(form);
  if ("price" in form.dataset) {
    const q = quotes.get(form);
    if (!q || q.of !== JSON.stringify(fields) || q.until < Date.now()) {
      // The price on the button is what is agreed to: another one is shown first.
      const now = await quote(form);
      if (!q || q.price !== span(now.low, now.high)) throw new Error(say("priced"));
    }
    fields.quote = quotes.get(form).id;
  }
  form.idempotencyKey ??= crypto.randomUUID();
  const headers = { "Idempotency-Key": form.idempotencyKey };
  if (form.dataset.match) headers["If-Match"] = form.dataset.match;
  const empty = Object.keys(fields).length === 0 && !("body" in form.dataset);
  return ask(form.dataset.method, form.dataset.path, empty ? undefined : fields, headers);
}

/** tell shows a line for a moment: of one's own act only. */
export function tell(text, bad = false) {
  const box = document.createElement("p");
  box.className = bad ? "toast bad" : "toast";
  box.textContent = text;
  document.getElementById("toasts")?.append(box);
  setTimeout(() => box.remove(), bad ? 12000 : 5000);
}

async function submit(form) {
  const button = form.querySelector("button:not([type=button])");
  const said = form.querySelector(".problem");
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  if (button) button.disabled = true;
  try {
    const answer = await send(form);
    if (said) said.textContent = "";
    form.idempotencyKey = undefined; // the next act is another one
    quotes.delete(form);
    const told = !form.dispatchEvent(new CustomEvent("studio:done", { bubbles: true, cancelable: true, detail: answer }));
    if (!told || answer.warnings?.length) tell([form.dataset.done ?? "✓", ...(answer.warnings ?? [])].join(" · "));
  } catch (e) {
    // A form in a live part is drawn anew when it is refused: its own line would go with it.
    if (said && !form.closest("[data-on]")) said.textContent = e.message;
    else tell(e.message, true);
    // What is in work may yet be done: asked again it is the same act.
    if (e.problem && e.problem.status < 500 && e.problem.type !== "/problems/in-work") form.idempotencyKey = undefined;
    if (e.problem?.type === "/problems/plan-changed") quotes.delete(form);
    form.dispatchEvent(new CustomEvent("studio:refused", { bubbles: true, detail: e.problem }));
  } finally {
    delete form.dataset.busy;
    if (button) button.disabled = false;
  }
}

/** start takes all forms of the page, also those that come later. */
export function start() {
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-op]");
    if (!form) return;
    e.preventDefault();
    submit(form);
  });
  let timer;
  const price = (form) => quote(form).catch((e) => {
    const said = form.querySelector(".problem");
    if (said) said.textContent = e.message;
  });
  document.addEventListener("input", (e) => {
    const form = e.target.closest?.("form[data-price]");
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => price(form), 400);
  });
  const all = () => document.querySelectorAll("form[data-price]").forEach((f) => quotes.has(f) || price(f));
  document.addEventListener("studio:part", all);
  all();
}
