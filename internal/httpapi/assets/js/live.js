// Events of the server, and how a page follows them: a cell is patched, or a part of the
// page is read again. One EventSource serves all tabs where there are shared workers.

import { Idiomorph } from "../vendor/idiomorph.js";

export const kinds = ["shot", "episode", "season", "take", "circle", "still", "note", "approval", "cut", "money", "job", "provider", "script", "leaderboard", "sheet"];

const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("studio", { createHTML: (s) => s, createScriptURL: (s) => s })
  : { createHTML: (s) => s, createScriptURL: (s) => s };

const listeners = new Map(); // kind -> functions
const here = new URL(".", import.meta.url);

/** on calls f with the data of every event of a kind. */
export function on(kind, f) {
  if (!listeners.has(kind)) listeners.set(kind, []);
  listeners.get(kind).push(f);
}

/** deliver hands an event to who listens. */
export function deliver({ kind, data }) {
  for (const f of listeners.get(kind) ?? []) f(data);
}

/** part reads this page again and puts the newest form of some of its elements in place.
    A server that does not answer well is asked again. */
const again = 2000;
let reading = null;
let read = -1000; // when it was read last: once a second is enough
const wanted = new Set();
export function part(...ids) {
  for (const id of ids) wanted.add(id);
  reading ??= new Promise((done) => setTimeout(done, Math.max(300, read + 1000 - performance.now()))).then(async () => {
    const now = [...wanted];
    wanted.clear();
    reading = null;
    read = performance.now();
    const url = new URL(location.href);
    url.searchParams.set("part", now.join());
    // What is read again is of the cut that the page shows, though a newer one is there by now.
    const shown = document.querySelector("take-player[data-number]")?.dataset.number;
    if (shown && !url.searchParams.has("cut")) url.searchParams.set("cut", shown);
    const answer = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer || answer.status >= 500) return void setTimeout(() => part(...now), again);
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(policy.createHTML(await answer.text()), "text/html");
    for (const id of now) {
      const from = fresh.getElementById(id);
      const to = document.getElementById(id);
      if (!from || !to || from.isEqualNode(to)) continue;
      // A player is never touched, and what somebody is typing stays.
      Idiomorph.morph(to, document.adoptNode(from), {
        ignoreActiveValue: true,
        callbacks: { beforeNodeMorphed: (old) => old.localName !== "take-player" },
      });
    }
    document.dispatchEvent(new CustomEvent("studio:part", { detail: now }));
  });
  return reading;
}

/** all reads everything again that follows events. */
export function all() {
  const ids = [...document.querySelectorAll("[data-on], #board")].map((el) => el.id);
  if (ids.length) part(...ids);
}

/** start begins to listen from where the page was made. */
export function start() {
  let since = document.body.dataset.seq ?? "";
  const stale = document.getElementById("stale");
  const state = (away) => {
    if (stale) stale.hidden = !away;
  };
  on("hello", () => state(false));
  on("reset", () => {
    state(false);
    all();
  });
  on("away", () => state(true));
  // A page that a browser kept was told nothing meanwhile.
  addEventListener("pageshow", (e) => e.persisted && location.reload());
  if (window.SharedWorker) {
    try {
      const worker = new SharedWorker(policy.createScriptURL(new URL("worker.js", here).href), { type: "module" });
      worker.port.onmessage = (m) => deliver(m.data);
      worker.port.start();
      worker.port.postMessage({ since });
      addEventListener("pagehide", () => worker.port.postMessage({ bye: true }));
      return;
    } catch {
      // Some browsers have the word and not the thing.
    }
  }
  // A stream of its own keeps one of the six connections: only while somebody looks.
  import("./worker.js").then(({ listen }) => {
    let end = null;
    const turn = () => {
      if (document.hidden) {
        end?.();
        end = null;
        return;
      }
      end ??= listen(since, (event) => {
        if (event.id) since = event.id;
        deliver(event);
      });
    };
    document.addEventListener("visibilitychange", turn);
    turn();
  });
}
