// The peers' server on loopback: node server.mjs SCRIPTS DATA PEOPLE stores|file. Prints its port.
// /db is PouchDB's own server over LevelDB; /plain is as little as RxDB and Dexie need, over the
// same LevelDB, each batch written through to the disk before it is acknowledged.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import express from "express";
import expressPouchDB from "express-pouchdb";
import PouchNode from "pouchdb-node";
import { ClassicLevel } from "classic-level";

const [scripts, data, file, keeps] = process.argv.slice(2);
const people = JSON.parse(readFileSync(file));
const stored = keeps === "stores" ? people : [];

const PouchDB = PouchNode.defaults({ prefix: data + "/" });
const couch = new PouchDB("people");
for (let at = 0; at < stored.length; at += 1000) {
  const batch = stored.slice(at, at + 1000).map(({ id, ...cells }) => ({ _id: id, ...cells }));
  const written = await couch.bulkDocs(batch);
  const refused = written.find((one) => one.error);
  if (refused) throw new Error(JSON.stringify(refused));
}

// A row is kept under its id; the order of changes leads from a number to an id.
const level = new ClassicLevel(join(data, "plain"), { valueEncoding: "json" });
const rows = new Map();
let last = 0;
const key = (seq) => String(seq).padStart(12, "0");
const keep = async (documents) => {
  const batch = [];
  for (const document of documents) {
    last += 1;
    const before = rows.get(document.id);
    if (before) batch.push({ type: "del", key: "seq " + key(before.seq) });
    rows.set(document.id, { seq: last });
    batch.push({ type: "put", key: "seq " + key(last), value: document.id });
    batch.push({ type: "put", key: "row " + document.id, value: document });
  }
  await level.batch(batch, { sync: true });
};
for (let at = 0; at < stored.length; at += 1000) await keep(stored.slice(at, at + 1000));

const app = express();
app.disable("x-powered-by");
const page = (name) => `<!doctype html><meta charset="utf-8"><title>${name}</title>
<script type="module" src="/${name}.js"></script>`;
app.get("/:name.html", (request, response) => response.type("html").send(page(request.params.name)));
app.get("/:name.js", (request, response) =>
  response.type("js").send(readFileSync(join(scripts, request.params.name + ".js"))));
app.get("/people.json", (request, response) => response.json(people));
app.get("/plain/count", (request, response) => response.json({ count: rows.size }));
app.get("/plain/pull", async (request, response) => {
  const limit = Number(request.query.limit);
  const found = await level
    .iterator({ gt: "seq " + key(Number(request.query.after)), lt: "seq ~", limit })
    .all();
  const documents = await level.getMany(found.map(([, id]) => "row " + id));
  const after = found.length ? Number(found.at(-1)[0].slice(4)) : Number(request.query.after);
  const body = JSON.stringify({ documents, checkpoint: { after } });
  // Level 1, as servers that care for time choose.
  response.set({ "content-type": "application/json", "content-encoding": "gzip" });
  response.end(gzipSync(body, { level: 1 }));
});
// RxDB's way: a row is taken if what the writer saw is what is there; the others come back.
app.post("/plain/push", express.json({ limit: "20mb" }), async (request, response) => {
  const ids = request.body.map((row) => "row " + row.newDocumentState.id);
  const held = await level.getMany(ids);
  const taken = [];
  const conflicts = [];
  request.body.forEach((row, at) => {
    const seen = row.assumedMasterState;
    if (!held[at] || (seen && seen.updated === held[at].updated)) taken.push(row.newDocumentState);
    else conflicts.push(held[at]);
  });
  await keep(taken);
  response.json(conflicts);
});
app.use("/db", expressPouchDB(PouchDB, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: join(data, "log") }));
const server = createServer(app);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
