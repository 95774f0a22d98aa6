// The takes room: look at a shot's takes, compare two, decide, say why, ask for another.

import { ask } from "./act.js";
import { prefetch } from "./clips.js";
import { keys } from "./keys.js";
import { part } from "./live.js";
import { notes, undo, undone } from "./notes.js";
import { current, modes, transport } from "./transport.js";
import { say } from "./words.js";
import "./player.js";

const room = document.getElementById("room");
const player = document.querySelector("take-player[data-takes]");

if (room) {
  const takes = () => [...document.querySelectorAll("#takes [data-take]")];
  const take = (n) => takes().find((b) => b.dataset.take === String(n));
  const clip = (b) => ({ url: b.dataset.src, frames: Number(b.dataset.frames), name: b.dataset.name });
  const start = new URLSearchParams(location.search);
  const look = { a: 0, b: 0 };
  sessionStorage.setItem(`at ${document.body.dataset.show}`, location.pathname.split("/").slice(-2).join("/")); // the board's place

  const address = (set) => {
    const url = new URL(location.href);
    for (const [k, v] of Object.entries(set)) {
      if (v) url.searchParams.set(k, v);
      else url.searchParams.delete(k);
    }
    history.replaceState(null, "", url);
  };

  // show puts a take on a side; the last choice wins, and the address says it.
  const show = async (n, side = "a") => {
    const b = take(n);
    if (!b || b.disabled || !player) return;
    around = null;
    if (side === "b" && look.b === n) {
      look.b = 0;
      address({ b: 0 });
      mark();
      return player.show("b", null);
    }
    look[side] = n;
    address(side === "a" ? { take: n } : { b: n });
    mark();
    const shown = player.show(side, clip(b));
    if (side === "a") part("prompt");
    await shown;
  };

  // mark says in the list and in the forms what is looked at.
  const mark = () => {
    for (const b of takes()) {
      current(b, Number(b.dataset.take) === look.a);
      b.toggleAttribute("data-b", Number(b.dataset.take) === look.b);
    }
    for (const f of document.querySelectorAll("[data-of-take]")) f.value = look.a;
    const circle = document.getElementById("circle"); // what is circled already needs no press
    // What QC chose a person may still choose: then it is theirs.
    if (circle) circle.querySelector("button").disabled = Number(circle.dataset.now) === look.a && circle.dataset.by !== "qc";
    for (const f of document.querySelectorAll("#acts [data-mark]")) {
      const on = take(look.a)?.dataset.mark === f.dataset.mark;
      f.dataset.path = `${room.dataset.api}/shots/${room.dataset.slate}/takes/${look.a}/mark`;
      f.elements.state.value = on ? "none" : f.dataset.mark;
      f.querySelector("button").setAttribute("aria-pressed", String(on));
    }
  };

  document.getElementById("takes").addEventListener("click", (e) => {
    const b = e.target.closest("[data-take]");
    if (b) show(Number(b.dataset.take), e.shiftKey ? "b" : "a");
  });
  document.addEventListener("studio:part", mark);
  document.addEventListener("studio:look", async (e) => {
    await show(e.detail.take);
    player.seek(e.detail.frame);
  });

  // In context: the clip before, this one, the one after, round and round.
  let around = null;
  const context = () => {
    const c = document.getElementById("context");
    if (!player || c.disabled) return;
    if (around) {
      around = null;
      c.setAttribute("aria-pressed", "false");
      return show(look.a);
    }
    const d = c.dataset;
    around = [
      d.before && { url: d.before, frames: Number(d.beforeFrames), name: say("context.before") },
      clip(take(look.a)),
      d.after && { url: d.after, frames: Number(d.afterFrames), name: say("context.after") },
    ].filter(Boolean);
    c.setAttribute("aria-pressed", "true");
    around.forEach((x) => prefetch(x.url));
    player.show("b", null);
    look.b = 0;
    next(around, 0);
  };
  const next = async (list, i) => {
    if (around !== list) return;
    await player.show("a", list[i]);
    await player.seek(0);
    if (around !== list) return;
    player.addEventListener("rest", () => next(list, (i + 1) % list.length), { once: true });
    player.play();
  };

  // Deciding can be taken back for ten seconds.
  document.addEventListener("studio:done", (e) => {
    const form = e.target;
    const d = e.detail ?? {};
    if (form.id === "circle" || form.dataset.mark || form.id === "note") e.preventDefault(); // told here, with its undo
    if (form.id === "retake") {
      document.getElementById("retake-note").value = "";
      document.activeElement?.blur(); // the keys are the room's again
    }
    if (form.id === "circle") {
      const was = Number(form.dataset.now);
      undone(`${form.dataset.done}: ${d.take}`, async () => {
        const now = await fetch(form.dataset.path);
        await ask("PUT", form.dataset.path, { take: was }, { "If-Match": now.headers.get("ETag") });
        part("head", "takes", "acts");
      });
    } else if (form.dataset.mark) {
      const was = form.elements.state.value === "none" ? form.dataset.mark : "none";
      const path = form.dataset.path;
      undone(form.querySelector("button").textContent, async () => {
        await ask("PUT", path, { state: was });
        part("takes", "acts");
      });
    } else if (form.id === "note") {
      const path = `${form.dataset.path}/${d.id}`;
      undone(form.dataset.done, async () => {
        await ask("DELETE", path, undefined, { "If-Match": d.etag });
        part("notes");
      });
    }
  });

  const press = (id) => () => {
    const form = document.getElementById(id);
    if (form && !form.querySelector("button:disabled")) form.requestSubmit();
  };
  // A list is walked through without a trail: what is behind is the list.
  const follow = (id) => () => {
    const a = document.getElementById(id);
    if (a) location.replace(a.href);
  };
  keys("takes", {
    "show.a": (n) => show(n),
    "show.b": (n) => show(n, "b"),
    circle: press("circle"),
    ng: press("ng"),
    hold: press("hold"),
    retake: () => document.getElementById("retake-note")?.focus(),
    before: follow("before"),
    after: follow("after"),
    undo,
    context,
    ...(player ? modes(player) : {}),
  });
  document.getElementById("retake")?.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.isComposing) {
      e.preventDefault();
      e.currentTarget.requestSubmit();
    }
  });

  if (player) {
    document.getElementById("context").addEventListener("click", context);
    keys("player", { ...transport(player), ...notes(player, () => ({ take: look.a })) });
    player.addEventListener("sound", (e) => (document.getElementById("heard").textContent = e.detail ? "♪ " + e.detail.toUpperCase() : ""));
    player.addEventListener("apart", (e) => (document.getElementById("apart").textContent = say("player.apart", e.detail.a, e.detail.b)));
    player.addEventListener("frame", () => (document.getElementById("apart").textContent = ""));
    const first = Number(document.querySelector("[data-of-take]")?.value);
    show(first).then(async () => {
      if (Number(start.get("b"))) await show(Number(start.get("b")), "b");
      if (Number(start.get("f"))) player.seek(Number(start.get("f")));
      for (const b of takes()) if (b.dataset.src) prefetch(b.dataset.src);
    });
  }
}
