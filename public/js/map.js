// The map beside the list: everything found, grouped by the server for what is
// looked at. It loads after the list, and only when its panel is seen; the page
// « Plan » says the same without it.
"use strict";

(() => {
  const wide = window.matchMedia("(min-width: 1200px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shapes = { insertion: "▲", handicap: "◆", ess: "●", entreprise: "■" };
  const families = { insertion: "insertion", handicap: "handicap", ess: "économie sociale et solidaire", entreprise: "entreprise" };
  const panel = () => document.getElementById("carte");
  const frame = () => document.querySelector("#carte .map-frame");
  const number = new Intl.NumberFormat("fr-FR");
  const structures = (n) => number.format(n) + (n < 2 ? " structure" : " structures");

  let map = null; // made once; its element moves to the panel of each new page of results
  let box, marks, names, answer, asked, loading;
  let byStructure = new Map();

  // ---- loading

  function library() {
    loading ??= new Promise((done, failed) => {
      const { leaflet, sheet: address } = frame().dataset;
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = address;
      const script = document.createElement("script");
      script.src = leaflet;
      sheet.onload = () => document.head.append(script);
      script.onload = done;
      sheet.onerror = script.onerror = failed;
      // Ours comes after, and has the last word.
      document.head.prepend(sheet);
    });
    // What did not come is asked for again with the next results.
    loading.catch(() => { loading = null; });
    return loading;
  }

  async function fetchMap(view) {
    asked?.abort();
    asked = new AbortController();
    const at = frame().dataset.map + (view ? "&bbox=" + view.bbox.map((v) => v.toFixed(6)).join() + "&zoom=" + view.zoom : "");
    const reply = await fetch(at, { signal: asked.signal });
    if (!reply.ok) throw new Error(reply.status);
    return reply.json();
  }

  // show draws everything found (no view), or what is looked at.
  async function show(view) {
    const shown = panel();
    try {
      const [found] = await Promise.all([fetchMap(view), library()]);
      if (shown !== panel()) return;
      answer = found;
      answer.whole = !view && answer.outside === 0;
      if (!map) build();
      if (!view) {
        const [w, s, e, n] = answer.bbox;
        go(() => map.setView([(s + n) / 2, (w + e) / 2], found.zoom, { animate: false }));
      }
      draw();
    } catch (problem) {
      if (problem.name === "AbortError" || shown !== panel()) return;
      delete frame().dataset.filled; // who looks again has it tried again
      status("La carte n’a pas pu être chargée. Le plan, lui, est là :");
    }
  }

  function build() {
    box = document.createElement("div");
    box.className = "map-box";
    frame().append(box);
    map = L.map(box, {
      zoomControl: false, attributionControl: Boolean(frame().dataset.tiles), minZoom: 2, maxZoom: 18,
      scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, markerZoomAnimation: !still, inertia: !still,
    });
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Carte des structures trouvées");
    if (frame().dataset.tiles) {
      map.attributionControl.setPrefix(false);
      L.tileLayer(frame().dataset.tiles + "/{z}/{x}/{y}.png", { attribution: "Fond : " + new URL(frame().dataset.tiles).host }).addTo(map);
    }
    const under = map.createPane("names");
    under.setAttribute("aria-hidden", "true");
    names = L.layerGroup().addTo(map);
    marks = L.layerGroup().addTo(map);
    // The wheel moves the page until the map is used.
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.on("moveend", moved);
    map.on("zoomstart", () => map.closePopup());
    map.on("popupopen", (event) => {
      event.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", "Fermer");
    });
  }

  // go moves the map, after the zoom under way: the map drops what is asked during one.
  function go(move) {
    if (box.querySelector(".leaflet-zoom-anim")) map.once("zoomend", move);
    else move();
  }

  // moved asks for what came into sight.
  let timer = 0;
  function moved() {
    clearTimeout(timer);
    if (!answer || !box.isConnected) return;
    const [w, s, e, n] = answer.bbox;
    const seen = map.getBounds();
    tell();
    if (map.getZoom() === answer.zoom && (answer.whole || L.latLngBounds([s, w], [n, e]).contains(seen))) return;
    const around = seen.pad(0.3);
    const bbox = [Math.max(-180, around.getWest()), Math.max(-90, around.getSouth()), Math.min(180, around.getEast()), Math.min(90, around.getNorth())];
    if (bbox[0] > bbox[2]) return; // beyond the world
    timer = setTimeout(() => show({ bbox, zoom: map.getZoom() }), 150);
  }

  // ---- drawing

  function draw() {
    const focused = document.activeElement?.dataset?.at;
    marks.clearLayers();
    names.clearLayers();
    byStructure = new Map();
    for (const place of answer.communes) names.addLayer(label(place));
    for (const feature of answer.features) marks.addLayer(mark(feature));
    if (focused) focusMark(focused);
    tell();
  }

  // tell says how much of what is found is in sight.
  function tell() {
    const within = map.getBounds();
    const seen = answer.features.reduce((sum, { geometry: { coordinates: [lon, lat] }, properties }) => sum + (within.contains([lat, lon]) ? properties.count : 0), 0);
    const beyond = answer.placed - seen;
    status(structures(seen) + (beyond ? " dans ce cadre, " + number.format(beyond) + " en dehors" : " sur la carte") + (answer.unplaced ? " · " + number.format(answer.unplaced) + " sans position" : ""));
    panel().querySelector(".map-tools").classList.add("is-ready");
    panel().querySelector(".map-all").hidden = !beyond;
  }

  const focusMark = (at) => box.querySelector('[data-at="' + at + '"]')?.focus({ preventScroll: true });

  function status(text) {
    panel().querySelector(".map-status").textContent = text;
  }

  function element(name, className, text) {
    const e = document.createElement(name);
    e.className = className;
    e.textContent = text;
    return e;
  }

  function label(place) {
    const html = element("span", "map-name" + (place.home ? " map-name-home" : "") + (place.left ? " map-name-left" : ""), place.name);
    return L.marker([place.lat, place.lon], { pane: "names", interactive: false, keyboard: false, icon: L.divIcon({ className: "map-point", html, iconSize: [6, 6] }) });
  }

  function mark(feature) {
    const { count, members, families: mix, commune } = feature.properties;
    const [lon, lat] = feature.geometry.coordinates;
    const one = count === 1;
    const size = one ? 32 : count < 10 ? 34 : count < 100 ? 40 : count < 1000 ? 46 : 54;
    const icon = L.divIcon({
      className: one ? "map-one map-" + members[0].family : "map-group",
      html: element("span", "", one ? shapes[members[0].family] : number.format(count)),
      iconSize: [size, size],
    });
    const title = one
      ? members[0].name + ", " + families[members[0].family]
      : structures(count) + (commune ? " à " + commune.name : "") + " : " + Object.entries(mix).map(([f, n]) => n + " " + families[f]).join(", ");
    const marker = L.marker([lat, lon], { icon, title, riseOnHover: true });
    marker.on("add", () => {
      const e = marker.getElement();
      e.setAttribute("aria-label", title);
      e.dataset.at = lat + " " + lon;
    });
    const act = () => open(feature, marker);
    marker.on("click", act);
    marker.on("keydown", ({ originalEvent: event }) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        act();
      }
    });
    for (const m of members) byStructure.set(m.id, marker);
    return marker;
  }

  // open looks closer at a group, or says who is in it.
  function open(feature, marker) {
    const { count, divides, bbox, members, url } = feature.properties;
    const { at } = marker.getElement().dataset;
    if (divides) {
      const [w, s, e, n] = bbox;
      const zoom = Math.max(map.getZoom() + 1, map.getBoundsZoom([[s, w], [n, e]], false, [40, 40]));
      go(() => map.setView([(s + n) / 2, (w + e) / 2], Math.min(zoom, 18)));
      box.focus({ preventScroll: true });
      return;
    }
    const content = element("div", "map-list", "");
    if (count > 1) content.append(element("p", "", structures(count) + " au même endroit"));
    const list = content.appendChild(element("ul", "", ""));
    for (const m of members) {
      const link = element("a", "", m.name);
      link.href = m.url;
      const item = list.appendChild(element("li", "", ""));
      const shape = element("span", "shape shape-" + m.family, shapes[m.family]);
      shape.setAttribute("aria-hidden", "true");
      item.append(shape, " ", link);
      if (m.fictional) item.append(" ", element("span", "tag-fictional", "fictive"));
    }
    if (count > members.length) {
      const all = element("a", "map-list-all", "Voir les " + number.format(count));
      all.href = url;
      content.append(all);
    }
    const popup = L.popup({ maxWidth: 260, minWidth: 180, autoPanPadding: [12, 12], offset: [0, -8] }).setLatLng(marker.getLatLng()).setContent(content);
    popup.on("remove", () => popup.getElement().contains(document.activeElement) && focusMark(at));
    popup.openOn(map);
    content.querySelector("a").focus({ preventScroll: true });
  }

  // ---- the panel

  function setPanel(opened) {
    panel().classList.toggle("is-open", opened);
    // What is behind must not be reached; what is inert takes no focus.
    for (const other of document.querySelectorAll(".site-header, .site-footer, .band, .found, .filters, .compare-box")) other.inert = opened;
    if (opened) {
      panel().setAttribute("role", "dialog");
      panel().setAttribute("aria-modal", "true");
      panel().querySelector(".map-close").focus();
      start();
    } else {
      panel().removeAttribute("role");
      panel().removeAttribute("aria-modal");
      document.querySelector(".map-open")?.focus();
    }
  }

  const isOpen = () => panel()?.classList.contains("is-open");

  // start fills the panel when it is seen and was not filled yet.
  function start() {
    const at = frame();
    if (!at || !(wide.matches || isOpen())) return;
    if (map && !at.contains(box)) at.append(box);
    map?.invalidateSize(false);
    if (at.dataset.filled) return;
    at.dataset.filled = "yes";
    answer = null;
    map?.closePopup();
    show();
  }

  document.addEventListener("click", (event) => {
    if (!panel()) return;
    if (event.target.closest(".map-open, .map-close")) {
      event.preventDefault();
      setPanel(!isOpen());
    } else if (event.target.dataset?.zoom) {
      go(() => map.setZoom(map.getZoom() + Number(event.target.dataset.zoom)));
    } else if (event.target.closest(".map-all")) {
      const [w, s, e, n] = answer.extent;
      go(() => map.fitBounds([[s, w], [n, e]], { padding: [24, 24], maxZoom: 14 }));
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (box?.querySelector(".leaflet-popup")) map.closePopup();
    else if (isOpen()) setPanel(false);
  });

  wide.addEventListener("change", () => {
    if (isOpen()) setPanel(false);
    start();
  });

  // The card under the pointer, or in focus, lights its mark.
  for (const [on, lit] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(on, (event) => {
      const link = event.target.closest?.(".card-structure")?.querySelector(".card-name a");
      const marker = link && byStructure.get(link.pathname.split("/").pop());
      marker?.getElement()?.classList.toggle("is-lit", lit);
      marker?.setZIndexOffset(lit ? 1000 : 0);
    });
  }

  // New results in the same page: the map follows.
  document.addEventListener("htmx:afterSwap", start);

  const idle = window.requestIdleCallback ?? ((f) => setTimeout(f, 200));
  if (document.readyState === "complete") idle(start);
  else window.addEventListener("load", () => idle(start));
})();
