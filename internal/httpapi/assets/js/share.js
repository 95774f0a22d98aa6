// Sharing a cut with people outside: the link and its passphrase are shown once, when they
// are made. They stand outside of the parts that are read again.

import { tell } from "./act.js";
import { say } from "./words.js";

const form = document.getElementById("share-form");
const shared = document.getElementById("shared");
const field = (id) => document.getElementById(id);

form.addEventListener("studio:done", (e) => {
  field("shared-url").value = e.detail.url;
  field("shared-pass").value = e.detail.passphrase;
  shared.hidden = false;
  field("shared-url").select();
  form.reset();
});
shared.addEventListener("click", async (e) => {
  const from = field(e.target.closest("[data-copy]")?.dataset.copy);
  if (!from) return;
  from.select(); // where the clipboard is closed to us, the person's own copy works
  try {
    await navigator.clipboard.writeText(from.value);
    tell(say("review.copied"));
  } catch {
    from.focus();
  }
});
