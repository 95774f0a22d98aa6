// The blind page: two takes side by side, no name on either, and a vote. It listens to no
// events, since those tell who made what; nothing but the pair is loaded.

import { ask } from "./act.js";
import { keys } from "./keys.js";
import { say } from "./words.js";

const room = document.getElementById("blind");
const help = () => import("./help.js").then((h) => h.open());
document.getElementById("help-open")?.addEventListener("click", help);
const go = (id) => () => document.getElementById(id)?.click();

keys("all", { help, "go.waiting": go("nav-waiting"), back: () => history.back() });

if (room) {
  const clips = [...room.querySelectorAll("video")];
  const sound = "sound" in room.dataset;
  let loops = 0;
  let ended = new Set();
  let voting = false;
  let shown = Promise.resolve();

  // Both begin together, and again when both have ended: whoever is shorter waits.
  const begin = () => {
    ended = new Set();
    for (const v of clips) v.currentTime = 0;
    return Promise.all(clips.map((v) => v.play()));
  };
  const loop = () => {
    loops++;
    document.getElementById("watch").hidden = true;
    for (const b of document.querySelectorAll("#ballot [disabled]")) b.disabled = false;
    room.dataset.loops = loops;
    begin();
  };
  for (const v of clips) {
    v.volume = Math.min(1, Number(v.dataset.gain) || 0);
    v.addEventListener("ended", () => {
      ended.add(v);
      if (ended.size === clips.length) loop();
    });
    // Both clips or neither.
    v.addEventListener("error", () => {
      for (const other of clips) other.hidden = true;
      document.getElementById("refused").textContent = say("blind.withdrawn");
    });
  }
  const ready = (v) => v.readyState >= 3 ? null : new Promise((done) => v.addEventListener("canplay", done, { once: true }));
  shown = Promise.all(clips.map(ready)).then(begin).catch(() => {});

  const play = () => {
    if (clips.some((v) => !v.paused)) clips.forEach((v) => v.pause());
    else clips.filter((v) => !ended.has(v)).forEach((v) => v.play());
  };
  // One is heard at a time: the one under the pointer or in focus.
  const hear = (v) => clips.forEach((other) => { other.muted = !sound || other !== v; });
  for (const v of clips) {
    v.tabIndex = 0;
    v.addEventListener("pointerenter", () => hear(v));
    v.addEventListener("focus", () => hear(v));
  }

  const key = crypto.randomUUID();
  const vote = async (choice) => {
    const button = document.querySelector(`#ballot [data-choice="${choice}"]`);
    if (voting || !button || button.disabled) return;
    voting = true;
    const reasons = [...document.querySelectorAll("#reasons :checked")].map((r) => r.value);
    try {
      await ask("POST", "/api/v1/arena/votes", { showing: room.dataset.showing, choice, reasons, loops }, { "Idempotency-Key": key });
      location.assign(choice === "skip" ? location.href : "/blind");
    } catch (e) {
      document.getElementById("refused").textContent = e.message;
      voting = false;
    }
  };
  document.getElementById("ballot").addEventListener("click", (e) => {
    const b = e.target.closest("[data-choice]");
    if (b) vote(b.dataset.choice);
  });
  keys("blind", {
    left: () => vote("left"), right: () => vote("right"), equal: () => vote("equal"), bad: () => vote("both_bad"),
    known: () => vote("known"), skip: () => vote("skip"), play,
  });
  window.addEventListener("pagehide", () => shown.then(() => clips.forEach((v) => v.pause())));
} else {
  keys("blind", { play: go("go-on") });
}
