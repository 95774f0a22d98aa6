// The board: one cell a shot. An event sets one attribute; the focused cell's story is
// told in the card, without moving anything.

import { on, part } from "./live.js";
import { keys } from "./keys.js";
import { say } from "./words.js";

const board = document.getElementById("board");

function all() { return [...board.querySelectorAll("a.cell")]; }

function move(by) {
  const cells = all();
  cells[Math.max(0, Math.min(cells.length - 1, cells.indexOf(document.activeElement) + by))]?.focus();
}

function row(by) {
  const rows = [...board.querySelectorAll("[role=row]")];
  const at = document.activeElement.closest("[role=row]");
  const column = at ? [...at.querySelectorAll("a.cell")].indexOf(document.activeElement) : 0;
  const cells = rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(at) + by))]?.querySelectorAll("a.cell");
  cells?.[Math.max(0, Math.min(column, cells.length - 1))]?.focus();
}

// label is all that a cell says.
function label(s) {
  return [s.slate, say("state." + s.state), s.provider, ...(s.reasons ?? [])].filter(Boolean).join(" · ");
}

if (board) {
  const show = document.body.dataset.show;
  on("shot", (s) => {
    if (s.show !== show) return;
    const c = document.getElementById(`c-${s.ep}-${s.slate}`);
    if (!c) return void part("board");
    c.dataset.s = s.state.toLowerCase();
    c.title = label(s);
    c.classList.add("changed");
    setTimeout(() => c.classList.remove("changed"), 600);
  });
  on("episode", (e) => {
    if (e.show !== show) return;
    if (document.getElementById("row-" + e.episode)) part("sums", "row-" + e.episode);
    else part("sums", "board");
  });
  board.addEventListener("focusin", (e) => {
    const c = e.target.closest("a.cell");
    if (!c) return;
    c.setAttribute("aria-label", c.title);
    document.getElementById("card").textContent = c.title;
  });
  keys("board", { left: () => move(-1), right: () => move(1), up: () => row(-1), down: () => row(1) });
}
