// Starts the app's module, then the service worker that makes it work without a network.
const names = document.documentElement.dataset;
try {
  const app = await import(names.app);
  await app.default({ module_or_path: names.wasm });
} catch (error) {
  console.error(error);
  window.dispatchEvent(new Event("chunnuan-failed"));
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
  // A new version waits until the person agrees; the app shows the button.
  const ready = () => window.dispatchEvent(new Event("chunnuan-update"));
  const agreed = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => agreed && location.reload());
  const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 5000));
  navigator.serviceWorker.ready.then((registration) =>
    idle(() => registration.active?.postMessage({ type: "fetch-later" })));
  navigator.serviceWorker.register("/sw.js").then((registration) => {
    window.addEventListener("chunnuan-update-agreed", () =>
      registration.waiting?.postMessage({ type: "skip-waiting" }));
    if (registration.waiting && agreed) ready();
    registration.addEventListener("updatefound", () => {
      const fresh = registration.installing;
      fresh?.addEventListener("statechange", () => {
        if (fresh.state === "installed" && agreed) ready();
      });
    });
  }).catch((error) => console.error(error));
}
