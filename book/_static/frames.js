// Lets the sliders of a moving picture (book/support/frames.py) choose the frame that is shown.
// Nothing moves by itself: a reader plays a picture, unless the system asks for reduced motion.
"use strict";

function bringToLife(figure) {
  const { frames, alt } = JSON.parse(figure.querySelector("script").textContent);
  const image = figure.querySelector("img");
  const dials = [...figure.querySelectorAll("input")];
  const play = figure.querySelector("button");
  let timer = null;
  const kept = []; // a frame that is already here is shown at once

  const draw = () => {
    let index = 0;
    for (const dial of dials) {
      const texts = JSON.parse(dial.dataset.texts);
      index = index * texts.length + Number(dial.value);
      dial.setAttribute("aria-valuetext", texts[dial.value]);
      dial.nextElementSibling.value = texts[dial.value];
    }
    image.src = frames[index];
    image.alt = alt[index];
  };

  const stop = () => {
    clearInterval(timer);
    timer = null;
    if (play) play.textContent = "Play";
  };

  for (const dial of dials) {
    dial.addEventListener("input", () => {
      stop();
      draw();
    });
  }

  if (play) {
    const [dial] = dials;
    play.hidden = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    play.addEventListener("click", () => {
      if (timer !== null) {
        stop();
        return;
      }
      if (dial.value === dial.max) dial.value = 0;
      play.textContent = "Pause";
      draw();
      timer = setInterval(() => {
        dial.value = Number(dial.value) + 1;
        draw();
        if (dial.value === dial.max) stop();
      }, 1000 * Number(figure.dataset.seconds));
    });
  }

  figure.querySelector(".frames-controls").hidden = false;

  // The frames weigh more than the rest of the page: only a reader who comes near them needs them.
  const near = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      kept.push(...frames.map((source) => Object.assign(new Image(), { src: source })));
    },
    { rootMargin: "400px" },
  );
  near.observe(figure);
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("figure.frames").forEach(bringToLife);
});
