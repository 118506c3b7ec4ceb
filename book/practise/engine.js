// The page's Python: one worker, started once, ended when the reader says so, and started again.
"use strict";

practise.engine = {
  worker: null,
  ready: null, // resolves when Python answers
  loaded: new Set(), // packages besides NumPy
  turn: 0, // which run it is: what an earlier one still awaits is none of the next one's business
  stop: null, // ends the run that is on
  onProgress() {},

  // Start Python, unless it is there.
  start() {
    this.ready ??= this.begin().catch((error) => {
      this.forget();
      throw error;
    });
    return this.ready;
  },

  async begin() {
    const files = await this.fetchGroup("numpy", "Python and NumPy");
    for (const name of ["worker.js", "cells.py"]) files.push([name, await practise.file(name)]);
    const source = await files.find(([name]) => name === "worker.js")[1].text();
    const address = URL.createObjectURL(new Blob([source, "\npractiseWorker();"]));
    this.worker = new Worker(address);
    this.onProgress("Starting Python…");
    const answer = await this.ask({ do: "start", files, lock: practise.lock });
    URL.revokeObjectURL(address);
    if (answer.what !== "ready") throw new Error(`Python did not start: ${answer.message}`);
    this.onProgress("");
  },

  async fetchGroup(group, words) {
    const sizes = practise.files[group];
    const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    let done = 0;
    const megabytes = (bytes) => Math.round(bytes / 1e6);
    const show = () =>
      this.onProgress(`Loading ${words}: ${megabytes(done)} of ${megabytes(all)} MB…`);
    show();
    return Promise.all(
      Object.entries(sizes).map(async ([name, size]) => {
        const blob = await practise.file(name);
        done += size;
        show();
        return [name, blob];
      }),
    );
  },

  // Send a message; what comes back last resolves, what is told before goes to `tell`.
  ask(message, tell = () => {}) {
    return new Promise((resolve) => {
      this.worker.onmessage = ({ data }) => {
        if (["text", "picture", "error"].includes(data.what)) tell(data);
        else resolve(data);
      };
      this.worker.onerror = (event) => resolve({ what: "died", message: event.message });
      this.worker.postMessage(message);
    });
  },

  // Run cells; `drawing` says whether Matplotlib may be loaded for them. A run that is on is ended.
  async run(cells, drawing, tell) {
    this.end();
    const ended = new Promise((resolve) => {
      this.stop = () => resolve({ what: "stopped" });
    });
    const packages = drawing ? ["scipy", "matplotlib"] : ["scipy"];
    const answer = await Promise.race([ended, this.work(cells, packages, tell, this.turn)]);
    if (answer.what !== "stopped") this.stop = null;
    if (answer.what === "died") this.forget();
    return answer;
  },

  async work(cells, packages, tell, turn) {
    await this.start();
    for (;;) {
      if (turn !== this.turn) return { what: "stopped" };
      this.onProgress("Running…");
      const lacking = packages.filter((name) => !this.loaded.has(name));
      const answer = await this.ask({ do: "run", cells, lacking }, tell);
      if (answer.what !== "lacks") return answer;
      for (const name of answer.packages) {
        const files = await this.fetchGroup(name, name === "scipy" ? "SciPy" : "Matplotlib");
        if (turn !== this.turn) return { what: "stopped" };
        const answer = await this.ask({ do: "load", name, files });
        if (answer.what !== "loaded") return answer;
        this.loaded.add(name);
      }
    }
  },

  // End the run that is on, whatever it does. What was downloaded for it stays in the page.
  end() {
    if (!this.stop) return;
    this.turn += 1;
    this.stop();
    this.stop = null;
    if (this.worker) this.forget();
  },

  // The next run starts Python anew.
  forget() {
    this.worker?.terminate();
    this.worker = this.ready = null;
    this.loaded.clear();
  },
};
