/* The live page: takes blocks from the program it belongs to, and puts them where they belong. What it
 * takes is markup that the program has drawn and escaped; the policy of the page runs no script in it,
 * whatever it holds. */
(function () {
  "use strict";
  const by = (id) => document.getElementById(id);
  const bar = by("live-bar"), state = by("live-state"), follow = by("live-follow"), save = by("live-save");
  const show = by("live-show"), talk = by("live-talk");
  const orders = new Map(); /* by the element's id: the names of what stands in it */

  /* --- blocks --- */
  function parse(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  }

  /* What is open stays open, and what has the focus keeps it. */
  function carry(old, fresh) {
    const before = old.querySelectorAll("details"), after = fresh.querySelectorAll("details");
    before.forEach((fold, i) => { if (after[i]) after[i].open = fold.open; });
    const at = old.contains(document.activeElement) ? Array.from(old.querySelectorAll("summary, a, button")).indexOf(document.activeElement) : -1;
    return at < 0 ? null : fresh.querySelectorAll("summary, a, button")[at];
  }

  function place(into, node) {
    if (node.dataset.at) { /* it says itself where it stands */
      let next = null;
      for (let at = into.lastElementChild; at && at.dataset.at - node.dataset.at > 0; at = at.previousElementSibling) next = at;
      return into.insertBefore(node, next);
    }
    const names = orders.get(into.id) || [];
    for (let i = names.indexOf(node.id) + 1; i > 0 && i < names.length; i++) {
      const next = by(names[i]);
      if (next && next.parentElement === into) return into.insertBefore(node, next);
    }
    return into.append(node);
  }

  let wanted = location.hash.slice(1); /* the place that the address names, until it is there */
  function put(data) {
    const end = data.indexOf("\n"), [name, where] = data.slice(0, end).split(" ");
    const into = by(where), fresh = parse(data.slice(end + 1));
    if (!into || !fresh) return;
    let old = by(name);
    if (old && old.parentElement !== into) { old.remove(); old = null; }
    if (old) {
      const focus = carry(old, fresh);
      old.replaceWith(fresh);
      if (focus) focus.focus({ preventScroll: true });
    } else {
      if (where === "live-state") into.textContent = "";
      place(into, fresh);
      if (fresh.matches(".beat, tbody")) latest = fresh;
    }
    fresh.dispatchEvent(new Event("more", { bubbles: true }));
    if (wanted && by(wanted)) {
      wanted = "";
      setFollowing(false);
      dispatchEvent(new Event("hashchange"));
    }
    if (where === "scenes") changeTalks();
    soon();
  }

  function order(data) {
    const end = data.indexOf("\n"), into = by(data.slice(0, end));
    const names = data.slice(end + 1).split(" ").filter(Boolean), there = new Set(names);
    if (!into) return;
    orders.set(into.id, names);
    for (const node of Array.from(into.children)) if (!there.has(node.id)) node.remove();
    let at = into.firstElementChild;
    for (const name of names) {
      const node = by(name);
      if (!node || node.parentElement !== into) continue;
      if (node === at) at = at.nextElementSibling;
      else into.insertBefore(node, at);
    }
    if (into.id === "scenes") changeTalks();
    soon();
  }

  /* --- of many talks, which one is shown --- */
  function changeTalks() {
    const scenes = Array.from(document.querySelectorAll(".scene[data-talk]"));
    const talks = new Map(scenes.map((scene) => [scene.dataset.talk, scene.dataset.label]));
    for (const option of Array.from(talk.options)) if (/^\d/.test(option.value) && !talks.has(option.value)) option.remove();
    for (const [number, label] of talks) if (!Array.from(talk.options).some((option) => option.value === number)) talk.append(new Option(label, number));
    show.hidden = talks.size < 2;
    const chosen = talk.value === "new" ? String(Math.max(0, ...Array.from(talks.keys(), Number))) : talk.value;
    scenes.forEach((scene) => { scene.hidden = talk.value !== "all" && scene.dataset.talk !== chosen; });
  }
  talk.addEventListener("change", () => { changeTalks(); setFollowing(true); });
  /* A link into a talk that is not shown shows it. */
  addEventListener("hashchange", () => {
    const target = by(decodeURIComponent(location.hash.slice(1))), scene = target && target.closest(".scene[hidden]");
    if (!scene) return;
    talk.value = scene.dataset.talk;
    changeTalks();
    target.scrollIntoView({ block: "nearest" });
  });

  /* --- the latest line stays in sight, until somebody reads elsewhere --- */
  let following = true, latest = null, drawn = false;
  function setFollowing(on) {
    following = on;
    follow.setAttribute("aria-pressed", String(on));
    if (on) soon();
  }
  function last() {
    const lines = Array.from(document.querySelectorAll(".scene:not([hidden]) .beat, tbody"));
    return latest && latest.isConnected && latest.offsetParent ? latest : lines[lines.length - 1];
  }
  function look() {
    drawn = false;
    const line = following ? last() : null;
    if (line) scrollTo({ top: scrollY + line.getBoundingClientRect().bottom - innerHeight + bar.offsetHeight + 24, behavior: "instant" });
  }
  function soon() {
    if (drawn) return;
    drawn = true;
    requestAnimationFrame(look);
  }
  addEventListener("resize", soon);
  follow.addEventListener("click", () => setFollowing(!following));
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => setFollowing(false), { passive: true });
  addEventListener("keydown", (event) => {
    if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "j", "k", " "].includes(event.key) && !bar.contains(event.target)) setFollowing(false);
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("main summary, main a")) setFollowing(false);
  });

  /* --- the program --- */
  const source = new EventSource("events?page=1");
  source.addEventListener("put", (event) => put(event.data));
  source.addEventListener("order", (event) => order(event.data));
  function lose(lost) {
    bar.classList.toggle("lost", lost);
    by("live-lost").hidden = !lost;
    state.hidden = save.hidden = lost;
  }
  source.addEventListener("error", () => lose(true));
  source.addEventListener("open", () => lose(false));
  /* All is over. The whole page, as --page would have written it, is kept in memory: the program goes. */
  source.addEventListener("end", async () => {
    source.close();
    document.documentElement.dataset.live = "ended";
    try {
      const answer = await fetch("page.html");
      if (!answer.ok) throw new Error(answer.statusText);
      save.href = URL.createObjectURL(await answer.blob());
      save.title = bar.dataset.kept;
      document.documentElement.dataset.live = "kept";
    } catch (error) {
      save.hidden = true;
      state.append(" " + bar.dataset.unsaved);
    }
  });
})();
