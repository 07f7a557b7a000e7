// Times the forms of a page of records in this engine's wasm: node encodings.mjs WASM PAGE
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [wasm, page] = process.argv.slice(2).map((file) => readFileSync(file));
const { instance } = await WebAssembly.instantiate(wasm, {});
const own = instance.exports;
const at = own.room(page.length);
new Uint8Array(own.memory.buffer, at, page.length).set(page);
const records = own.load();

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const timed = (work) => {
  const begun = performance.now();
  work();
  return performance.now() - begun;
};
const names = ["packed", "JSON", "CBOR", "MessagePack", "postcard"];
const times = names.map(() => ({ write: [], read: [] }));
const sizes = [];
// Alternating, so that what else the machine does meets all alike; the first rounds warm up.
for (let round = 0; round < 25; round += 1) {
  names.forEach((name, form) => {
    const write = timed(() => own.encode(form));
    const length = own.encode(form);
    if (own.check(form) !== records) throw new Error(name + " does not give back what it was given");
    const read = timed(() => own.decode(form));
    if (round < 5) {
      const bytes = Buffer.from(own.memory.buffer, own.encoded(), length);
      sizes[form] ??= {
        bytes: length,
        gzip: gzipSync(bytes, { level: 6 }).length,
        brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length,
      };
      return;
    }
    times[form].write.push(write);
    times[form].read.push(read);
  });
}
const rows = names.map((name, form) => ({
  name,
  records,
  ...sizes[form],
  write: median(times[form].write),
  read: median(times[form].read),
}));
process.stdout.write(JSON.stringify(rows));
