// Enhancements of pages that work without them. No state is kept here: the
// address says the search, the server says the page.
"use strict";

(() => {
  const narrow = window.matchMedia("(max-width: 991.98px)");
  const form = () => document.getElementById("recherche");
  const panel = () => document.getElementById("filtres");

  // An empty parameter says nothing: keep it out of the address.
  document.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });

  // A facet or an order applies as soon as it is chosen.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-auto]") && form()) form().requestSubmit();
  });

  // ---- results swapped in place

  // htmx sends the form itself; the attributes are set here so that without
  // this script nothing differs from a plain form.
  function enhance() {
    const page = document.getElementById("page");
    if (!window.htmx || !page || !form()) return;
    const f = form();
    f.setAttribute("hx-get", f.getAttribute("action"));
    f.setAttribute("hx-target", "#page");
    f.setAttribute("hx-select", "#page");
    f.setAttribute("hx-swap", "outerHTML");
    f.setAttribute("hx-push-url", "true");
    f.setAttribute("hx-sync", "this:replace");
    f.setAttribute("hx-indicator", "#page");
    htmx.process(f);
  }

  // What the person had opened stays open, though the server does not know it.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    // An error is a whole page of its own: show it, with its address.
    if (event.detail.xhr.status >= 400) {
      window.location.assign(event.detail.xhr.responseURL);
      return;
    }
    const states = [...document.querySelectorAll("#page details[id]")].map((d) => [d.id, d.open]);
    kept = { states, panel: panel()?.classList.contains("is-open"), scroll: panel()?.scrollTop };
  });

  function restore() {
    for (const [id, open] of kept.states) {
      const details = document.getElementById(id);
      if (details) details.open = open;
    }
    if (kept.panel) {
      setPanel(true, false);
      panel().scrollTop = kept.scroll;
    }
  }

  // At once, so that nothing flickers, and again after the settling, which puts
  // back the classes that the server sent.
  document.addEventListener("htmx:afterSwap", () => {
    if (kept) restore();
  });

  document.addEventListener("htmx:afterSettle", () => {
    if (!kept) return;
    restore();
    kept = null;
    enhance();
    suggest();
    document.getElementById("annonce").textContent = document.getElementById("page").dataset.announce;
  });

  // The network failed: send the form the plain way, so that the browser says why.
  document.addEventListener("htmx:sendError", () => form()?.submit());

  // ---- filter panel and folded search on narrow screens

  function setPanel(open, focus = true) {
    const p = panel();
    if (!p) return;
    // Between the swap and the settling, what the person does counts, not what was kept.
    if (kept) kept.panel = open;
    p.classList.toggle("is-open", open);
    // What is behind must not be reached; what is inert takes no focus.
    for (const other of document.querySelectorAll(".site-header, .site-footer, .band, .found")) {
      other.inert = open;
    }
    if (open) {
      p.setAttribute("role", "dialog");
      p.setAttribute("aria-modal", "true");
      if (focus) p.querySelector(".filters-close").focus();
    } else {
      p.removeAttribute("role");
      p.removeAttribute("aria-modal");
      if (focus) document.querySelector(".filters-open")?.focus();
    }
  }

  narrow.addEventListener("change", () => setPanel(false, false));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel()?.classList.contains("is-open")) setPanel(false);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link) return;
    if (link.matches(".filters-open, .filters-close, .filters-show")) {
      event.preventDefault();
      setPanel(link.matches(".filters-open"));
    } else if (link.matches(".search-summary")) {
      event.preventDefault();
      form().classList.add("is-open");
      document.getElementById("q").focus();
    }
  });

  // ---- places suggested while typing

  const cache = new Map();

  async function places(text) {
    if (!cache.has(text)) {
      const answer = await fetch("/api/v1/territories?limit=8&q=" + encodeURIComponent(text));
      if (!answer.ok) return [];
      cache.set(text, (await answer.json()).items);
    }
    return cache.get(text);
  }

  function suggest() {
    const field = document.getElementById("ou");
    const list = document.getElementById("lieux");
    if (!field || !list || field.dataset.suggest) return;
    field.dataset.suggest = "on";
    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      const text = field.value.trim();
      if (text.length < 2) return;
      timer = setTimeout(async () => {
        const found = await places(text).catch(() => []); // a suggestion that fails is no suggestion
        if (field.value.trim() !== text || found.length === 0) return;
        list.replaceChildren(...found.map((place) => new Option(place.label, place.label)));
      }, 150);
    });
  }

  enhance();
  suggest();
})();
