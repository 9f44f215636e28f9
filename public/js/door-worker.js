// The service worker of one page: that of a phone at the door of an event. It keeps the page
// and its files, never an answer that names anybody, and leaves every other address alone.
"use strict";

const shelf = "accueil " + kept.page + " " + kept.files[0];

self.addEventListener("install", (e) => {
  e.waitUntil((async () => {
    const cache = await caches.open(shelf);
    await cache.addAll(kept.files);
    const page = await fetch(kept.page, { credentials: "same-origin" });
    if (!page.ok || page.redirected) throw new Error("the page of the door was not given");
    await cache.put(kept.page, page);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("accueil " + kept.page + " ") && name !== shelf) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// page gives the page of the network, else the one that is kept.
async function page(request) {
  const cache = await caches.open(shelf);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await cache.put(kept.page, fresh.clone());
    return fresh;
  } catch {
    return (await cache.match(kept.page)) ?? Response.error();
  }
}

self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (e.request.mode === "navigate" && url.pathname === kept.page) e.respondWith(page(e.request));
  else if (kept.files.includes(url.pathname)) {
    e.respondWith(caches.open(shelf).then((cache) => cache.match(url.pathname)).then((have) => have ?? fetch(e.request)));
  }
});
