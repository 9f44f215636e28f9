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

  const waits = 15000; // ms that an answer may take before the page says that none came

  // htmx sends the form itself, and follows the links that lead to another state
  // of the same list; the attributes are set here so that without this script
  // nothing differs from a plain form and plain links.
  function enhance() {
    const page = document.getElementById("page");
    if (!window.htmx || !page || !form()) return;
    htmx.config.timeout = waits;
    swapped(form(), { "hx-get": form().getAttribute("action"), "hx-push-url": "true" });
    for (const link of page.querySelectorAll(".chip, .pages a, .empty a")) swapped(link, { "hx-boost": "true" });
  }

  function swapped(element, attributes) {
    const shared = {
      "hx-target": "#page", "hx-select": "#page", "hx-swap": "outerHTML", "hx-sync": "#recherche:replace", "hx-indicator": "#page",
    };
    for (const [name, value] of Object.entries({ ...shared, ...attributes })) element.setAttribute(name, value);
    htmx.process(element);
  }

  document.addEventListener("htmx:beforeRequest", () => {
    document.getElementById("panne")?.remove();
    document.getElementById("resultats")?.setAttribute("aria-busy", "true");
  });

  document.addEventListener("htmx:afterRequest", () => document.getElementById("resultats")?.removeAttribute("aria-busy"));

  // A control that stays keeps the focus (htmx finds it by its id). A link is gone
  // with the list it belonged to: the next chip has it, else the heading.
  function focusAfter(element) {
    if (!element.matches("a")) return () => {};
    const at = [...document.querySelectorAll(".chip")].indexOf(element);
    return () => {
      const chips = document.querySelectorAll(".chip");
      const title = document.getElementById("titre");
      const next = at >= 0 && chips.length > 0 ? chips[Math.min(at, chips.length - 1)] : title;
      if (next === title) title.tabIndex = -1;
      next.focus({ preventScroll: at >= 0 });
    };
  }

  // What the person had opened stays open, though the server does not know it.
  let kept = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "page") return; // the progress of an import, a part of a form
    // An error is a whole page of its own: show it, with its address.
    if (event.detail.xhr.status >= 400) {
      window.location.assign(event.detail.xhr.responseURL);
      return;
    }
    const states = [...document.querySelectorAll("#page details[id]")].map((d) => [d.id, d.open]);
    kept = {
      states, panel: panel()?.classList.contains("is-open"), scroll: panel()?.scrollTop,
      focus: focusAfter(event.detail.requestConfig.elt),
    };
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
    kept.focus();
    kept = null;
    // What is above may have grown or gone: what has the focus is still seen.
    if (document.activeElement.closest("#page")) document.activeElement.scrollIntoView({ block: "nearest" });
    enhance();
    suggest();
    document.getElementById("annonce").textContent = document.getElementById("page").dataset.announce;
  });

  // No answer came: the list is the one of before, and says so. What was chosen
  // is still in the form, and can be sent again.
  function unanswered(event) {
    if (event.detail.target?.id !== "page") return;
    const asked = event.detail.elt;
    const notice = document.createElement("div");
    notice.id = "panne";
    notice.className = "notice notice-warn";
    notice.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = "La recherche n’a pas abouti\u202f: la connexion est coupée ou trop lente. La liste est celle d’avant.";
    const again = document.createElement("button");
    again.type = "button";
    again.className = "btn btn-outline-primary";
    again.textContent = "Réessayer";
    again.addEventListener("click", () => (asked.matches("form") ? asked.requestSubmit() : asked.click()));
    notice.append(text, again);
    document.querySelector(".found-head")?.after(notice);
    setPanel(false, false);
    notice.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:sendError", unanswered);
  document.addEventListener("htmx:timeout", unanswered);

  // ---- what structures are told of: that they were found, and looked at

  const handed = new Set();

  // A GET counts nothing: the page is counted when somebody looks at it.
  function hand() {
    const ticket = document.querySelector("[data-ticket]")?.dataset.ticket;
    if (!ticket || handed.has(ticket) || document.visibilityState !== "visible") return;
    handed.add(ticket);
    navigator.sendBeacon?.("/mesures", new URLSearchParams({ billet: ticket }));
  }

  document.addEventListener("visibilitychange", hand);
  document.addEventListener("htmx:afterSettle", hand);

  // ---- filter panel and folded search on narrow screens

  function setPanel(open, focus = true) {
    const p = panel();
    if (!p) return;
    // Between the swap and the settling, what the person does counts, not what was kept.
    if (kept) kept.panel = open;
    p.classList.toggle("is-open", open);
    // What is behind must not be reached; what is inert takes no focus.
    for (const other of document.querySelectorAll(".site-header, .site-footer, .band, .found, .compare-box")) {
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
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const summary = document.querySelector(".search-summary");
    if (panel()?.classList.contains("is-open")) setPanel(false);
    else if (summary && form().classList.contains("is-open") && form().contains(document.activeElement)) {
      form().classList.remove("is-open");
      summary.focus();
    }
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

  // ---- hand on: address, paper, code

  // tools shows what this browser can do.
  function tools() {
    for (const bar of document.querySelectorAll(".share")) {
      bar.hidden = false;
      bar.querySelector("[data-share]").hidden = !navigator.share && !navigator.clipboard;
    }
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  }

  const shown = 5000; // ms that a confirmation stays

  function say(place, text) {
    place.textContent = text;
    setTimeout(() => {
      if (place.textContent === text) place.textContent = "";
    }, shown);
  }

  async function share(bar) {
    const url = window.location.href.split("#")[0];
    if (navigator.share && narrow.matches) {
      await navigator.share({ title: document.title, url }).catch(() => {}); // closed by who opened it
      return;
    }
    const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
    say(bar.querySelector(".share-said"), copied ? "Adresse copiée" : "Copie refusée\u202f: l’adresse est dans la barre du navigateur");
  }

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy).textContent;
    const copied = await navigator.clipboard.writeText(text).then(() => true, () => false);
    const done = button.dataset.copied ?? "Code copié";
    say(document.getElementById("annonce"), copied ? done : "Copie refusée");
    button.textContent = copied ? done : "Copie refusée\u202f: sélectionnez le texte";
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-share], [data-print], [data-copy]");
    if (!button) return;
    if (button.matches("[data-print]")) window.print();
    else if (button.matches("[data-copy]")) copy(button);
    else share(button.closest(".share"));
  });

  document.addEventListener("htmx:afterSettle", tools);

  enhance();
  suggest();
  tools();
  hand();
})();
