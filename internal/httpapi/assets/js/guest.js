// What a review link's page does by itself: a note is for the frame that is shown. The
// forms work without it.

const rate = (video) => {
  const [num, den] = video.dataset.fps.split("/").map(Number);
  return num / (den || 1);
};

for (const video of document.querySelectorAll("video[data-fps]")) {
  const form = document.getElementById(video.dataset.form);
  const show = (seconds) => {
    if (!form || form.contains(document.activeElement)) return;
    const frame = Math.max(0, Math.round(seconds * rate(video)));
    form.elements.from.value = form.elements.to.value = String(frame);
  };
  const each = (_, data) => {
    show(data.mediaTime); // of the picture on the screen, not of the clock
    video.requestVideoFrameCallback(each);
  };
  video.requestVideoFrameCallback?.(each);
  form?.addEventListener("focusin", () => video.pause());
}

document.addEventListener("click", (e) => {
  const link = e.target.closest("a[data-frame]");
  const video = document.querySelector("video[data-fps]");
  if (!link || !video) return;
  e.preventDefault();
  video.pause();
  video.currentTime = (Number(link.dataset.frame) + 0.5) / rate(video);
});
