// Starts the app's module, then the service worker that makes it work without a network.
const names = document.documentElement.dataset;
const tell = (name) => window.dispatchEvent(new Event(name));
// The browser's offer to install is kept until the person asks for it.
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  window.chunnuanInstall = event;
  tell("chunnuan-install");
});
let running = true;
try {
  const app = await import(names.app);
  await app.default({ module_or_path: names.wasm });
} catch (error) {
  running = false;
  console.error(error);
  tell("chunnuan-failed");
}
// Reads codes where the browser cannot; fetched by the first scan, or before by the service worker.
let lens;
let tries = 0;
window.chunnuanLens = () => {
  // A browser remembers that an import failed: after a try without a network, the next one asks
  // under another name.
  const again = tries ? "?again=" + tries : "";
  lens ??= import(names.lens + again).then(async (module) => {
    await module.default({ module_or_path: names.lensWasm });
    return module.read;
  });
  lens.catch(() => { lens = undefined; tries += 1; });
  return lens;
};
if ("serviceWorker" in navigator) {
  const workers = navigator.serviceWorker;
  // The first worker takes the page over by itself. A new version waits until the person agrees:
  // the app shows the button, and loads the page anew when all that was typed is kept. An app that
  // does not run has nothing to keep.
  let first = !workers.controller;
  workers.addEventListener("controllerchange", () => {
    if (first) first = false;
    else if (running) tell("chunnuan-updated");
    else location.reload();
  });
  const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 5000));
  workers.ready.then((registration) =>
    idle(() => registration.active?.postMessage({ type: "fetch-later" })));
  // The browser says when there is a network, even after the app was closed.
  window.addEventListener("chunnuan-letter", () => workers.ready
    .then((registration) => registration.sync?.register("letter")).catch(() => {}));
  // Whether this page sends what waits: then the worker need not.
  workers.addEventListener("message", (event) => {
    if (event.data?.type === "sends") event.ports[0]?.postMessage(!!document.querySelector(".sync"));
  });
  workers.startMessages();
  workers.register("/sw.js").then((registration) => {
    const take = () => registration.waiting?.postMessage({ type: "skip-waiting" });
    const ready = () => (running ? tell("chunnuan-update") : take());
    window.addEventListener("chunnuan-update-agreed", take);
    if (registration.waiting && workers.controller) ready();
    registration.addEventListener("updatefound", () => {
      const fresh = registration.installing;
      fresh?.addEventListener("statechange", () => {
        if (fresh.state === "installed" && workers.controller) ready();
      });
    });
    // An app on the home screen stays open for weeks: it asks when one comes back to it.
    let asked = Date.now();
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || Date.now() - asked < 3600000) return;
      asked = Date.now();
      registration.update().catch(() => {});
    });
  }).catch((error) => console.error(error));
}
