/* What a lesson's page can do beyond HTML: change its look, open all answers, copy the commands of a
 * terminal. Without it everything still opens and reads. Nothing here reads text as markup. */
(function () {
  "use strict";
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const words = document.body.dataset, root = document.documentElement;

  /* Dark or light: as the system says, until somebody says otherwise. */
  const isDark = () => root.dataset.look ? root.dataset.look === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  try {
    const kept = localStorage.getItem("glassbox-look");
    if (kept === "dark" || kept === "light") root.dataset.look = kept;
  } catch (refused) { /* a browser that keeps nothing */ }
  document.getElementById("look").addEventListener("click", () => {
    root.dataset.look = isDark() ? "light" : "dark";
    try { localStorage.setItem("glassbox-look", root.dataset.look); } catch (refused) { /* the same */ }
  });

  const folds = () => all("main details");
  const setAll = (open) => folds().forEach((fold) => { fold.open = open; });
  document.getElementById("open-all").addEventListener("click", () => setAll(true));
  document.getElementById("close-all").addEventListener("click", () => setAll(false));
  document.getElementById("print").addEventListener("click", () => print());
  document.querySelector(".tools").hidden = false;
  if (!folds().length) all("#open-all, #close-all").forEach((button) => button.remove());

  /* The contents are open where there is room for them. */
  const contents = document.querySelector(".contents details");
  const room = matchMedia("(min-width: 78rem)");
  const fit = () => { if (contents) contents.open = room.matches; };
  room.addEventListener("change", fit);
  fit();

  /* A link into a fold opens the way to it. */
  function reveal() {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch (garbled) { return; }
    for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details"))
      fold.open = true;
  }
  addEventListener("hashchange", reveal);
  reveal();

  /* What is typed there: commands for the shell, or else words for the program. */
  function typed(block) {
    const commands = all(".command kbd", block);
    return (commands.length ? commands : all(".words kbd", block)).map((line) => line.textContent).join("\n");
  }
  function copyOldWay(text) {
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("not copied"));
  }
  const copy = (text) => navigator.clipboard ? navigator.clipboard.writeText(text).catch(() => copyOldWay(text)) : copyOldWay(text);
  all(".console").forEach((block) => {
    if (!typed(block)) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", () => copy(typed(block) + "\n").then(() => {
      button.textContent = words.copied;
      setTimeout(() => { button.textContent = words.copy; }, 2000);
    }, () => {}));
    block.querySelector(".bar").append(button);
  });

  /* A meaning stays on the screen, and Escape puts it away. */
  function place(event) {
    const term = event.target instanceof Element && event.target.closest(".term");
    if (!term) return;
    term.classList.remove("away");
    const tip = term.querySelector(".tip");
    tip.style.removeProperty("--shift");
    const box = tip.getBoundingClientRect(), over = box.right + 8 - root.clientWidth;
    if (over > 0) tip.style.setProperty("--shift", -Math.min(over, box.left - 8) + "px");
  }
  document.addEventListener("pointerover", place);
  document.addEventListener("focusin", place);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") all(".term:hover, .term:focus-within").forEach((term) => term.classList.add("away"));
  });
})();
