// The thread in which spreadsheets and documents are read and written, so that the page never
// waits. One file, one thread: the page ends it when it has what it asked for.
let office;
const open = async ({ module, wasm }) => {
  office = await import(module);
  await office.default({ module_or_path: wasm });
};
let last = Promise.resolve();
self.addEventListener("message", (event) => {
  const { begin, call, values } = event.data;
  last = last.then(async () => {
    try {
      if (begin) await open(begin);
      const value = call ? office[call](...values) : undefined;
      self.postMessage({ value }, value instanceof Uint8Array ? [value.buffer] : []);
    } catch (error) {
      // A module that broke in the middle of a file was not up to that file.
      const key = begin ? "absent" : error instanceof WebAssembly.RuntimeError ? "broken" : error.message;
      self.postMessage({ error: key });
    }
  });
});
