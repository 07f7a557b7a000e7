// Keeps the app's own files, so that it opens without a network. It never touches the API: what
// people wrote is kept by the app itself, in IndexedDB.
const VERSION = "{{version}}";
const FILES = {{files}};
// Not needed to open, but for some work without a network: fetched when the page says so.
const LATER = {{later}};
const SHELL = "shell-" + VERSION;
// A file that is named by its content is good wherever it comes from: the page has just fetched it.
const NAMED = /^\/(app|lens|office|style)-[0-9a-f]{12}/;
const request = (file) => new Request(file, { cache: NAMED.test(file) ? "default" : "reload" });

self.addEventListener("install", (event) => {
  // The API is asked past this file, which need not be woken for it; older browsers wake it.
  const past = { condition: { urlPattern: "/api/*" }, source: "network" };
  event.addRoutes?.(past).catch(() => {});
  event.waitUntil((async () => {
    const upgrade = (await caches.keys()).some((name) => name.startsWith("shell-"));
    const cache = await caches.open(SHELL);
    await cache.addAll(FILES.map(request));
    // A new version is taken later, perhaps without a network: it must be whole by then.
    if (upgrade) await fetchLater();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// A new version waits until the person agrees: a reload in the middle of a form would be rude.
self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "skip-waiting") self.skipWaiting();
  if (event.data && event.data.type === "fetch-later") event.waitUntil(fetchLater());
});

// While the app is closed: what it left to be posted is sealed to the server, nobody reads it here.
self.addEventListener("sync", (event) => {
  if (event.tag === "letter") event.waitUntil(post());
});

// A page that sends is given so many seconds.
const PAGE_SECONDS = 120;

async function post() {
  // What waits is not to go up twice over a weak network: an open page sends it by itself, and
  // withdraws the letter then. If the page goes before, the browser tries again later.
  for (let second = 0; second < PAGE_SECONDS && (second > 0 || (await pageSends())); second += 1) {
    await new Promise((done) => setTimeout(done, 1000));
    if (!(await letter())) return;
    if (!(await pageSends())) throw new Error("the page went before it had sent");
  }
  const body = await letter();
  if (!body) return;
  const headers = { "content-type": "application/json" };
  const answer = await fetch("/api/letters", { method: "POST", headers, body });
  // Then the browser tries again, later and later.
  if (answer.status >= 500 || answer.status === 429) throw new Error("status " + answer.status);
}

// A page that is locked does not send; one that was put to sleep does not answer.
async function pageSends() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const answers = pages.map((page) => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => done(event.data);
    setTimeout(() => done(false), 2000);
    page.postMessage({ type: "sends" }, [port2]);
  }));
  return (await Promise.all(answers)).includes(true);
}

function letter() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("chunnuan");
    // There is no store yet, and this is not the place to make one.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => done(undefined);
    opening.onsuccess = () => {
      const asked = opening.result.transaction("setting").objectStore("setting").get("letter");
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
      asked.transaction.oncomplete = () => opening.result.close();
    };
  });
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    event.respondWith(kept("/", request));
  } else if (FILES.includes(url.pathname) || LATER.includes(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  }
});

async function kept(path, request) {
  const cache = await caches.open(SHELL);
  return (await cache.match(path)) || fetch(request);
}

async function fetchLater() {
  const cache = await caches.open(SHELL);
  for (const file of LATER) {
    if (await cache.match(file)) continue;
    // Files are named by their content: the same name in an older version is the same file.
    const had = await caches.match(file);
    if (had) await cache.put(file, had);
    else await cache.add(file);
  }
}
