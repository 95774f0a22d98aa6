// The takes room: look at takes, circle one, ask for another.

import { keys } from "./keys.js";
import { transport } from "./episode.js";
import "./player.js";

const player = document.querySelector("take-player[data-takes]");

if (document.getElementById("room")) {
  const takes = () => [...document.querySelectorAll("#takes [data-take]")];
  const pick = (n, side = "a") => {
    const t = takes().find((li) => li.dataset.take === String(n));
    if (!t || !t.dataset.src) return;
    player?.show(side, { url: t.dataset.src, frames: Number(t.dataset.frames), name: t.dataset.name });
    if (side !== "a") return;
    for (const other of takes()) {
      if (other === t) other.setAttribute("aria-current", "true");
      else other.removeAttribute("aria-current");
    }
    const chosen = document.getElementById("circle-take");
    if (chosen) chosen.value = n;
    const url = new URL(location.href);
    url.searchParams.set("take", n);
    history.replaceState(null, "", url);
  };
  document.addEventListener("click", (e) => {
    const t = e.target.closest("#takes [data-take]");
    if (t) pick(t.dataset.take);
  });
  const shown = document.querySelector("#takes [aria-current]");
  if (shown) pick(shown.dataset.take);
  if (player) keys("player", transport(player));
  keys("takes", {
    "show.a": (n) => pick(n),
    "show.b": (n) => pick(n, "b"),
    flip: () => player?.flip(),
    circle: () => document.getElementById("circle")?.requestSubmit(),
    retake: () => document.getElementById("retake-note")?.focus(),
    before: () => document.getElementById("before")?.click(),
    after: () => document.getElementById("after")?.click(),
  });
}
