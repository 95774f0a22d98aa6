// What a cut delivers: held to its rules, dubbed at a price, and brought back by an editor.

import { ask, quote, tell } from "./act.js";
import { keys } from "./keys.js";
import { say } from "./words.js";

const room = document.getElementById("delivered");
const api = room.dataset.api;

const line = (text, cls = "") => Object.assign(document.createElement("p"), { textContent: text, className: cls });
const list = (texts, cls = "") => {
  const ul = document.createElement("ul");
  ul.append(...texts.map((text) => Object.assign(document.createElement("li"), { textContent: text, className: cls })));
  return ul;
};

// Verify: its list of masters is read again by events, so what was found stands beside it.
const verified = document.getElementById("verified");
room.addEventListener("click", async (e) => {
  const b = e.target.closest("[data-verify]");
  if (!b || room.dataset.busy) return;
  const { name } = b.dataset;
  room.dataset.busy = "1";
  verified.replaceChildren(line(say("delivered.checking", name), "muted"));
  try {
    const v = await ask("POST", b.dataset.verify);
    const untold = v.checks.filter((c) => c.unknown).length;
    verified.replaceChildren(...(v.ok
      ? [line(say("delivered.right", name, v.files, v.checks.filter((c) => c.ok).length))]
      : [line(say("delivered.wrong", name), "problem"), list(v.problems, "problem")]));
    if (untold) verified.append(line(say("delivered.untold", untold), "muted"));
  } catch (x) {
    verified.replaceChildren(line(x.message, "problem"));
  } finally {
    delete room.dataset.busy;
  }
});

// Dub: nothing is priced that nobody asks for.
const dub = document.getElementById("dub");
const price = () => {
  const said = dub.querySelector(".problem");
  quote(dub).then((q) => (said.textContent = (q.refused ?? []).map((r) => [r.slate, r.message].filter(Boolean).join(": ")).join("\n")))
    .catch((x) => (said.textContent = x.message));
};
document.getElementById("dubbing")?.addEventListener("toggle", (e) => {
  if (!dub) return;
  if (!e.target.open) return void delete dub.dataset.price;
  dub.dataset.price = "";
  price();
});
dub?.addEventListener("change", price);

// Back from an editor: what a timeline would change is told before it is done.
const form = document.getElementById("timeline");
const found = document.getElementById("timeline-found");
const send = (file, look, key) => fetch(`${api}/edit?name=${encodeURIComponent(file.name)}${look ? "&look=true" : ""}`, {
  method: "POST", headers: { Accept: "application/json", "Content-Type": "application/octet-stream", "Idempotency-Key": key }, body: file,
}).then(async (r) => {
  const body = await r.json();
  if (!r.ok) throw new Error(body.detail ?? body.title);
  return body;
}, () => {
  throw new Error(say("away"));
});
let looked; // the file that was looked at, and the key of the act
form?.addEventListener("change", async () => {
  const file = form.elements.file.files[0];
  const button = form.querySelector("button");
  const said = form.querySelector(".problem");
  said.textContent = "";
  button.disabled = true;
  looked = undefined;
  if (!file) return void found.replaceChildren();
  found.replaceChildren(line(say("delivered.looking"), "muted"));
  try {
    const got = await send(file, true, crypto.randomUUID());
    if (form.elements.file.files[0] !== file) return;
    found.replaceChildren(
      ...(got.changes.length ? [line(say("delivered.changes")), list(got.changes)] : [line(say("delivered.same"))]),
      ...(got.lost.length ? [line(say("delivered.lost"), "problem"), list(got.lost)] : [line(say("delivered.carries"), "muted")]),
    );
    looked = { file, key: crypto.randomUUID() };
    button.disabled = false;
    button.focus();
  } catch (x) {
    found.replaceChildren();
    said.textContent = `${file.name}: ${x.message}`;
    form.reset(); // the same name, mended, is another choice
  }
});
form?.elements.file.addEventListener("click", () => {
  form.reset();
  found.replaceChildren();
  looked = undefined;
  form.querySelector("button").disabled = true;
});
form?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const button = form.querySelector("button");
  if (!looked || button.disabled) return;
  button.disabled = true;
  try {
    await send(looked.file, false, looked.key);
    tell(button.dataset.done);
    form.reset();
    found.replaceChildren();
    looked = undefined;
    form.dispatchEvent(new CustomEvent("studio:done", { bubbles: true }));
  } catch (x) {
    form.querySelector(".problem").textContent = x.message;
    looked.key = crypto.randomUUID();
    button.disabled = false;
  }
});

keys("cut", {
  delivered: () => {
    const title = document.getElementById("delivered-title");
    title.focus();
    title.scrollIntoView({ block: "start" });
  },
  verify: () => room.querySelector("[data-verify]")?.click(),
  timeline: () => form?.elements.file.click(),
});
