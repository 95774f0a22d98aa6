// Strokes are what a person draws over a picture: lists of points in ten-thousandths of
// the picture's width and height, so that they lie right at every size.

const most = { strokes: 64, points: 2048 }; // of a note; the server refuses more
const near = 12; // ten-thousandths that a pointer moves before a point is kept

export class Strokes {
  #canvas;
  #video;
  #now = null;

  constructor(stage, video) {
    this.#video = video;
    this.#canvas = document.createElement("canvas");
    this.#canvas.setAttribute("aria-hidden", "true");
    stage.append(this.#canvas);
    this.strokes = [];
    const c = this.#canvas;
    c.addEventListener("pointerdown", (e) => this.#begin(e));
    c.addEventListener("pointermove", (e) => this.#go(e));
    c.addEventListener("pointerup", () => (this.#now = null));
    c.addEventListener("pointercancel", () => (this.#now = null));
    c.addEventListener("click", (e) => e.stopPropagation()); // it is no wish to play
    new ResizeObserver(() => this.draw()).observe(c);
  }

  set drawing(on) { this.#canvas.classList.toggle("drawing", on); }
  get drawing() { return this.#canvas.classList.contains("drawing"); }

  show(strokes) {
    this.strokes = strokes ?? [];
    this.draw();
  }

  undo() {
    this.strokes.pop();
    this.draw();
  }

  draw() {
    const c = this.#canvas;
    const scale = devicePixelRatio || 1;
    c.width = Math.round(c.clientWidth * scale);
    c.height = Math.round(c.clientHeight * scale);
    const p = c.getContext("2d");
    const box = this.#box(c.width, c.height);
    for (const [color, width] of [["#000", 5], ["#ffd23f", 3]]) { // seen on any picture
      p.strokeStyle = color;
      p.lineWidth = width * scale;
      p.lineCap = p.lineJoin = "round";
      for (const s of this.strokes) {
        p.beginPath();
        for (let i = 0; i + 1 < s.length; i += 2) {
          p.lineTo(box.x + (s[i] / 10000) * box.w, box.y + (s[i + 1] / 10000) * box.h);
        }
        if (s.length === 2) p.lineTo(box.x + (s[0] / 10000) * box.w + 0.1, box.y + (s[1] / 10000) * box.h);
        p.stroke();
      }
    }
  }

  // box is where the picture lies inside of w x h: it keeps its shape.
  #box(w, h) {
    const v = this.#video;
    const shape = v.videoWidth && v.videoHeight ? v.videoWidth / v.videoHeight : w / h;
    const width = Math.min(w, h * shape);
    const height = width / shape;
    return { x: (w - width) / 2, y: (h - height) / 2, w: width, h: height };
  }

  #at(e) {
    const r = this.#canvas.getBoundingClientRect();
    const box = this.#box(r.width, r.height);
    const part = (v, from, len) => Math.max(0, Math.min(10000, Math.round(((v - from) / len) * 10000)));
    return [part(e.clientX - r.left, box.x, box.w), part(e.clientY - r.top, box.y, box.h)];
  }

  #begin(e) {
    if (!this.drawing || this.strokes.length >= most.strokes) return;
    this.#canvas.setPointerCapture(e.pointerId);
    this.#now = this.#at(e);
    this.strokes.push(this.#now);
    this.draw();
  }

  #go(e) {
    const s = this.#now;
    if (!s || s.length >= 2 * most.points) return;
    const [x, y] = this.#at(e);
    if (Math.hypot(x - s[s.length - 2], y - s[s.length - 1]) < near) return;
    s.push(x, y);
    this.draw();
  }
}
