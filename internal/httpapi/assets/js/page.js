// What every page starts with.

import * as live from "./live.js";
import * as act from "./act.js";
import { restore } from "./drafts.js";
import { keys } from "./keys.js";

// A page loads what it has a use for, and nothing else.
if (document.getElementById("board")) import("./board.js");
if (document.querySelector("take-player[data-cut]")) import("./episode.js");
if (document.getElementById("share")) import("./share.js");
if (document.getElementById("delivered")) import("./delivered.js");
if (document.getElementById("sheets")) import("./sheets.js");
if (document.getElementById("room")) import("./takes.js");

const help = () => import("./help.js").then((h) => h.open());
document.getElementById("help-open")?.addEventListener("click", help);
const go = (id) => () => document.getElementById(id)?.click();
keys("all", {
  help,
  "go.board": go("nav-board"),
  "go.episode": go("nav-episode"),
  "go.waiting": go("nav-waiting"),
  "go.money": go("nav-money"),
  "go.script": go("nav-script"),
  "go.sheets": go("nav-sheets"),
  back: () => history.back(),
});
restore();
act.start();
live.start();

// Parts follow events by themselves: <div id=… data-on="episode cut"> is read again when
// such an event is of its data-show and data-episode (missing: of any).
for (const kind of live.kinds) {
  live.on(kind, (e) => {
    const ids = [...document.querySelectorAll(`[data-on~=${kind}]`)]
      .filter((el) => (!el.dataset.show || el.dataset.show === e.show) && (!el.dataset.episode || Number(el.dataset.episode) === (e.ep ?? e.episode)))
      .map((el) => el.id);
    if (ids.length) live.part(...ids);
  });
}
// The first cut of an episode brings its player with it.
live.on("cut", (e) => {
  const none = document.getElementById("nocut")?.dataset;
  if (none && none.show === e.show && Number(none.episode) === e.episode) location.reload();
});
// One's own act shows at once, and what stood against it: the next press is of what is there now.
for (const name of ["studio:done", "studio:refused"]) {
  document.addEventListener(name, live.all);
}
