// Where a reader writes, runs and tests an answer, below the card of a notebook.
"use strict";

const LARGEST_NOTEBOOK = 50_000_000; // bytes, pictures and all

// --- elements ------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(label, act) {
  const made = make("button", { type: "button", textContent: label });
  made.addEventListener("click", act);
  return made;
}

// --- the editor ----------------------------------------------------------------------------------

function editorExtensions(label, changed) {
  const { EditorView, keymap, lineNumbers, drawSelection, highlightActiveLine } =
    practise.require("@codemirror/view");
  const { EditorState } = practise.require("@codemirror/state");
  const language = practise.require("@codemirror/language");
  const commands = practise.require("@codemirror/commands");
  const { python } = practise.require("@codemirror/lang-python");
  const { tags } = practise.require("@lezer/highlight");
  const colour = (name) => ({ color: `var(--desk-${name})` });
  const style = language.HighlightStyle.define([
    { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], ...colour("keyword") },
    { tag: [tags.string, tags.special(tags.string)], ...colour("string") },
    { tag: tags.number, ...colour("number") },
    { tag: tags.comment, ...colour("comment") },
    { tag: [tags.definition(tags.variableName), tags.className], ...colour("name") },
  ]);
  return [
    lineNumbers(),
    commands.history(),
    drawSelection(),
    highlightActiveLine(),
    EditorState.tabSize.of(4),
    language.indentUnit.of("    "),
    language.indentOnInput(),
    language.bracketMatching(),
    language.codeFolding(),
    language.syntaxHighlighting(style),
    python(),
    keymap.of([
      ...commands.defaultKeymap,
      ...commands.historyKeymap,
      ...language.foldKeymap,
      commands.indentWithTab, // Escape, then Tab, leaves: CodeMirror sees to that
    ]),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false" }),
    EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
  ];
}

// Fold long docstrings: they stand above the editor, where they can be read.
function foldDocstrings(view) {
  const { foldEffect } = practise.require("@codemirror/language");
  const effects = [];
  for (const found of view.state.doc.toString().matchAll(/"""[^\n]*\n[\s\S]*?"""/g)) {
    const from = view.state.doc.lineAt(found.index).to;
    effects.push(foldEffect.of({ from, to: found.index + found[0].length }));
  }
  view.dispatch({ effects });
}

// --- the notebook --------------------------------------------------------------------------------

class Notebook {
  constructor({ name, notebook, exercises }) {
    Object.assign(this, { name, notebook, exercises });
    this.cells = new Map(notebook.cells.map((cell) => [cell.id, cell]));
    this.answers = notebook.cells.filter((cell) => cell.metadata.nbgrader?.solution);
    this.canKeep = true;
  }

  stub(exercise) {
    return this.cells.get(exercise).source;
  }

  text(exercise) {
    return practise.kept(this.name, exercise)?.text ?? this.stub(exercise);
  }

  keep(exercise, text, passed = false) {
    const answer = text === this.stub(exercise) ? null : { text, passed };
    this.canKeep = practise.keep(this.name, exercise, answer);
  }

  // What is run: what the answer stands on, the answer, and its tests or what there is to look at.
  cellsToRun(exercise, testing) {
    const cell = (kind) => (id) => ({ kind, source: this.text(id) });
    const before = exercise.before.map(cell("before"));
    const answer = cell("answer")(exercise.name);
    if (testing) return [...before, answer, cell("tests")(exercise.tests)];
    const looks = exercise.looks.map(cell("look"));
    const above = exercise.above.map(cell("above"));
    const pictures = looks.length && this.cells.has("pictures") ? [cell("before")("pictures")] : [];
    return [...pictures, ...before, ...above, answer, ...looks];
  }

  filledIn() {
    const filled = structuredClone(this.notebook);
    for (const cell of filled.cells) {
      if (cell.metadata.nbgrader?.solution) cell.source = this.text(cell.id);
    }
    return JSON.stringify(filled, null, 1) + "\n";
  }

  // Return the answers that a notebook's text has; nothing is kept yet. What is still the stub is no
  // answer, and a cell that was split in two counts as one, as when it is graded.
  answersIn(text) {
    const found = new Map();
    const stubs = new Map(this.answers.map((cell) => [cell.id, cell.source]));
    for (const cell of JSON.parse(text).cells) {
      const name = cell?.metadata?.nbgrader?.grade_id ?? cell?.id;
      const source = Array.isArray(cell?.source) ? cell.source.join("") : cell?.source;
      if (typeof source !== "string" || !stubs.has(name) || source === stubs.get(name)) continue;
      found.set(name, found.has(name) ? `${found.get(name)}\n\n${source}` : source);
    }
    return found;
  }
}

// --- the desk ------------------------------------------------------------------------------------

class Desk {
  constructor(card, notebook) {
    this.card = card;
    this.notebook = notebook;
    this.engine = practise.engine;
    this.states = new Map(); // an exercise's editor, with what can be undone
    this.running = false;
    this.build();
    const untried = notebook.exercises.find((e) => !e.needs.length && !this.isPassed(e));
    this.choose(untried ?? notebook.exercises.find((e) => !e.needs.length));
  }

  isPassed(exercise) {
    return Boolean(practise.kept(this.notebook.name, exercise.name)?.passed);
  }

  build() {
    const { EditorView } = practise.require("@codemirror/view");
    this.select = make("select");
    for (const exercise of this.notebook.exercises) {
      this.select.append(make("option", { value: exercise.name }));
    }
    this.select.addEventListener("change", () =>
      this.choose(this.notebook.exercises[this.select.selectedIndex]),
    );
    this.statement = make("div", {
      className: "desk-statement",
      tabIndex: 0, // it scrolls, and not everybody has a mouse
      attributes: { role: "region", "aria-label": "What is asked" },
    });
    this.place = make("div", { className: "desk-editor" });
    this.view = new EditorView({ parent: this.place });
    this.buttons = {
      run: button("Run", () => this.run(false)),
      test: button("Run the tests", () => this.run(true)),
      stop: button("Stop", () => this.engine.end()),
      reset: button("Reset", () => this.reset()),
    };
    this.draws = make("input", { type: "checkbox" });
    this.drawing = make("label", {}, this.draws, " draw its pictures too (loads 13 MB more, once)");
    this.status = make("p", { className: "desk-status", attributes: { role: "status" } });
    this.output = make("div", {
      className: "desk-output",
      tabIndex: 0,
      attributes: { role: "log", "aria-label": "Output" },
    });
    this.work = make(
      "div",
      {},
      this.place,
      make("p", {
        className: "desk-hint",
        textContent: "Tab indents; Escape and then Tab leaves the editor. Its docstring is folded there.",
      }),
      make("div", { className: "desk-buttons" }, ...Object.values(this.buttons), this.drawing),
      this.status,
      this.output,
    );
    this.absent = make("p", { hidden: true });
    this.element = make(
      "div",
      { className: "desk", attributes: { role: "group", "aria-label": "Try the exercises here" } },
      make("label", { className: "desk-choose" }, "Exercise ", this.select),
      make("details", { open: true }, make("summary", { textContent: "What is asked" }), this.statement),
      this.work,
      this.absent,
      this.foot(),
    );
    this.engine.onProgress = (text) => this.tellStatus(text);
    this.setRunning(false);
  }

  foot() {
    const chosen = make("input", { type: "file", accept: ".ipynb", hidden: true });
    chosen.addEventListener("change", async () => {
      const [file] = chosen.files;
      if (file?.size > LARGEST_NOTEBOOK) this.tellKept("That file is too large to be a notebook of this course.");
      else if (file) this.bringBack(await file.text());
      chosen.value = "";
    });
    this.kept = make("p", { attributes: { role: "status" } });
    return make(
      "div",
      { className: "desk-foot" },
      this.kept,
      make(
        "div",
        { className: "desk-buttons" },
        button("Save the notebook, filled in", () => this.save()),
        button("Bring answers back from a notebook", () => chosen.click()),
        button("Forget my answers", () => this.forget()),
        chosen,
      ),
      make("p", {
        textContent:
          "This is Python 3.14, where the notebooks have 3.11 to 3.13, and NumPy’s whole numbers " +
          "have 32 bits here unless you say otherwise. The visible tests are the notebook’s; points come from the hidden " +
          "checks, when the notebook is handed in.",
      }),
    );
  }

  // --- what is shown

  choose(exercise) {
    if (this.exercise) this.states.set(this.exercise.name, this.view.state);
    if (this.running) this.engine.end();
    this.exercise = exercise;
    this.label();
    // From the course's own docstrings, by docutils, when the book was built.
    this.statement.innerHTML = exercise.statement;
    const absent = exercise.needs.length > 0;
    this.work.hidden = absent;
    this.absent.hidden = !absent;
    this.absent.textContent =
      "This exercise needs Keras, which no page can run: download the notebook above, and do it there.";
    this.drawing.hidden = !exercise.looks.length;
    this.output.replaceChildren();
    this.tellStatus("");
    if (!absent) this.edit(exercise);
  }

  label() {
    for (const [number, exercise] of this.notebook.exercises.entries()) {
      const marks = exercise.needs.length ? " (needs Keras)" : this.isPassed(exercise) ? " ✓" : "";
      this.select.options[number].textContent = `${exercise.name}${marks}`;
    }
    this.select.value = this.exercise.name;
    this.kept.textContent = this.notebook.canKeep
      ? "Your answers are kept in this browser, and nowhere else."
      : "This browser keeps nothing for this page: save the notebook before you leave.";
  }

  edit(exercise) {
    const { EditorState } = practise.require("@codemirror/state");
    const text = this.notebook.text(exercise.name);
    const known = this.states.get(exercise.name);
    if (known?.doc.toString() === text) {
      this.view.setState(known);
      return;
    }
    const changed = (now) => {
      this.notebook.keep(exercise.name, now);
      this.label();
    };
    const extensions = editorExtensions(`Your answer: ${exercise.name}`, changed);
    this.view.setState(EditorState.create({ doc: text, extensions }));
    foldDocstrings(this.view);
  }

  reset() {
    const insert = this.notebook.stub(this.exercise.name);
    // One step to be undone, however soon after the last key.
    const annotations = practise.require("@codemirror/commands").isolateHistory.of("full");
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert }, annotations });
    foldDocstrings(this.view);
    this.tellStatus("The stub is back. Ctrl+Z in the editor brings your answer back.");
  }

  tellStatus(text) {
    this.status.textContent = text;
  }

  setRunning(running) {
    this.running = running;
    this.buttons.run.disabled = this.buttons.test.disabled = running;
    this.buttons.stop.disabled = !running;
    this.element.classList.toggle("desk-running", running);
  }

  // --- what is run

  async run(testing) {
    const exercise = this.exercise;
    const text = this.view.state.doc.toString();
    const cells = this.notebook.cellsToRun(exercise, testing);
    this.output.replaceChildren();
    this.setRunning(true);
    this.engine.onProgress = (words) => this.tellStatus(words);
    let answer;
    try {
      answer = await this.engine.run(cells, this.draws.checked, (told) => this.show(told));
    } catch (error) {
      answer = { what: "absent", message: error.message };
    }
    this.setRunning(false);
    if (this.exercise !== exercise) return;
    if (testing && answer.what === "done") {
      // What was tested is kept with it: the answer may have gone on meanwhile.
      if (this.notebook.text(exercise.name) === text) this.notebook.keep(exercise.name, text, answer.passed);
      this.label();
    }
    this.tellStatus(outcome(answer, testing));
  }

  show(told) {
    if (told.what === "text") this.showText(told);
    else this.output.append(told.what === "picture" ? picture(told) : this.showError(told));
    this.output.scrollTop = this.output.scrollHeight;
  }

  // What is printed comes in pieces, and a line may come in two.
  showText({ text }) {
    const last = this.output.lastElementChild;
    if (last?.tagName === "PRE") last.append(text);
    else this.output.append(make("pre", { textContent: text }));
  }

  showError({ type, message, places, stub }) {
    const words = stub ? "Not answered yet: the stub is still there." : message || "no message";
    const box = make("div", { className: "desk-error" });
    box.append(make("p", {}, make("strong", { textContent: stub ? words : `${type}: ${words}` })));
    for (const place of [...places].reverse()) {
      box.append(
        make("p", {}, "in ", this.whereabouts(place), ": ", make("code", { textContent: place.code ?? "" })),
      );
    }
    return box;
  }

  whereabouts({ kind, line }) {
    const names = { tests: "the tests", look: "the notebook’s own cell", before: "an earlier cell" };
    if (kind !== "answer") return `line ${line} of ${names[kind] ?? "an earlier cell"}`;
    return button(`line ${line} of your answer`, () => {
      const at = this.view.state.doc.line(Math.min(line, this.view.state.doc.lines));
      this.view.dispatch({ selection: { anchor: at.to }, scrollIntoView: true });
      this.view.focus();
    });
  }

  // --- the notebook, out and in

  save() {
    const content = new Blob([this.notebook.filledIn()], { type: "application/x-ipynb+json" });
    const link = make("a", { href: URL.createObjectURL(content), download: `${this.notebook.name}.ipynb` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.tellKept(`Saved as ${this.notebook.name}.ipynb, ready to be handed in or opened in Jupyter.`);
  }

  bringBack(text) {
    let found;
    try {
      found = this.notebook.answersIn(text);
    } catch {
      this.tellKept("That file is no notebook.");
      return;
    }
    const changed = [...found].filter(([name, source]) => source !== this.notebook.text(name));
    const lost = changed.filter(([name]) => practise.kept(this.notebook.name, name)).map(([name]) => name);
    if (lost.length && !confirm(`Replace what is kept here of ${lost.join(", ")}?`)) return;
    for (const [name, source] of changed) this.notebook.keep(name, source);
    this.refresh();
    const taken = changed.map(([name]) => name).join(", ") || "nothing that is not here already";
    this.tellKept(found.size ? `Taken from it: ${taken}.` : "It has no answers to this notebook’s exercises.");
  }

  forget() {
    if (!confirm("Forget all answers to this notebook that are kept in this browser?")) return;
    for (const cell of this.notebook.answers) this.notebook.keep(cell.id, this.notebook.stub(cell.id));
    this.states.clear();
    this.refresh();
    this.tellKept("Your answers are forgotten.");
  }

  // Show what is kept by now, which may come from a file or from another window.
  refresh() {
    this.label();
    const { name, needs } = this.exercise;
    const differs = this.view.state.doc.toString() !== this.notebook.text(name);
    if (differs && !needs.length) this.edit(this.exercise);
  }

  tellKept(text) {
    this.kept.textContent = text;
  }
}

function outcome({ what, passed, message }, testing) {
  if (what === "stopped") return "Stopped.";
  if (what === "died") return `Python itself gave up, and is started anew at the next run: ${message}`;
  if (what === "absent") return message;
  if (!testing) return passed ? "It ran to its end." : "It stopped at an error.";
  return passed
    ? "All its visible tests pass."
    : "A test fails: the output says which, and where.";
}

const picture = ({ png, titles, width }) =>
  make("img", {
    src: `data:image/png;base64,${png}`,
    alt: titles.length ? `What the cell draws: ${titles.join("; ")}` : "What the cell draws",
    width,
  });

// --- for the button on the card ---------------------------------------------------------------------

practise.open = async (card) => {
  const name = card.dataset.notebook;
  const blob = await practise.file(`notebook-${name}`);
  if (!document.querySelector("link.practise-style")) {
    const href = new URL("desk.css", practise.folder);
    document.head.append(make("link", { rel: "stylesheet", className: "practise-style", href }));
  }
  const desk = new Desk(card, new Notebook(JSON.parse(await blob.text())));
  card.append(desk.element);
  window.addEventListener("storage", () => desk.refresh());
  desk.select.focus();
  // Python comes while the reader reads; whether it came is told when it is needed.
  practise.engine.start().catch((error) => desk.tellStatus(error.message));
};
