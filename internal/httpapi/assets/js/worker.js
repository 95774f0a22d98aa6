// One EventSource for all tabs of this origin: a browser gives a site six connections,
// and each stream would keep one.

const kinds = ["hello", "reset", "shot", "episode", "season", "take", "circle", "still", "note", "cut", "money", "job", "provider", "script", "leaderboard"];

/** listen delivers every event, and comes back with the last id when the stream ends. */
export function listen(since, deliver) {
  let last = since;
  let wait = 1000;
  let source = null;
  const open = () => {
    source = new EventSource("/api/v1/events" + (last ? "?since=" + encodeURIComponent(last) : ""));
    for (const kind of kinds) {
      source.addEventListener(kind, (e) => {
        if (e.lastEventId) last = e.lastEventId;
        wait = 1000;
        deliver({ kind, data: JSON.parse(e.data) });
      });
    }
    source.onerror = () => {
      deliver({ kind: "away", data: {} });
      if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 30000);
    };
  };
  open();
  return () => source.close();
}

if ("SharedWorkerGlobalScope" in self) {
  const ports = new Set();
  let running = false;
  self.onconnect = (e) => {
    const port = e.ports[0];
    ports.add(port);
    port.onmessage = (m) => {
      if (m.data.bye) {
        ports.delete(port);
        return;
      }
      if (!running) {
        running = true;
        listen(m.data.since, (event) => ports.forEach((p) => p.postMessage(event)));
      } else {
        port.postMessage({ kind: "hello", data: {} });
      }
    };
    port.start();
  };
}
