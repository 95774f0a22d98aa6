// The look book: look at the pictures of each sheet, approve one, ask for another.

import { quote } from "./act.js";
import { keys } from "./keys.js";

const book = document.getElementById("sheets");
const dialog = document.getElementById("retake-sheet");
const form = dialog?.querySelector("form");

const all = () => [...book.querySelectorAll("article")];
const pictures = (sheet) => [...sheet.querySelectorAll("a.picture")];
const here = () => document.activeElement?.closest?.("#sheets article");

// at brings somebody to a sheet: to the picture that is used, else the newest, else its name.
const at = (sheet) => {
  const to = sheet?.querySelector(".used a.picture") ?? (sheet && pictures(sheet).at(-1)) ?? sheet?.querySelector("h3");
  to?.focus();
  to?.scrollIntoView({ block: "nearest" });
};
const sheet = (by) => {
  const list = all();
  const i = list.indexOf(here());
  at(list[i < 0 ? 0 : Math.max(0, Math.min(list.length - 1, i + by))]);
};
const picture = (by) => {
  const s = here();
  if (!s) return sheet(0);
  const list = pictures(s);
  list[Math.max(0, Math.min(list.length - 1, list.indexOf(document.activeElement) + by))]?.focus();
};

const retake = (name, called) => {
  if (!dialog || !name) return;
  form.elements.sheets.value = JSON.stringify([name]);
  dialog.querySelector("[data-called]").textContent = called;
  const said = dialog.querySelector(".problem");
  said.textContent = "";
  form.dataset.price = "";
  dialog.showModal();
  form.elements.note.focus();
  quote(form).catch((e) => (said.textContent = e.message));
};

book.addEventListener("click", (e) => {
  const b = e.target.closest("[data-retake]");
  if (b) retake(b.dataset.retake, b.dataset.called);
});
dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog?.addEventListener("close", () => delete form.dataset.price); // nothing is priced that nobody asks for
document.addEventListener("studio:done", (e) => {
  if (e.target !== form) return;
  form.elements.note.value = "";
  dialog.close();
});

keys("sheets", {
  before: () => sheet(-1),
  after: () => sheet(1),
  left: () => picture(-1),
  right: () => picture(1),
  choose: () => document.activeElement?.closest?.(".pictures li")?.querySelector("form")?.requestSubmit(),
  retake: () => here()?.querySelector("[data-retake]")?.click(),
});
