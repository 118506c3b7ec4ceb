// Lets a reader try exercises in the page. This is what every page with a card loads: the button and
// the line of progress. Editor and Python (book/practise) come when the button is pressed.
"use strict";

const practise = {
  folder: new URL("practise/", document.currentScript.src),
  scripts: new Map(),
  taken: new Map(), // what a script has handed over
  blobs: new Map(), // the same, unpacked

  // From a disk a page can fetch nothing, but it can add scripts to itself.
  script(name) {
    if (!this.scripts.has(name)) {
      const loaded = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(encodeURIComponent(name), this.folder);
        script.onload = resolve;
        script.onerror = () => {
          this.scripts.delete(name);
          script.remove();
          reject(new Error(`${name} could not be loaded. Is the network there? Try again.`));
        };
        document.head.append(script);
      });
      this.scripts.set(name, loaded);
    }
    return this.scripts.get(name);
  },

  // Called by the scripts that carry a file.
  take(name, packed) {
    this.taken.set(name, packed);
  },

  // Returns the file as a Blob; what is here already is not unpacked again.
  file(name) {
    if (!this.blobs.has(name)) {
      const blob = this.unpack(name);
      blob.catch(() => this.blobs.delete(name));
      this.blobs.set(name, blob);
    }
    return this.blobs.get(name);
  },

  async unpack(name) {
    await this.script(`${name}.js`);
    const packed = await fetch(`data:application/gzip;base64,${this.taken.get(name)}`);
    this.taken.delete(name);
    return new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).blob();
  },

  // Answers stay in this browser: one entry each, so that two windows do not undo each other's.
  key: (notebook, exercise) => `training-deep-networks.practise.${notebook}.${exercise}`,
  unkept: new Map(), // what the browser would not keep lasts as long as the page

  kept(notebook, exercise) {
    const key = this.key(notebook, exercise);
    try {
      const kept = JSON.parse(this.unkept.get(key) ?? localStorage.getItem(key));
      return typeof kept?.text === "string" ? kept : null;
    } catch {
      return null;
    }
  },

  // Returns whether it could be kept.
  keep(notebook, exercise, answer) {
    const key = this.key(notebook, exercise);
    this.unkept.delete(key);
    try {
      if (answer) localStorage.setItem(key, JSON.stringify(answer));
      else localStorage.removeItem(key);
      return true;
    } catch {
      this.unkept.set(key, JSON.stringify(answer));
      return false;
    } finally {
      this.showProgress();
    }
  },

  cards: () => [...document.querySelectorAll(".practise")],
  exercises: (card) => card.dataset.exercises.split(" ").filter(Boolean),
  passed: (card) =>
    practise.exercises(card).filter((name) => practise.kept(card.dataset.notebook, name)?.passed),

  showProgress() {
    for (const card of this.cards()) {
      const line = card.querySelector(".practise-progress");
      const [all, passed] = [this.exercises(card).length, this.passed(card).length];
      if (line) line.textContent = passed ? `${passed} of ${all} pass their tests here.` : "";
    }
    const total = document.querySelector(".practise-all");
    if (!total) return;
    const count = (of) => this.cards().reduce((sum, card) => sum + of(card).length, 0);
    const [all, passed] = [count(this.exercises), count(this.passed)];
    total.hidden = false;
    total.textContent =
      `${all} of the exercises can be tried in this page; ` +
      (passed ? `${passed} of your answers here pass their tests.` : "none of your answers here pass yet.");
  },

  prepare(card) {
    card.hidden = false;
    if (!this.exercises(card).length) {
      card.textContent = "These exercises need Keras, which no page can run: do them in the notebook.";
      return;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "practise-open";
    button.textContent = "Try it here (downloads about 10 MB once)";
    const line = document.createElement("span");
    line.className = "practise-progress";
    const told = document.createElement("p");
    told.setAttribute("role", "status");
    card.append(button, " ", line, told);
    button.addEventListener("click", async () => {
      button.disabled = true;
      told.textContent = "Loading the editor…";
      try {
        await Promise.all(["files.js", "editor.js", "engine.js"].map((name) => this.script(name)));
        await this.script("desk.js");
        await this.open(card);
        button.hidden = true;
        told.remove();
      } catch (error) {
        told.textContent = error.message;
        button.disabled = false;
      }
    });
  },
};

document.addEventListener("DOMContentLoaded", () => {
  for (const card of practise.cards()) practise.prepare(card);
  practise.showProgress();
});
window.addEventListener("storage", () => practise.showProgress());
