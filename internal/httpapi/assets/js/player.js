// <take-player> shows one or two clips, counted in frames. It makes no decision about
// takes: pages tell it what to show, and it tells with events what is shown.
//
//   <take-player fps="24/1"></take-player>
//   await player.show("a", {url, frames, name})    the last choice of a side wins
//   player.mode = "flip" | "side" | "wipe" | "diff"
//   player.frame, player.seek(n), player.step(±n), player.toggle(), player.shuttle(±1), player.mark("in")
//
// Events: "frame" (detail: number), "mode", "sound", "apart" (A and B show different pictures).

import { clip } from "./clips.js";
import { Deck } from "./deck.js";
import { say } from "./words.js";

const together = 300; // ms within which two paused decks show the same picture
const speeds = [-4, -2, -1, 0, 1, 2, 4];

class TakePlayer extends HTMLElement {
  #decks = {};
  #loads = { a: null, b: null };
  #clips = { a: null, b: null };
  #mode = "flip";
  #front = "a";
  #sound = "a";
  #muted = false;
  #speed = 0;
  #in = 0;
  #out = -1; // -1: the end
  #loop = false;
  #aim = null; // the picture asked for, until it is shown
  #place = null; // the picture to be at when what is loading is there; null: nothing is
  #resume = 0; // the speed to go on with then; another wish takes it away
  #turning = false; // on the way from a loop's end to its beginning
  #follow = 0;

  connectedCallback() {
    if (this.#decks.a) return; // moved, not made anew
    const [num, den] = (this.getAttribute("fps") ?? "24/1").split("/").map(Number);
    this.fps = [num, den || 1];
    this.stage = el("div", "stage");
    for (const side of ["b", "a"]) {
      const v = el("video", side);
      v.muted = true;
      if (side === "a" && this.dataset.poster) v.poster = this.dataset.poster; // until the first picture is there
      v.disablePictureInPicture = true;
      v.setAttribute("aria-label", say("player." + side));
      this.stage.append(v);
      const deck = (this.#decks[side] = new Deck(v));
      deck.addEventListener("frame", () => this.#painted(side));
      deck.addEventListener("stop", () => this.#stopped(side));
      deck.addEventListener("fault", () => this.#fault(side));
    }
    this.message = el("p", "fault");
    this.message.setAttribute("role", "status");
    this.scrub = el("input", "scrub");
    Object.assign(this.scrub, { type: "range", min: 0, max: 0, value: 0, step: 1 });
    this.scrub.setAttribute("aria-label", say("player.scrub"));
    this.scrub.addEventListener("input", () => this.seek(Number(this.scrub.value)));
    this.count = el("output", "count");
    this.stage.addEventListener("click", () => this.toggle());
    this.stage.addEventListener("pointermove", (e) => this.#mode === "wipe" && e.buttons && this.#wipe(e));
    this.append(this.stage, this.message, this.scrub, this.count);
    this.#layout();
  }

  disconnectedCallback() {
    cancelAnimationFrame(this.#follow);
    for (const d of Object.values(this.#decks)) d.unload();
    this.#decks = {};
    this.replaceChildren();
  }

  // show puts a clip {url, frames, name, whole} on a side; null empties it. whole: false
  // plays by range, for cuts. It keeps the place: a compared take begins where one looks.
  async show(side, c) {
    this.#loads[side]?.abort();
    const load = (this.#loads[side] = c ? new AbortController() : null);
    this.#clips[side] = c;
    const deck = this.#decks[side];
    this.#say("");
    if (!c) {
      deck.unload();
      this.#layout();
      return this.#loaded();
    }
    this.#place ??= Math.max(0, this.aim);
    this.#resume ||= this.#speed;
    this.#rest();
    try {
      const url = c.whole === false ? c.url : await clip(c.url, load.signal);
      load.signal.throwIfAborted();
      await deck.load({ url, frames: c.frames, fps: c.fps ?? this.fps }, load.signal);
      if (this.#out >= this.frames) this.#out = -1;
      this.#layout();
      await deck.show(this.#keeps(this.#place));
    } catch (e) {
      if (load.signal.aborted) return; // another choice was made
      this.#say(say("player.fault", c.name ?? "", e.message));
    }
    if (this.#loads[side] === load) this.#loads[side] = null;
    await this.#loaded();
  }

  // loaded goes on as it was, or as was wished meanwhile, when both sides are there.
  async #loaded() {
    if (this.#loads.a || this.#loads.b || this.#place === null || !this.#decks.a) return;
    const [place, speed] = [this.#place, this.#resume];
    [this.#place, this.#resume] = [null, 0];
    const off = (side) => this.#clips[side] && !this.#decks[side].fault && this.#decks[side].frame !== this.#decks[side].bound(place);
    if (off("a") || off("b")) await this.#both(place);
    if (speed) this.play(speed);
  }

  get frames() { return this.#decks.a?.frames ?? 0; }
  get frame() { return this.#decks.a?.frame ?? -1; }
  get shown() { return { a: this.#decks.a.frame, b: this.#clips.b ? this.#decks.b.frame : null }; }
  get playing() { return this.#speed !== 0 || this.#resume !== 0; }
  get mode() { return this.#mode; }
  get front() { return this.#front; }
  get range() { return { in: this.#in, out: this.#last(), loop: this.#loop }; }
  deck(side) { return this.#decks[side]; }

  set mode(m) {
    this.#mode = m;
    this.#layout();
    this.#tell("mode", m);
  }

  flip() {
    if (!this.#clips.b) return;
    this.#front = this.#front === "a" ? "b" : "a";
    this.#layout();
    this.#tell("mode", this.#mode);
  }

  // seek shows picture n on both sides, and says so if they do not agree in time.
  seek(n) {
    this.pause();
    if (this.#place !== null) this.#place = n; // bounded by what comes
    return this.#both(n);
  }

  async #both(n) {
    const { a, b } = this.#decks;
    const aim = (this.#aim = a.bound(n));
    const shown = a.show(aim).finally(() => { if (this.#aim === aim) this.#aim = null; });
    if (!this.#clips.b) return shown;
    const late = new Promise((r) => setTimeout(r, together, "late"));
    const both = await Promise.race([Promise.all([shown, b.show(n)]), late]);
    if (both === "late" || (both[0] !== both[1] && both[1] < b.frames - 1)) this.#tell("apart", this.shown);
    return shown;
  }

  // aim is the picture that was asked for last: keys that come faster than pictures count from it.
  get aim() { return this.#place ?? this.#aim ?? this.frame; }

  step(by) { return this.seek(this.aim + by); }
  second() { return Math.round(this.fps[0] / this.fps[1]); }

  play(speed = 1) {
    this.#aim = null;
    if (this.#loads.a || this.#loads.b) return void (this.#resume = speed);
    this.#speed = speed;
    if (this.#loop && (this.frame >= this.#last() || this.frame < this.#in)) this.#decks.a.show(this.#in);
    this.#hear();
    for (const side of ["a", "b"]) {
      if (!this.#clips[side]) continue;
      this.#decks[side].play(speed).catch((e) => this.#say(say("player.fault", this.#clips[side]?.name ?? "", e.message)));
    }
    cancelAnimationFrame(this.#follow);
    if (this.#clips.b) this.#together();
  }

  pause() {
    this.#resume = 0;
    this.#rest();
  }

  #rest() {
    this.#speed = 0;
    cancelAnimationFrame(this.#follow);
    for (const d of Object.values(this.#decks)) d.pause();
  }

  async toggle() {
    if (!this.playing) return this.play(1);
    this.pause();
    if (this.#clips.b) await this.seek(this.aim); // both rest on the same picture
  }

  // shuttle goes a speed up or down, as J and L do; 0 rests.
  shuttle(dir) {
    if (dir === 0) return this.playing ? this.toggle() : undefined;
    const same = Math.sign(this.#speed) === dir;
    const next = same ? speeds[Math.max(0, Math.min(speeds.length - 1, speeds.indexOf(this.#speed) + dir))] : dir;
    this.play(next);
  }

  // mark sets the loop's ends at the picture shown, or takes them away.
  mark(what) {
    if (what === "in") {
      this.#in = Math.max(0, this.aim);
      if (this.#in >= this.#last()) this.#out = -1;
      this.#loop = true;
    } else if (what === "out") {
      this.#out = this.aim;
      if (this.#in >= this.#out) this.#in = 0;
      this.#loop = true;
    } else if (what === "clear") {
      [this.#in, this.#out, this.#loop] = [0, -1, false];
    } else {
      this.#loop = !this.#loop;
    }
    this.#tell("range", this.range);
    this.#tally();
  }

  mute() {
    this.#muted = !this.#muted;
    this.#hear();
  }

  // swapSound hears the other side: one sound at a time, always.
  swapSound() {
    if (this.#clips.b) this.#sound = this.#sound === "a" ? "b" : "a";
    this.#hear();
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.requestFullscreen();
  }

  #last() { return this.#out < 0 ? this.frames - 1 : this.#out; }
  #keeps(n) { return Math.max(0, Math.min(n, this.frames - 1)); }

  #hear() {
    const side = this.#clips.b ? this.#sound : "a";
    for (const [k, d] of Object.entries(this.#decks)) d.video.muted = this.#muted || k !== side || this.#speed < 0;
    this.#tell("sound", this.#muted ? "" : side);
    this.#tally();
  }

  #painted(side) {
    if (side !== "a") return;
    this.#tally();
    this.#tell("frame", this.frame);
    if (this.#loop && this.#speed > 0 && this.frame >= this.#last()) this.#again();
  }

  async #again() {
    if (this.#turning) return;
    this.#turning = true;
    const speed = this.#speed;
    const decks = ["a", "b"].filter((s) => this.#clips[s]).map((s) => this.#decks[s]);
    await Promise.all(decks.map((d) => {
      d.hold();
      return d.show(this.#in);
    }));
    this.#turning = false;
    if (this.#speed === speed) this.play(speed);
  }

  #stopped(side) {
    if (side !== "a" || this.#turning || this.#decks.a.playing || !this.#speed) return;
    if (this.#loop && this.#speed > 0) return void this.#again();
    this.#speed = 0;
    this.#tell("rest", this.frame);
  }

  // together keeps B with A: a frame of drift is leaned away, five are jumped over.
  #together() {
    const { a, b } = this.#decks;
    const look = () => {
      if (!this.playing || !this.#clips.b) return;
      const drift = b.frame - a.frame;
      if (this.#speed > 0) {
        if (Math.abs(drift) > 5 && a.frame < b.frames) b.show(a.frame).then(() => this.playing && b.play(this.#speed));
        else if (Math.abs(drift) > 1) b.lean(this.#speed * (drift > 0 ? 0.97 : 1.03));
        else b.lean(this.#speed);
      }
      this.#follow = requestAnimationFrame(look);
    };
    this.#follow = requestAnimationFrame(look);
  }

  #layout() {
    const two = Boolean(this.#clips.b);
    this.dataset.mode = two ? this.#mode : "one";
    this.dataset.front = two ? this.#front : "a";
    this.scrub.max = Math.max(0, this.frames - 1);
    if (two && this.#mode === "wipe") this.#cut(0.5);
    else this.#decks.a.video.style.removeProperty("clip-path");
    this.#hear();
  }

  #wipe(e) {
    const box = this.stage.getBoundingClientRect();
    this.#cut((e.clientX - box.left) / box.width);
  }

  #cut(at) {
    this.#decks.a.video.style.setProperty("clip-path", `inset(0 ${(100 * (1 - Math.max(0, Math.min(1, at)))).toFixed(2)}% 0 0)`);
  }

  #tally() {
    const n = Math.max(0, this.frame);
    this.scrub.value = n;
    this.scrub.setAttribute("aria-valuetext", say("player.at", n, this.frames));
    const r = this.range;
    this.count.textContent = `f${n}/${this.frames}` + (this.#loop ? `  ${r.in}–${r.out}` : "") + (this.#speed && this.#speed !== 1 ? `  ${this.#speed}×` : "") + (this.#muted ? "  " + say("player.muted") : "");
  }

  #fault(side) {
    const d = this.#decks[side];
    if (this.#clips[side]) this.#say(say("player.fault", this.#clips[side].name ?? "", d.fault));
  }

  #say(text) { this.message.textContent = text; }
  #tell(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }
}

function el(tag, cls) {
  const e = document.createElement(tag);
  e.className = cls;
  return e;
}

customElements.define("take-player", TakePlayer);
