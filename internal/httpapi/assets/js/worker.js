// One EventSource for all tabs of this origin: a browser gives a site six connections,
// and each stream would keep one.

const kinds = ["hello", "reset", "shot", "episode", "season", "take", "circle", "still", "note", "approval", "cut", "money", "job", "provider", "script", "leaderboard", "sheet"];

/** listen delivers every event, and comes back with the last id when the stream ends. What
    it returns ends it. */
export function listen(since, deliver) {
  let last = since;
  let wait = 1000;
  let source = null;
  let later = 0;
  const open = () => {
    source = new EventSource("/api/v1/events" + (last ? "?since=" + encodeURIComponent(last) : ""));
    for (const kind of kinds) {
      source.addEventListener(kind, (e) => {
        if (e.lastEventId) last = e.lastEventId;
        wait = 1000;
        deliver({ kind, data: JSON.parse(e.data), id: e.lastEventId });
      });
    }
    source.onerror = () => {
      deliver({ kind: "away", data: {} });
      if (source.readyState !== EventSource.CLOSED) return; // it comes back by itself
      later = setTimeout(open, wait);
      wait = Math.min(wait * 2, 30000);
    };
  };
  open();
  return () => {
    clearTimeout(later);
    source.close();
  };
}

/** past remembers the last events for pages that come later than the stream: a page is
    told what has changed since it was made. */
export function past(keep = 1024) {
  let events = [];
  let away = false;
  let forgotten = false;
  let here = ""; // the server's instance
  const place = (id) => {
    const [instance, seq] = (id ?? "").split(".");
    return { instance, seq: Number(seq) };
  };
  return {
    add(event) {
      away = event.kind === "away";
      if (event.id) here = place(event.id).instance;
      if (away || event.kind === "hello") return;
      if (event.kind === "reset") {
        events = [];
        forgotten = false;
        return;
      }
      events.push(event);
      if (events.length > keep) forgotten = events.shift();
    },
    since(id) {
      const from = place(id);
      const missed = (e) => place(e.id).instance === from.instance && place(e.id).seq > from.seq;
      const another = from.instance && here && from.instance !== here;
      const told = another || (forgotten && missed(forgotten)) ? [{ kind: "reset", data: {} }] : events.filter(missed);
      return [{ kind: away ? "away" : "hello", data: {} }, ...told];
    },
  };
}

if ("SharedWorkerGlobalScope" in self) {
  const ports = new Set();
  const before = past();
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
        listen(m.data.since, (event) => {
          before.add(event);
          ports.forEach((p) => p.postMessage(event));
        });
      } else {
        before.since(m.data.since).forEach((event) => port.postMessage(event));
      }
    };
    port.start();
  };
}
