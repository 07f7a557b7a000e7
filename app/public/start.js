// Starts the app's module, then the service worker that makes it work without a network.
const names = document.documentElement.dataset;
try {
  const app = await import(names.app);
  await app.default({ module_or_path: names.wasm });
} catch (error) {
  console.error(error);
  window.dispatchEvent(new Event("chunnuan-failed"));
}
if ("serviceWorker" in navigator) {
  // A new version waits until the person agrees; the app shows the button.
  const ready = () => window.dispatchEvent(new Event("chunnuan-update"));
  const agreed = navigator.serviceWorker.controller;
  navigator.serviceWorker.addEventListener("controllerchange", () => agreed && location.reload());
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
