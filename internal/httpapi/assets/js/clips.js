// Takes are fetched whole, so that stepping never waits and no connection is held:
// a paused <video> keeps one of the six that a browser gives a server. What is too
// large is played by range from where it lies. Addresses contain the clip's digest,
// so nothing here is ever stale.

const whole = 32 << 20; // bytes of a clip that is held
const held = 200 << 20; // bytes of all
const atOnce = 2;

const clips = new Map(); // address → {blob, url, size, done}, in the order of use
let running = 0;
const queue = [];

// clip answers with an address that a <video> can play: a blob of it, or itself.
export async function clip(address, signal) {
  const known = clips.get(address);
  if (known) {
    clips.delete(address);
    clips.set(address, known);
    return known.done;
  }
  const entry = { url: address, size: 0 };
  entry.done = turn(signal).then(() => fetched(address, entry, signal)).finally(next);
  clips.set(address, entry);
  try {
    return await entry.done;
  } catch (e) {
    clips.delete(address);
    throw e;
  }
}

// prefetch asks for a clip that will be wanted soon; its failure is told when it is.
export function prefetch(address) { clip(address).catch(() => {}); }

async function fetched(address, entry, signal) {
  signal?.throwIfAborted();
  const stop = new AbortController();
  signal?.addEventListener("abort", () => stop.abort(signal.reason), { once: true });
  const r = await fetch(address, { signal: stop.signal });
  if (!r.ok) throw new Error(`${r.status} ${r.statusText}`);
  if (Number(r.headers.get("Content-Length") ?? whole + 1) > whole) {
    stop.abort();
    return address;
  }
  const blob = await r.blob();
  entry.url = URL.createObjectURL(blob);
  entry.size = blob.size;
  shed(entry);
  return entry.url;
}

// shed lets go of what was used longest ago.
function shed(keep) {
  let sum = 0;
  for (const e of clips.values()) sum += e.size;
  for (const [address, e] of clips) {
    if (sum <= held) return;
    if (e === keep || !e.size) continue;
    clips.delete(address);
    URL.revokeObjectURL(e.url);
    sum -= e.size;
  }
}

function turn(signal) {
  if (running < atOnce) {
    running++;
    return Promise.resolve();
  }
  return new Promise((go, fail) => {
    queue.push(go);
    signal?.addEventListener("abort", () => {
      const i = queue.indexOf(go);
      if (i < 0) return; // it has its turn
      queue.splice(i, 1);
      running++; // which next takes back
      fail(signal.reason);
    }, { once: true });
  });
}

function next() {
  const go = queue.shift();
  if (go) go();
  else running--;
}
