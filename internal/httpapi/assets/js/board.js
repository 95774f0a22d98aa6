// The board: one cell a shot, real links. An event sets one attribute of one cell; the
// focused cell's story is told in a card that moves nothing.

import { ask, span, tell } from "./act.js";
import { keys } from "./keys.js";
import { on, part } from "./live.js";
import { current } from "./transport.js";
import { say } from "./words.js";

const board = document.getElementById("board");

if (board) begin();

function begin() {
  const show = document.body.dataset.show;
  const api = `/api/v1/shows/${show}`;
  const rows = () => [...board.children];
  const row = (n) => document.getElementById(`row-${n}`);
  const cells = (r) => [...r.querySelectorAll("a.cell")];
  const cell = (ep, slate) => cells(row(ep) ?? board).find((c) => c.textContent === slate);
  const slateOf = (c) => ({ ep: Number(c.closest("[data-ep]").dataset.ep), slate: c.textContent });

  // What changes.
  on("shot", (s) => {
    if (s.show !== show) return;
    const c = row(s.ep) && cell(s.ep, s.slate);
    if (!c) return void part("board");
    if (c.dataset.s !== s.state.toLowerCase()) {
      c.dataset.s = s.state.toLowerCase();
      c.classList.add("changed");
      setTimeout(() => c.classList.remove("changed"), 600);
    }
    if (c === document.activeElement) card(c);
  });
  on("episode", (e) => {
    if (e.show !== show) return;
    const r = row(e.episode);
    if (!r || cells(r).length !== e.shots) return void part("board");
    const [, , done, spent, cut, state] = r.children;
    done.textContent = `${e.circled}/${e.shots}`;
    spent.textContent = e.spent.micros ? `${(e.spent.micros / 1e6).toFixed(2)} ${e.spent.currency}` : "";
    cut.textContent = e.cut || "–";
    state.dataset.s = e.state;
    state.textContent = say("state." + e.state);
  });

  // Where the focus is: one cell of the board is in the order of tabs.
  let at = null;
  const rove = (c) => {
    if (!c) return;
    at?.setAttribute("tabindex", "-1");
    at = c;
    c.setAttribute("tabindex", "0");
    c.focus();
  };
  const begun = () => {
    for (const c of board.querySelectorAll("a.cell")) c.tabIndex = -1;
    at = board.contains(at) ? at : board.querySelector("a.cell");
    at?.setAttribute("tabindex", "0");
    if (board.dataset.query) board.addEventListener("click", queried, true);
  };
  // queried lets a click on a cell take the filter along, as Enter does.
  const queried = (e) => {
    const c = e.target.closest?.("a.cell.hit");
    if (c && !c.search) c.search = board.dataset.query;
  };
  document.addEventListener("studio:part", (e) => e.detail.includes("board") && begun());

  // Who comes back to the board stands where they were, on it or in the takes room.
  const place = `at ${show}`;
  const come = () => {
    const kept = sessionStorage.getItem(place);
    const c = kept && [...board.querySelectorAll("a.cell")].find((c) => c.getAttribute("href").split("?")[0] === kept);
    if (c) rove(c);
  };

  const active = () => (document.activeElement?.classList.contains("cell") ? document.activeElement : at);
  const meant = (r) => (board.hasAttribute("data-filtered") ? cells(r).filter((c) => c.classList.contains("hit")) : cells(r));
  const sideways = (by) => {
    const c = active();
    const r = c.closest(".ep");
    const all = cells(r);
    const to = all[all.indexOf(c) + by];
    if (to) return to;
    const next = rows()[rows().indexOf(r) + by];
    return next ? cells(next).at(by > 0 ? 0 : -1) : c;
  };
  const upright = (by) => {
    const c = active();
    const all = rows();
    const i = cells(c.closest(".ep")).indexOf(c);
    const r = all[Math.max(0, Math.min(all.length - 1, all.indexOf(c.closest(".ep")) + by))];
    return cells(r)[Math.min(i, cells(r).length - 1)] ?? c;
  };
  const nextNG = () => {
    const all = [...board.querySelectorAll("a.cell")];
    const i = all.indexOf(active());
    return [...all.slice(i + 1), ...all.slice(0, i + 1)].find((c) => c.dataset.s === "ng");
  };

  // Which cells are selected.
  const chosen = new Set();
  const choose = (c, yes = true) => {
    if (yes) chosen.add(c);
    else chosen.delete(c);
    if (yes) c.setAttribute("aria-selected", "true");
    else c.removeAttribute("aria-selected");
    const open = document.getElementById("retake-open");
    document.getElementById("chosen").textContent = chosen.size;
    open.disabled = chosen.size === 0;
  };
  const extend = (to) => {
    choose(active());
    choose(to);
    rove(to);
  };
  board.addEventListener("click", (e) => {
    const c = e.target.closest("a.cell");
    if (!c || !(e.ctrlKey || e.metaKey)) return;
    e.preventDefault();
    choose(c, !chosen.has(c));
  });

  // The card.
  let asked = null;
  let rest = 0;
  const box = document.getElementById("card");
  const clip = document.getElementById("card-clip");
  const still = () => {
    clip.hidden = true;
    clip.removeAttribute("src"); // a paused clip would keep its connection
    clip.load();
  };
  const peek = () => {
    if (!clip.hidden) return still();
    if (!clip.dataset.clip) return;
    clip.hidden = false;
    clip.src = clip.dataset.clip;
    clip.play().catch(still);
  };
  const card = (c) => {
    clearTimeout(rest);
    asked?.abort();
    rest = setTimeout(async () => {
      asked = new AbortController();
      const { ep, slate } = slateOf(c);
      const r = await fetch(`${api}/episodes/${ep}/shots/${encodeURIComponent(slate)}?lang=${document.documentElement.lang}`, { signal: asked.signal }).catch(() => null);
      if (!r?.ok) return;
      const s = await r.json();
      const state = document.getElementById("card-state");
      box.hidden = false;
      if (clip.dataset.clip !== (s.clip ?? "")) {
        still();
        clip.dataset.clip = s.clip ?? "";
      }
      document.getElementById("card-name").textContent = `ep${String(ep).padStart(2, "0")} ${slate}`;
      state.dataset.s = s.state.toLowerCase();
      state.textContent = say("state." + s.state);
      const left = s.draft && (s.draft.until ? Math.floor((Date.parse(s.draft.until) - Date.now()) / 36e5) : "∞");
      const draft = s.draft && (left < 0 ? say("board.expired") : say("board.draft", left));
      const facts = [draft, s.provider, s.attempts && say("board.takes", s.attempts), s.price?.micros && span(s.price, s.price), s.notes_open && say("board.notes", s.notes_open), s.script?.action];
      document.getElementById("card-facts").textContent = facts.filter(Boolean).join(" · ");
      document.getElementById("card-why").textContent = (s.reasons ?? []).join(" · ");
      const thumb = document.getElementById("card-thumb");
      thumb.hidden = !s.strip;
      if (s.strip && thumb.getAttribute("src") !== s.strip) thumb.src = s.strip;
      c.setAttribute("aria-label", [document.getElementById("card-name").textContent, state.textContent, ...facts, ...(s.reasons ?? [])].filter(Boolean).join(", "));
    }, 120);
  };
  board.addEventListener("focusin", (e) => {
    const c = e.target.closest("a.cell");
    if (!c) return;
    if (at !== c) {
      at?.setAttribute("tabindex", "-1");
      at = c;
      c.setAttribute("tabindex", "0");
    }
    sessionStorage.setItem(place, c.getAttribute("href").split("?")[0]);
    card(c);
  });
  board.addEventListener("pointerover", (e) => {
    const c = e.target.closest("a.cell");
    if (c) card(c);
  });

  for (const b of document.querySelectorAll("button[data-zoom]")) {
    b.addEventListener("click", () => {
      board.dataset.zoom = b.dataset.zoom;
      const url = new URL(location.href);
      if (b.dataset.zoom) url.searchParams.set("zoom", b.dataset.zoom);
      else url.searchParams.delete("zoom");
      history.replaceState(null, "", url);
    });
  }

  const many = retakes(api, () => [...chosen].map(slateOf), () => {
    for (const c of [...chosen]) choose(c, false);
  });
  document.getElementById("retake-open").addEventListener("click", many);

  keys("board", {
    left: () => rove(sideways(-1)),
    right: () => rove(sideways(1)),
    up: () => rove(upright(-1)),
    down: () => rove(upright(1)),
    "page.up": () => rove(upright(-10)),
    "page.down": () => rove(upright(10)),
    "row.first": () => rove(cells(active().closest(".ep")).at(0)),
    "row.last": () => rove(cells(active().closest(".ep")).at(-1)),
    first: () => rove(cells(rows().at(0)).at(0)),
    last: () => rove(cells(rows().at(-1)).at(-1)),
    "select.left": () => extend(sideways(-1)),
    "select.right": () => extend(sideways(1)),
    "select.up": () => extend(upright(-1)),
    "select.down": () => extend(upright(1)),
    "select.all": () => rows().flatMap(meant).forEach((c) => choose(c)),
    ng: () => rove(nextNG()),
    peek,
    filter: () => document.getElementById("text").focus(),
    retake: () => {
      if (chosen.size === 0) choose(active());
      many();
    },
  });
  addEventListener("pagehide", still);
  for (const a of document.querySelectorAll("#chips a")) current(a, a.getAttribute("aria-current") === "true");
  begun();
  come();
}

const listed = 24; // slates of an episode that are named

// retakes asks for new takes of many shots: one price for all, one act.
function retakes(api, list, done) {
  const dialog = document.getElementById("retake-many");
  const go = dialog.querySelector("[data-go]");
  const said = dialog.querySelector(".problem");
  const note = dialog.querySelector("textarea");
  let quoted = null;
  let round = 0;

  const price = async () => {
    const mine = ++round;
    go.disabled = true;
    quoted = null;
    dialog.querySelector("[data-sum]").textContent = "";
    said.textContent = "";
    const by = new Map();
    for (const { ep, slate } of list()) by.set(ep, [...(by.get(ep) ?? []), slate]);
    dialog.querySelector("[data-count]").textContent = list().length;
    dialog.querySelector("[data-list]").replaceChildren(...[...by].map(([ep, slates]) => {
      const li = document.createElement("li");
      li.textContent = say("board.episode", `ep${String(ep).padStart(2, "0")}`, slates.slice(0, listed).join(" ") + (slates.length > listed ? ` … ${slates.length}` : ""));
      return li;
    }));
    const body = { of: [...by].map(([episode, slates]) => ({ episode, slates })) };
    if (note.value.trim()) body.note = note.value.trim();
    try {
      const q = await ask("POST", "/api/v1/quotes", { op: "retake-show", show: api.split("/").pop(), ...body });
      if (mine !== round) return;
      if (q.refused?.length) throw new Error(q.refused.map((r) => (r.slate ? say("board.refused", [r.slate, ...(r.also ?? [])].join(", "), r.message) : r.message)).join("\n"));
      quoted = { body: { ...body, quote: q.id }, key: crypto.randomUUID() };
      dialog.querySelector("[data-sum]").textContent = " · " + span(q.low, q.high);
      go.disabled = false;
    } catch (e) {
      if (mine === round) said.textContent = e.message;
    }
  };
  let timer;
  note.addEventListener("input", () => {
    go.disabled = true; // the price is of another note
    clearTimeout(timer);
    timer = setTimeout(price, 400);
  });
  go.addEventListener("click", async () => {
    go.disabled = true;
    try {
      const answer = await ask("POST", `${api}/retakes`, quoted.body, { "Idempotency-Key": quoted.key });
      const refused = answer.items.filter((c) => c.refused).map((c) => say("board.refused", c.name, c.refused));
      if (refused.length < answer.items.length) tell(say("board.asked", quoted.body.of.reduce((n, o) => n + o.slates.length, 0)));
      if (refused.length) throw new Error(refused.join("\n"));
    } catch (e) {
      said.textContent = e.message;
      return;
    }
    done();
    note.value = "";
    dialog.close();
  });
  return () => {
    if (list().length === 0) return;
    dialog.showModal();
    price();
  };
}
