// The help sheet: the keys that do something on this page, and what a person has chosen
// for all pages.

import { change, has, settings } from "./keys.js";

const forYears = 5 * 365 * 24 * 3600; // seconds

export function open() {
  const sheet = document.getElementById("help");
  for (const row of sheet.querySelectorAll("[data-key]")) row.hidden = !has(row.dataset.key);
  for (const s of sheet.querySelectorAll("section")) s.hidden = !s.querySelector("[data-key]:not([hidden])");
  const on = document.getElementById("keys-on");
  on.checked = !settings().off;
  on.onchange = () => change({ ...settings(), off: !on.checked });
  for (const choice of sheet.querySelectorAll("select[data-cookie]")) {
    choice.onchange = () => {
      document.cookie = `${choice.dataset.cookie}=${choice.value}; path=/; samesite=lax; max-age=${choice.value ? forYears : 0}`;
      location.reload();
    };
  }
  sheet.showModal();
}
