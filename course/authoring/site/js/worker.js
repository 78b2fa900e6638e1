// @ts-check
// The service worker: keeps the pages of the languages that were read, and serves them without a network. The builder
// writes its version and the lists of files above it.

const scope = /** @type {any} */ (self);
/** @type {Record<string, string[]>} by language, and under `all` what every page needs */
const files = scope.downhillFiles;
const NAME = `downhill-${scope.downhillVersion}`;

/** @param {string} lang */
const kept = async (lang) => {
  const cache = await caches.open(NAME);
  const there = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  const missing = files[lang].filter((file) => !there.has(new URL(file, scope.registration.scope).pathname));
  for (const file of missing) {
    const answer = await fetch(file, { cache: "no-cache" });
    if (answer.ok) await cache.put(file, answer);
  }
};

/** The languages that an earlier version has kept. */
const languages = async () => {
  const found = new Set();
  for (const name of await caches.keys()) {
    for (const { url } of await (await caches.open(name)).keys()) {
      const lang = /\/(\w+)\/index\.html$/.exec(new URL(url).pathname)?.[1];
      if (lang && lang in files) found.add(lang);
    }
  }
  return [...found];
};

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    await kept("all");
    for (const lang of await languages()) await kept(lang);
  })());
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("downhill-") && name !== NAME) await caches.delete(name);
    await scope.clients.claim();
  })());
});

scope.addEventListener("message", (/** @type {any} */ event) => {
  const [what, lang] = String(event.data).split(" ");
  if (event.data === "take over") void scope.skipWaiting();
  else if (what === "keep" && lang in files) event.waitUntil(kept(lang));
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    const asked = url.pathname.endsWith("/") ? `${url.pathname}index.html` : event.request;
    const known = await cache.match(asked, { ignoreSearch: true });
    if (known) return known;
    return fetch(event.request);
  })());
});
