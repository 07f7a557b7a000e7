// IndexedDB without anything around it: the limit.
const open = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("raw", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("people", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

let db;
globalThis.bench = {
  // Puts one by one in one transaction; what is put is in memory before.
  async pull() {
    const people = await (await fetch("/people.json")).json();
    db = await open();
    const begun = performance.now();
    const writing = db.transaction("people", "readwrite");
    const store = writing.objectStore("people");
    for (const person of people) store.put(person);
    await new Promise((resolve, reject) => {
      writing.oncomplete = resolve;
      writing.onerror = () => reject(writing.error);
    });
    return { ms: performance.now() - begun, count: people.length };
  },
  // Everything as objects, from a page that was just loaded.
  async open() {
    const begun = performance.now();
    db = await open();
    const asked = db.transaction("people").objectStore("people").getAll();
    const people = await new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    globalThis.held = people;
    return { ms: performance.now() - begun, count: people.length };
  },
};
