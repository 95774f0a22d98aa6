// Notes: said at a frame or a range, drawn over it, tied to what was looked at. Writing
// one pauses, keeping it plays on.

import { restore } from "./drafts.js";
import { say } from "./words.js";
import { current } from "./transport.js";
import { Strokes } from "./strokes.js";

// notes binds the notes of a page to its player. on() says what is looked at: {take, cut}.
export function notes(player, on) {
  const form = document.getElementById("note");
  const strokes = new Strokes(player.stage, player.deck("a").video);
  const draw = document.getElementById("draw");
  let played = false;

  const list = () => [...document.querySelectorAll("#notes [data-note]")];
  const here = (li) => Number(li.dataset.take) === (on().take ?? 0) && Number(li.dataset.cut) === (on().cut ?? 0);

  // shown draws the strokes of open notes at the picture that is looked at.
  const shown = () => {
    if (!form.hidden) return;
    const at = player.frame;
    const all = list().filter((li) => here(li) && !li.dataset.done && Number(li.dataset.from) <= at && at <= Number(li.dataset.to));
    strokes.show(all.flatMap((li) => JSON.parse(li.dataset.strokes) ?? []));
    for (const li of list()) current(li, all.includes(li));
  };
  player.addEventListener("frame", shown);
  document.addEventListener("studio:part", shown);

  const open = () => {
    played = player.playing;
    player.pause();
    const { in: from, out: to, loop } = player.range;
    form.elements.from.value = loop ? from : Math.max(0, player.aim);
    form.elements.to.value = loop ? to : Math.max(0, player.aim);
    form.hidden = false;
    restore();
    strokes.show([]);
    form.elements.text.focus();
  };
  const close = () => {
    form.hidden = true;
    strokes.drawing = false;
    draw.setAttribute("aria-pressed", "false");
    form.reset();
    form.elements.strokes.value = "";
    shown();
    player.focus();
  };
  document.getElementById("note-open")?.addEventListener("click", open);
  draw.addEventListener("click", () => {
    strokes.drawing = !strokes.drawing;
    draw.setAttribute("aria-pressed", String(strokes.drawing));
  });
  document.getElementById("draw-undo").addEventListener("click", () => strokes.undo());
  form.addEventListener("formdata-before", () => (form.elements.strokes.value = strokes.strokes.length ? JSON.stringify(strokes.strokes) : ""));
  form.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) form.requestSubmit();
    else if (e.key === "Escape") close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  });
  form.addEventListener("studio:done", () => {
    close();
    if (played) player.play();
  });

  document.getElementById("notes").addEventListener("click", (e) => {
    const li = e.target.closest("[data-note]");
    if (!li) return;
    if (e.target.closest("[data-seek]")) go(li);
    if (e.target.closest("[data-to-retake]")) {
      const note = document.getElementById("retake-note");
      note.value = li.querySelector("p").textContent;
      note.dispatchEvent(new Event("input", { bubbles: true }));
      note.focus();
    }
  });
  const go = (li) => {
    if (here(li)) player.seek(Number(li.dataset.from));
    else document.dispatchEvent(new CustomEvent("studio:look", { detail: { take: Number(li.dataset.take), frame: Number(li.dataset.from) } }));
  };
  const jump = (by) => () => {
    const all = list().filter(here).sort((a, b) => a.dataset.from - b.dataset.from);
    const at = player.frame;
    const to = by > 0 ? all.find((li) => Number(li.dataset.from) > at) : all.findLast((li) => Number(li.dataset.from) < at);
    if (to) player.seek(Number(to.dataset.from));
  };
  return { note: open, "note.before": jump(-1), "note.after": jump(1) };
}

// undone offers to take an act back for ten seconds: of one's own act only.
export function undone(text, back) {
  const box = document.createElement("p");
  box.className = "toast";
  const button = document.createElement("button");
  button.textContent = say("undo");
  const end = () => {
    clearTimeout(timer);
    box.remove();
    if (last === run) last = null;
  };
  const run = () => {
    end();
    back();
  };
  const timer = setTimeout(end, 10000);
  button.addEventListener("click", run);
  box.append(text, button);
  document.getElementById("toasts")?.append(box);
  last = run;
}

let last = null;
export const undo = () => last?.();
