// The sheets that were last read, kept in this browser alone: nothing of them is sent.
// Without this script there is no such list.
"use strict";

(() => {
  const key = "sourcier.vues";
  const most = 12;

  // What is stored may be of another version, or not be there at all.
  function read() {
    try {
      const list = JSON.parse(localStorage.getItem(key));
      return Array.isArray(list) ? list.filter((v) => /^[a-z2-7]{16}$/.test(v?.id) && typeof v?.name === "string").slice(0, most) : [];
    } catch {
      return [];
    }
  }

  function write(list) {
    try {
      if (list.length > 0) localStorage.setItem(key, JSON.stringify(list));
      else localStorage.removeItem(key);
    } catch {
      // full or forbidden: nothing is remembered
    }
  }

  const sheet = () => document.querySelector("[data-viewed]");

  function render() {
    const box = document.getElementById("vues");
    if (!box) return;
    const here = sheet()?.dataset.viewed;
    const list = read().filter((v) => v.id !== here);
    box.hidden = list.length === 0;
    box.querySelector("ul").replaceChildren(...list.map((v) => {
      const line = document.createElement("li");
      const link = Object.assign(document.createElement("a"), { href: "/structures/" + v.id, textContent: v.name });
      line.append(link);
      return line;
    }));
  }

  // A sheet that is read is the first of the list; a page that is gone leaves it.
  function remember() {
    const page = sheet();
    const name = document.querySelector("h1")?.textContent.trim();
    if (!page?.dataset.viewed || !name) return;
    const id = page.dataset.viewed;
    write([{ id, name: name.slice(0, 120) }, ...read().filter((v) => v.id !== id)].slice(0, most));
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-forget]")) return;
    write([]);
    render();
    document.getElementById("contenu").focus({ preventScroll: true });
    document.getElementById("annonce").textContent = "Les fiches vues récemment sont effacées de ce navigateur.";
  });

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) render();
  });

  render();
  remember();
})();
