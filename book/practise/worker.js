// Runs Python beside the page, so that the page stays alive and can end it.
// It is a classic worker made of a Blob, the only kind that a page from file:// may start.
"use strict";

function practiseWorker() {
  const files = new Map(); // name: Blob
  const address = (name) =>
    URL.createObjectURL(new Blob([files.get(name)], { type: "text/javascript" }));

  // Pyodide asks for its files by fetch; here they are handed over, and nothing else is to be had.
  self.fetch = async (asked) => {
    const name = decodeURIComponent(String(asked.url ?? asked).split("/").pop());
    if (!files.has(name)) throw new TypeError(`${name} is not here, and nothing is loaded from elsewhere.`);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(files.get(name), { headers: { "Content-Type": type } });
  };
  // It takes a worker in which this works for one that cannot import modules. From Blobs it can.
  self.importScripts = () => {
    throw new TypeError("No scripts are imported here.");
  };

  let pyodide = null;
  let cells = null;
  const tell = (message) => self.postMessage(message.toJs ? message.toJs({ dict_converter: Object.fromEntries }) : message);

  async function start(lock) {
    const { loadPyodide } = await import(address("pyodide.mjs"));
    const { default: createPyodideModule } = await import(address("pyodide.asm.mjs"));
    const nowhere = "https://files.invalid/"; // never asked: see fetch
    pyodide = await loadPyodide({
      createPyodideModule,
      indexURL: nowhere,
      packageBaseUrl: nowhere,
      lockFileContents: lock,
      env: { HOME: "/home/reader", MPLBACKEND: "agg" },
    });
    await load("numpy");
    pyodide.FS.writeFile("/home/reader/practise_cells.py", await files.get("cells.py").text());
    cells = pyodide.pyimport("practise_cells");
    pyodide.runPython("import numpy");
  }

  const load = (name) => pyodide.loadPackage(name, { checkIntegrity: false, messageCallback() {} });

  function run(message) {
    const given = pyodide.toPy(message.cells);
    try {
      const wanted = cells.imported(given, pyodide.toPy(message.lacking)).toJs();
      if (wanted.length) return { what: "lacks", packages: wanted };
      return { what: "done", passed: cells.run(given, tell) };
    } finally {
      given.destroy();
    }
  }

  const doings = {
    start: async (message) => {
      await start(message.lock);
      return { what: "ready" };
    },
    load: async (message) => {
      await load(message.name);
      return { what: "loaded", name: message.name };
    },
    run,
  };

  self.onmessage = async ({ data }) => {
    for (const [name, blob] of data.files ?? []) files.set(name, blob);
    try {
      self.postMessage(await doings[data.do](data));
    } catch (error) {
      // Python tells its own errors: this is the end of it, as when its stack is used up.
      self.postMessage({ what: "died", message: String(error.message ?? error).slice(-2000) });
    }
  };
}
