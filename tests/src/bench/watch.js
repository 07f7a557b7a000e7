// What the app keeps and says, noted from outside by the page's own clock.
(() => {
  const watch = (globalThis.watch = { kept: [], said: [], memory: 0 });
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...rest) {
    const transaction = begin.apply(this, rest);
    if (transaction.mode === "readwrite") {
      const stores = [...transaction.objectStoreNames];
      transaction.addEventListener("complete", () => watch.kept.push({ at: performance.now(), stores }));
    }
    return transaction;
  };
  const measured = (instance) => {
    const { memory } = instance.exports;
    if (memory) watch.wasm = memory;
  };
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...rest) => {
      const made = await make.apply(WebAssembly, rest);
      measured(made.instance ?? made);
      return made;
    };
  }
  new MutationObserver(() => {
    const state = document.querySelector(".sync")?.dataset.state;
    const rows = Boolean(document.querySelector("#main .list li"));
    if (state !== watch.state) watch.said.push({ at: performance.now(), state });
    if (rows && !watch.listed) watch.listed = performance.now();
    watch.state = state;
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
  watch.lastKept = (store) =>
    watch.kept.filter((one) => one.stores.includes(store)).reduce((last, one) => Math.max(last, one.at), 0);
  watch.sentSince = (at) => watch.said.find((one) => one.state === "sent" && one.at >= at)?.at;
  // Not what failed before it came to the server.
  watch.asked = (test) =>
    performance
      .getEntriesByType("resource")
      .filter((one) => one.responseStart > 0 && test(new URL(one.name)))
      .map((one) => one.startTime);
})();
