/* What the page can do beyond HTML: light up a field and its bytes, open all, go round by keys, copy
 * a line. Without it everything still opens and reads. Nothing here reads text as markup. */
(function () {
  "use strict";
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));

  /* A stretch of bytes is a link to its row; both light up together. */
  function partners(node) {
    const run = node.closest(".run"), row = node.closest("tr[id]");
    const id = run ? run.getAttribute("href").slice(1) : row ? row.id : null;
    if (!id) return [];
    const message = node.closest(".message");
    return all(".run", message).filter((r) => r.getAttribute("href") === "#" + id)
      .concat(document.getElementById(id));
  }
  let lit = [];
  function light(event) {
    lit.forEach((node) => node.classList.remove("lit"));
    lit = event.target instanceof Element && event.target.closest(".message") ? partners(event.target) : [];
    lit.forEach((node) => node.classList.add("lit"));
  }
  document.addEventListener("pointerover", light);
  document.addEventListener("focusin", light);

  const folds = () => all("details");
  const setAll = (open) => folds().forEach((fold) => { fold.open = open; });
  document.addEventListener("click", (event) => {
    const id = event.target instanceof Element ? event.target.id : "";
    if (id === "open-all" || id === "close-all") setAll(id === "open-all");
  });

  /* On paper the highlights are open and all else is closed; afterwards it is as it was. */
  let before = [];
  const printing = (fold) => fold.matches(".highlight > details");
  addEventListener("beforeprint", () => {
    before = folds().filter((fold) => fold.open !== printing(fold));
    before.forEach((fold) => { fold.open = !fold.open; });
  });
  addEventListener("afterprint", () => before.forEach((fold) => { fold.open = !fold.open; }));

  /* What is folded can be found by the browser's search, which opens the way to it. */
  function hide(fold) {
    if (!("onbeforematch" in document.documentElement)) return;
    for (const child of fold.children)
      if (child.tagName !== "SUMMARY") child.hidden = fold.open ? false : "until-found";
  }
  document.addEventListener("toggle", (event) => { if (event.target.matches("details")) hide(event.target); }, true);
  document.addEventListener("beforematch", (event) => openTo(event.target));

  function openTo(node) {
    for (let fold = node.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
  }
  /* A link to what is folded opens the way to it. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    openTo(target);
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    target.scrollIntoView({ block: "nearest" });
  }
  addEventListener("hashchange", reveal);
  reveal();

  function step(by) {
    const lines = all(".beat > details > summary");
    const now = lines.indexOf(document.activeElement);
    const next = lines[Math.max(0, Math.min(lines.length - 1, now + by))];
    if (next) { next.focus(); next.scrollIntoView({ block: "center" }); }
  }
  const keys = { o: () => setAll(true), c: () => setAll(false), j: () => step(1), k: () => step(-1) };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    keys[event.key]();
    event.preventDefault();
  });

  /* What is there now; and on the live page, what has come: it says so of each part. */
  function dress(part) {
    all(".buttons", part).forEach((buttons) => { buttons.hidden = false; });
    if (navigator.clipboard) all(".command", part).forEach(addCopy);
    all("details", part).forEach(hide);
  }
  function addCopy(line) {
    const words = document.body.dataset, button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy || "copy";
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(line.textContent).then(() => { button.textContent = words.copied || "copied"; }));
    line.before(button);
  }
  document.addEventListener("more", (event) => dress(event.target));
  dress(document);
})();
