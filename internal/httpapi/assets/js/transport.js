// The keys of a player, whatever it shows.

// current says of one among others that it is the one.
export function current(el, on) {
  if (on) el.setAttribute("aria-current", "true");
  else el.removeAttribute("aria-current");
}

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

// modes are the ways to compare, on buttons and keys.
export function modes(player) {
  const buttons = [...document.querySelectorAll("#modes [data-mode]")];
  const to = (mode) => {
    if (mode === "flip" && player.mode === "flip") player.flip();
    player.mode = player.mode === mode && mode !== "flip" ? "flip" : mode;
  };
  for (const b of buttons) b.addEventListener("click", () => to(b.dataset.mode));
  player.addEventListener("mode", () => {
    for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset.mode === player.mode));
    const url = new URL(location.href);
    if (player.mode === "flip") url.searchParams.delete("mode");
    else url.searchParams.set("mode", player.mode);
    history.replaceState(null, "", url);
  });
  const asked = new URLSearchParams(location.search).get("mode");
  if (["side", "wipe", "diff"].includes(asked)) player.mode = asked;
  return { flip: () => to("flip"), side: () => to("side"), wipe: () => to("wipe"), diff: () => to("diff") };
}
