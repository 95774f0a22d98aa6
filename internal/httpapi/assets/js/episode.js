// The episode's page: the newest cut, its shots on a track, its lines.

import { keys } from "./keys.js";
import "./player.js";

const player = document.querySelector("take-player[data-cut]");
const track = document.getElementById("track");

if (player && track) {
  const d = player.dataset;
  player.show("a", { url: d.cut, frames: Number(d.frames), name: d.name, whole: false }).then(() => {
    const f = Number(new URLSearchParams(location.search).get("f"));
    if (f > 0) player.seek(f);
  });
  const shots = () => [...track.querySelectorAll("a[data-start]")];
  const at = (frame) => shots().findLast((a) => Number(a.dataset.start) <= frame);
  player.addEventListener("frame", (e) => {
    document.getElementById("tick").setAttribute("x1", e.detail);
    document.getElementById("tick").setAttribute("x2", e.detail);
    const now = at(e.detail)?.dataset.slate;
    for (const li of document.querySelectorAll("#script [data-slate]")) {
      if (li.dataset.slate === now) li.setAttribute("aria-current", "true");
      else li.removeAttribute("aria-current");
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
    const to = all[all.indexOf(at(player.frame)) + by];
    if (to) player.seek(Number(to.dataset.start));
  };
  keys("player", { ...transport(player), "shot.before": jump(-1), "shot.after": jump(1) });
}

/** transport are the keys of a player, whatever it shows. */
export function transport(player) {
  return {
    play: () => player.toggle(),
    backwards: () => player.shuttle(-1),
    rest: () => player.shuttle(0),
    forwards: () => player.shuttle(1),
    "frame.before": () => player.step(-1),
    "frame.after": () => player.step(1),
    "second.before": () => player.step(-player.second()),
    "second.after": () => player.step(player.second()),
    first: () => player.seek(0),
    last: () => player.seek(player.frames - 1),
    "loop.in": () => player.mark("in"),
    "loop.out": () => player.mark("out"),
    loop: () => player.mark("loop"),
    "loop.clear": () => player.mark("clear"),
    mute: () => player.mute(),
    sound: () => player.swapSound(),
    full: () => player.full(),
  };
}
