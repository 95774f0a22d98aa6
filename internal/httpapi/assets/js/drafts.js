// What somebody types is kept in this tab until it is sent: a reload, a look at another
// page or a slip of the finger loses no word.

const name = (field) => `draft ${location.pathname} ${field.form.id} ${field.name}`;

/** restore puts what was typed and not sent back where it was. */
export function restore() {
  for (const field of document.querySelectorAll("form[id] textarea")) field.value ||= sessionStorage.getItem(name(field)) ?? "";
}

document.addEventListener("input", ({ target }) => {
  if (target.localName !== "textarea" || !target.form?.id) return;
  if (target.value) sessionStorage.setItem(name(target), target.value);
  else sessionStorage.removeItem(name(target));
});
document.addEventListener("studio:done", ({ target }) => {
  for (const field of target.querySelectorAll?.("textarea") ?? []) if (field.form?.id) sessionStorage.removeItem(name(field));
});
