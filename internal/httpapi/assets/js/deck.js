// A deck is one <video> that counts in frames, from 0. Seconds exist in this file only.
// A browser seeks by time and rounds as it likes, so a deck aims at the middle of a
// frame and believes only what requestVideoFrameCallback says was painted.

const patience = 2000; // ms for a browser to paint a picture that it was asked for
const settled = 120; // ms after a seek in which a changed picture is told

export class Deck extends EventTarget {
  #video;
  #num = 24;
  #den = 1;
  #frame = -1; // painted last, -1: none
  #want = null; // {n, done[]}: the picture asked for; a later wish replaces an earlier one
  #busy = false;
  #sure = false; // false after playing: one more picture may have come to the screen untold
  #backwards = 0; // the token of the run backwards, 0: none
  #turn = 0;
  #beginning = null; // what play waits for until it plays
  #held = false;

  constructor(video) {
    super();
    this.#video = video;
    this.frames = 0;
    video.playsInline = true;
    video.preload = "auto";
    video.addEventListener("ended", () => this.#tell("stop"));
    video.addEventListener("pause", () => {
      if (!this.#held) this.#tell("stop");
      this.#held = false;
    });
    video.addEventListener("error", () => video.hasAttribute("src") && this.#tell("fault"));
    this.#listen();
  }

  get video() { return this.#video; }
  get frame() { return this.#frame; }
  get playing() { return this.#backwards !== 0 || this.#beginning !== null || (!this.#video.paused && !this.#video.ended); }
  get fps() { return this.#num / this.#den; }
  get fault() { return this.#video.error ? `${this.#video.error.code} ${this.#video.error.message}` : ""; }

  // load opens a clip: {url, frames, fps: [num, den]}. It ends when the first picture is painted.
  async load(clip, signal) {
    this.pause();
    [this.#num, this.#den] = clip.fps;
    this.frames = clip.frames;
    this.#frame = -1;
    this.#want = null;
    this.#video.src = clip.url;
    await this.#event("loadeddata", signal);
    return this.show(0);
  }

  unload() {
    this.pause();
    this.#video.removeAttribute("src");
    this.#video.load(); // lets go of the connection, which a paused video would hold
    this.frames = 0;
    this.#frame = -1;
  }

  // show paints picture n, bounded by the clip, and answers with the number of the
  // picture that the browser painted. Asked again meanwhile, it goes to the last wish.
  show(n) {
    n = this.bound(n);
    return new Promise((done) => {
      if (this.#want) {
        this.#want.n = n;
        this.#want.done.push(done);
      } else {
        this.#want = { n, done: [done] };
      }
      if (!this.#busy) this.#seek();
    });
  }

  bound(n) { return Math.max(0, Math.min(this.frames - 1, Math.trunc(n))); }

  // play runs at rate, in whole multiples; below 0 it is stepped, since no browser plays backwards.
  async play(rate = 1) {
    this.#backwards = 0;
    if (rate < 0) {
      this.#beginning = null;
      this.#video.pause();
      this.#reverse(-rate, (this.#backwards = ++this.#turn));
      return;
    }
    // A picture that was asked for comes first: playing on from an older one would forget it.
    const mine = (this.#beginning = {});
    if (this.#want) await this.show(this.#want.n);
    else if (this.#video.ended || this.#frame >= this.frames - 1) await this.show(0);
    if (this.#beginning !== mine) return; // it rests again, or something else was asked for
    this.#beginning = null;
    this.#sure = false;
    this.#video.playbackRate = rate;
    await this.#video.play().catch((e) => { if (e.name !== "AbortError") throw e; });
  }

  pause() {
    this.#backwards = 0;
    this.#beginning = null;
    this.#video.pause();
  }

  // hold rests without telling: a loop goes on at once.
  hold() {
    this.#backwards = 0;
    this.#beginning = null;
    this.#held = !this.#video.paused;
    this.#video.pause();
  }

  // lean plays a little faster or slower, so that two decks come together unseen.
  lean(rate) { if (this.#video.playbackRate !== rate) this.#video.playbackRate = rate; }

  async #seek() {
    this.#busy = true;
    while (this.#want) {
      const { n, done } = this.#want;
      if (n !== this.#frame || !this.#sure) {
        const painted = this.#painted(n);
        this.#video.currentTime = ((n + 0.5) * this.#den) / this.#num;
        this.#sure = await painted;
      }
      if (this.#want?.n === n) {
        this.#want = null;
        for (const d of done) d(this.#frame);
      } else if (!this.#want) { // another clip was loaded meanwhile
        for (const d of done) d(this.#frame);
      }
    }
    this.#busy = false;
  }

  // painted ends when picture n is on screen (true), or when the browser has had its time.
  // A browser that is where it should be already may paint nothing.
  #painted(n) {
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        this.removeEventListener("frame", look);
        this.#video.removeEventListener("seeked", there);
        done(this.#frame === n);
      };
      const look = () => { if (this.#frame === n) end(); };
      const there = () => { if (this.#frame === n) setTimeout(end, settled); };
      const timer = setTimeout(end, patience);
      this.addEventListener("frame", look);
      this.#video.addEventListener("seeked", there);
    });
  }

  async #reverse(rate, token) {
    const from = this.#frame;
    const began = performance.now();
    while (this.#backwards === token && this.#frame > 0) {
      const n = from - Math.floor(((performance.now() - began) * rate * this.fps) / 1000);
      if (n < this.#frame) await this.show(n);
      await new Promise(requestAnimationFrame);
    }
    if (this.#backwards === token) {
      this.#backwards = 0;
      this.#tell("stop");
    }
  }

  #listen() {
    const look = (_, at) => {
      this.#frame = this.bound(Math.round((at.mediaTime * this.#num) / this.#den));
      this.#tell("frame");
      this.#video.requestVideoFrameCallback(look);
    };
    this.#video.requestVideoFrameCallback(look);
  }

  #event(name, signal) {
    return new Promise((done, fail) => {
      const one = { once: true, signal };
      this.#video.addEventListener(name, done, one);
      this.#video.addEventListener("error", () => fail(new Error(this.fault)), one);
      signal?.addEventListener("abort", () => fail(signal.reason), { once: true });
    });
  }

  #tell(name) { this.dispatchEvent(new Event(name)); }
}
