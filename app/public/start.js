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
  navigator.serviceWorker.register("/sw.js").catch((error) => console.error(error));
}
