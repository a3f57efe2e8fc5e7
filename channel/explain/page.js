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

  /* On paper all is open; afterwards it is as it was. */
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = folds().filter((fold) => !fold.open);
    closed.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((fold) => { fold.open = false; }));

  /* A link to what is folded opens the way to it. */
  function reveal() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
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
    if (!navigator.clipboard) return;
    all(".command", part).forEach((line) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "copy";
      button.addEventListener("click", () =>
        navigator.clipboard.writeText(line.textContent).then(() => { button.textContent = "copied"; }));
      line.before(button);
    });
  }
  document.addEventListener("more", (event) => dress(event.target));
  dress(document);
})();
