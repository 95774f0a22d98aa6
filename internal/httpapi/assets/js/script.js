// The page where scripts are written: problems and price while one types, a draft that is
// kept, and a render by the price on the button.

import { ask, span, tell } from "./act.js";
import { keys } from "./keys.js";
import { say } from "./words.js";
import "./editor.js";

const room = document.getElementById("writing");

if (room) begin();

async function begin() {
  const d = room.dataset;
  const editors = [...room.querySelectorAll("script-editor")];
  const render = document.getElementById("render");
  const button = render.querySelector("button");
  const saved = document.getElementById("saved");
  const ids = JSON.parse(document.getElementById("ids").textContent) ?? {};
  fetch(d.schema).then((r) => r.json()).then((schema) => editors.forEach((e) => e.knows(schema, ids)));

  const text = () => ({ main: d.main, files: Object.fromEntries(editors.map((e) => [e.dataset.file, e.text])) });
  const typed = () => ({ ...(d.show ? { show: d.show } : {}), text: text() });
  let round = 0;
  let quote = null; // {id, of}: the price on the button, and the texts that it is of

  // look asks what is wrong, and what the script would cost.
  const look = async () => {
    const mine = ++round;
    quote = null;
    button.disabled = true;
    const body = typed();
    const of = JSON.stringify(body.text);
    let checked;
    try {
      checked = await ask("POST", "/api/v1/scripts/check", body);
      if (mine !== round) return;
      show(checked.problems);
      if (!checked.ok) return void plan(null);
      const p = await ask("POST", "/api/v1/scripts/plan?lang=" + document.documentElement.lang, body);
      if (mine !== round) return;
      plan(p);
      const stop = p.quote?.refused ?? [];
      if (stop.length) return void show([...checked.problems, ...stop.map((s) => ({ level: "error", message: s.message, ...place(s.location) }))]);
      quote = { id: p.quote.id, of, show: checked.show, episode: checked.episode };
      button.disabled = false;
    } catch (e) {
      if (mine !== round) return;
      show([{ level: "error", message: e.message }]);
      plan(null);
    }
  };
  const place = (location) => {
    const m = /^(.*):(\d+):(\d+)$/.exec(location ?? "");
    return m ? { file: m[1], line: Number(m[2]), col: Number(m[3]) } : {};
  };

  const show = (problems) => {
    const errors = problems.filter((p) => p.level === "error").length;
    document.getElementById("problem-count").textContent = errors || "";
    for (const e of editors) {
      e.problems(problems.filter((p) => p.line && (p.file ?? d.main) === e.dataset.file).map((p) => ({
        line: p.line, col: p.col, level: p.level, text: [p.message, p.hint].filter(Boolean).join("; "), fix: fix(p.hint),
      })));
    }
    document.getElementById("problems").replaceChildren(...(problems.length ? problems.map(item) : [line(say("script.nothing"), "muted")]));
  };
  // fix is the word of a hint that asks whether it was meant.
  const fix = (hint) => /did you mean "([^"]+)"\?/.exec(hint ?? "")?.[1];
  const item = (p) => {
    const li = document.createElement("li");
    const b = document.createElement("button");
    b.type = "button";
    b.className = "plain";
    const at = [p.file !== d.main && p.file, p.line && `${p.line}:${p.col}`].filter(Boolean).join(" ");
    b.append(at ? at + " " : "", p.level === "warning" ? say("script.warning", p.message) : p.message, p.hint ? `; ${p.hint}` : "");
    if (p.level === "error") b.classList.add("problem");
    b.addEventListener("click", () => go(p));
    li.append(b);
    return li;
  };
  const line = (words, cls) => {
    const li = document.createElement("li");
    li.className = cls;
    li.textContent = words;
    return li;
  };
  const go = (p) => {
    const e = editors.find((x) => x.dataset.file === (p.file ?? d.main)) ?? editors[0];
    open(e);
    if (p.line) e.goto(p.line, p.col);
  };

  const plan = (p) => {
    const rows = document.getElementById("plan");
    const sum = document.getElementById("plan-sum");
    const price = document.getElementById("price");
    if (!p?.quote) {
      rows.replaceChildren();
      sum.textContent = price.textContent = "";
      return;
    }
    const cost = span(p.quote.low, p.quote.high);
    sum.textContent = say("script.sum", p.quote.make.length, p.quote.reuse, cost);
    price.textContent = " · " + cost;
    rows.replaceChildren(...p.shots.map((s) => {
      const tr = document.createElement("tr");
      const cells = [s.slate, say("script." + s.action), s.action === "make" ? [s.provider, s.model !== s.provider && s.model].filter(Boolean).join(" ") : "", s.action === "make" ? span(s.low, s.high) : "", s.why];
      tr.append(...cells.map((c) => Object.assign(document.createElement("td"), { textContent: c })));
      if (s.line) tr.addEventListener("click", () => go({ line: s.line, col: 1 }));
      return tr;
    }));
  };

  // The draft is kept a second after the last letter.
  let timer = 0;
  let saving = Promise.resolve();
  let match = d.match;
  let here = d.api; // a new script has an address as soon as it names its episode
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (saving = saving.then(save)), 1000);
  };
  const save = async () => {
    if (!here) {
      if (!quote) return;
      here = `/api/v1/shows/${quote.show}/episodes/${quote.episode}`;
    }
    saved.textContent = say("script.saving");
    try {
      const r = await fetch(`${here}/draft`, {
        method: "PUT", headers: { "Content-Type": "application/json", "If-Match": match }, body: JSON.stringify({ text: text(), ...(d.base ? { base: d.base } : {}) }),
      });
      const body = await r.json();
      if (!r.ok) throw Object.assign(new Error(body.detail ?? body.title), { status: r.status });
      match = r.headers.get("ETag");
      saved.textContent = say("script.saved", new Date(body.at).toLocaleTimeString(document.documentElement.lang));
    } catch (e) {
      saved.textContent = e.status === 412 ? say("script.stale", e.message) : say("script.unsaved", e.message);
    }
  };
  addEventListener("beforeunload", (e) => {
    if (timer && saved.textContent === say("script.saving")) e.preventDefault();
  });

  for (const e of editors) e.addEventListener("typed", () => {
    look();
    keep();
  });

  render.addEventListener("submit", async (e) => {
    e.preventDefault();
    e.stopImmediatePropagation();
    const body = text();
    if (!quote || quote.of !== JSON.stringify(body)) return void look();
    button.disabled = true;
    const to = quote;
    render.key ??= crypto.randomUUID();
    try {
      await ask("POST", `/api/v1/shows/${to.show}/episodes/${to.episode}/runs`, { script: body, quote: to.id }, { "Idempotency-Key": render.key });
      location.href = `/s/${to.show}/ep${String(to.episode).padStart(2, "0")}`;
    } catch (x) {
      render.key = undefined;
      tell(x.message, true);
      look();
    }
  });

  // Tabs of files.
  const open = (e) => {
    for (const x of editors) x.hidden = x !== e;
    for (const t of room.querySelectorAll("[role=tab]")) t.setAttribute("aria-selected", String(t.dataset.file === e.dataset.file));
  };
  for (const t of room.querySelectorAll("[role=tab]")) t.addEventListener("click", () => open(editors.find((e) => e.dataset.file === t.dataset.file)));

  document.getElementById("versions")?.addEventListener("change", (e) => {
    const url = new URL(location.href);
    if (e.target.value) url.searchParams.set("version", e.target.value);
    else url.searchParams.delete("version");
    location.href = url;
  });

  const put = document.getElementById("put-file");
  put?.addEventListener("submit", async (e) => {
    e.preventDefault();
    const path = put.elements.path.value.trim();
    const r = await fetch(`/api/v1/shows/${d.show}/files/${path.split("/").map(encodeURIComponent).join("/")}`, { method: "PUT", headers: { "Content-Type": "application/octet-stream" }, body: put.elements.file.files[0] });
    const body = await r.json();
    put.querySelector(".problem").textContent = r.ok ? "" : body.detail ?? body.title;
    if (!r.ok) return;
    tell(say("script.put", path));
    const li = document.createElement("li");
    li.textContent = `${body.path} ${body.type}`;
    document.getElementById("files").append(li);
    put.reset();
    look();
  });

  keys("script", { problem: () => editors.find((e) => !e.hidden).next() });
  look();
}
