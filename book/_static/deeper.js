// Folds the sections under "Deeper" to their headings: the first track of a page is what lies above.
// Without scripts, in print, and where a link or a search leads, they are open.
"use strict";

function fold(section) {
  const heading = section.querySelector(":scope > h3");
  const rest = [...section.children].slice([...section.children].indexOf(heading) + 1);
  const body = document.createElement("div");
  body.className = "deeper-body";
  body.append(...rest);
  section.append(body);

  const button = document.createElement("button");
  button.type = "button";
  button.className = "deeper-toggle";
  const anchor = heading.querySelector("a.headerlink");
  button.append(...[...heading.childNodes].filter((node) => node !== anchor));
  heading.prepend(button);

  const show = (open) => {
    if (open) body.removeAttribute("hidden");
    else body.setAttribute("hidden", "until-found"); // the browser's own search opens it
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(body.hasAttribute("hidden")));
  body.addEventListener("beforematch", () => show(true));
  show(false);
  return { section, show };
}

document.addEventListener("DOMContentLoaded", () => {
  const deeper = document.getElementById("deeper");
  if (!deeper) return;
  const parts = [...deeper.querySelectorAll(":scope > section")].map(fold);

  const all = document.createElement("button");
  all.type = "button";
  all.className = "deeper-all";
  all.textContent = "Open all";
  all.addEventListener("click", () => {
    const open = all.textContent === "Open all";
    for (const part of parts) part.show(open);
    all.textContent = open ? "Close all" : "Open all";
  });
  deeper.querySelector("h2").after(all);

  // Where a link leads has to be seen, and its place is another once it is.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const part = parts.find(({ section }) => target && section.contains(target));
    if (part) {
      part.show(true);
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  if (new URLSearchParams(location.search).has("highlight")) for (const part of parts) part.show(true);
});
