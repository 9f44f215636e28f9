// Makes a list one that is ticked. What is ticked stays in this browser alone.
"use strict";

(() => {
  const list = document.querySelector("[data-checklist]");
  const key = "sourcier:liste:" + window.location.pathname;
  const tools = list.querySelector(".checklist-tools");
  const said = list.querySelector(".checklist-done");

  // A browser may keep nothing, or something that another version wrote.
  function kept() {
    try {
      const read = JSON.parse(window.localStorage.getItem(key));
      return new Set(Array.isArray(read) ? read : []);
    } catch {
      return new Set();
    }
  }

  function keep(done) {
    try {
      if (done.size === 0) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, JSON.stringify([...done]));
    } catch {
      // full or refused: the boxes still serve until the page is left
    }
  }

  const boxes = [];

  function tell() {
    const done = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    said.textContent = done.size + (done.size > 1 ? " faits" : " fait") + " sur " + boxes.length;
    return done;
  }

  const before = kept();
  for (const item of list.querySelectorAll("[data-item]")) {
    const what = item.querySelector(".checklist-what");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.value = item.dataset.item;
    box.checked = before.has(box.value);
    const label = document.createElement("label");
    label.append(box, ...what.childNodes);
    what.append(label);
    boxes.push(box);
  }

  list.addEventListener("change", () => keep(tell()));
  list.querySelector("[data-clear]").addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    keep(tell());
    boxes[0].focus();
  });
  tools.hidden = false;
  list.classList.add("is-ready");
  tell();
})();
