// The episode's page: a cut, its shots on a track, its lines, and another cut beside it.

import { keys } from "./keys.js";
import { notes } from "./notes.js";
import { current, modes, transport } from "./transport.js";
import { say } from "./words.js";
import "./player.js";

const player = document.querySelector("take-player[data-cut]");
const track = document.getElementById("track");

if (player && track) {
  const d = player.dataset;
  const asked = new URLSearchParams(location.search);
  player.show("a", { url: d.cut, frames: Number(d.frames), name: d.name, whole: false }).then(async () => {
    if (d.against) await player.show("b", { url: d.against, frames: Number(d.againstFrames), name: d.againstName, whole: false });
    const f = Number(asked.get("f"));
    if (f > 0) player.seek(f);
  });
  const shots = () => [...track.querySelectorAll("a[data-start]")];
  const at = (frame) => shots().findLast((a) => Number(a.dataset.start) <= frame);
  let now = "";
  player.addEventListener("frame", (e) => {
    const tick = document.getElementById("tick");
    tick.setAttribute("x1", e.detail);
    tick.setAttribute("x2", e.detail);
    document.getElementById("timecode").textContent = timecode(e.detail, player.second());
    const slate = at(e.detail)?.dataset.slate ?? "";
    if (slate === now) return;
    now = slate;
    for (const li of document.querySelectorAll("#script [data-slate]")) {
      const here = li.dataset.slate === slate;
      current(li, here);
      if (here && player.playing) li.scrollIntoView({ block: "nearest" });
    }
  });
  track.addEventListener("click", (e) => {
    const a = e.target.closest("a[data-start]");
    if (!a || e.ctrlKey || e.metaKey || e.shiftKey) return;
    e.preventDefault();
    player.seek(Number(a.dataset.start));
  });
  const jump = (by) => () => {
    const all = shots();
    const to = all[all.indexOf(at(player.aim)) + by];
    if (to) player.seek(Number(to.dataset.start));
  };
  keys("player", {
    ...transport(player), ...notes(player, () => ({ cut: Number(d.number) })), "shot.before": jump(-1), "shot.after": jump(1),
  });
  if (d.against) {
    keys("takes", modes(player));
    player.addEventListener("apart", (e) => (document.getElementById("apart").textContent = say("player.apart", e.detail.a, e.detail.b)));
    player.addEventListener("frame", () => (document.getElementById("apart").textContent = ""));
  }
  for (const s of document.querySelectorAll("select[data-go]")) {
    s.addEventListener("change", () => {
      const url = new URL(location.href);
      if (s.value) url.searchParams.set(s.name, s.value);
      else url.searchParams.delete(s.name);
      if (player.frame > 0) url.searchParams.set("f", player.frame);
      location.href = url;
    });
  }
}

// timecode is hours:minutes:seconds:frames, counted without drops.
function timecode(frame, fps) {
  const two = (n) => String(Math.floor(n)).padStart(2, "0");
  const s = Math.floor(frame / fps);
  return `${two(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}:${two(frame % fps)}`;
}
