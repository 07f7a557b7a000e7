// PouchDB with its own replication.
import PouchDB from "pouchdb-browser";

const local = new PouchDB("people");
const remote = new PouchDB(location.origin + "/db/people");
const settings = { batch_size: 1000, batches_limit: 10, checkpoint: undefined };

globalThis.bench = {
  async pull() {
    const begun = performance.now();
    await local.replicate.from(remote, settings);
    const ms = performance.now() - begun;
    return { ms, count: (await local.info()).doc_count };
  },
  // Edits made without a network; both sides have compared all else before.
  async edit(ids, phone) {
    await local.replicate.to(remote, settings);
    const found = await local.allDocs({ keys: ids, include_docs: true });
    await local.bulkDocs(found.rows.map(({ doc }) => ({ ...doc, phone, updated: doc.updated + 1 })));
  },
  async push() {
    const begun = performance.now();
    const done = await local.replicate.to(remote, settings);
    return { ms: performance.now() - begun, count: done.docs_written };
  },
};
