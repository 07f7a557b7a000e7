// The Worker as Cloudflare runs it, with a bucket for its pictures: Miniflare's R2 over our own
// runtime. Each line that comes in asks for something; each answer is a line.
import { createInterface } from "node:readline";
import { Miniflare } from "miniflare";

const { worker, data, port, key, bucket } = JSON.parse(process.argv[2]);
const server = new Miniflare({
  host: "127.0.0.1",
  port,
  modulesRoot: worker,
  modules: [
    { type: "ESModule", path: `${worker}/index.js` },
    { type: "CompiledWasm", path: `${worker}/index_bg.wasm` },
  ],
  compatibilityDate: "2026-11-01",
  bindings: { SETUP_KEY: key },
  durableObjects: {
    LEDGER: { className: "Ledger", useSQLite: true },
    REGISTRY: { className: "Registry", useSQLite: true },
  },
  durableObjectsPersist: `${data}/objects`,
  r2Buckets: bucket ? ["PHOTOS"] : [],
  r2Persist: `${data}/bucket`,
});
await server.ready;
console.log("ready");
for await (const asked of createInterface({ input: process.stdin })) {
  const photos = await server.getR2Bucket("PHOTOS");
  if (asked === "list") {
    const { objects } = await photos.list({ include: ["httpMetadata"] });
    const told = (o) => ({ key: o.key, size: o.size, type: o.httpMetadata?.contentType });
    console.log(JSON.stringify(objects.map(told)));
  } else {
    await photos.delete(asked);
    console.log("deleted");
  }
}
await server.dispose();
