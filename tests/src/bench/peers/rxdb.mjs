// RxDB on its Dexie storage, with its own replication.
import { createRxDatabase, addRxPlugin } from "rxdb/plugins/core";
import { getRxStorageDexie } from "rxdb/plugins/storage-dexie";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { schema } from "./schema.mjs";

let people;
let replication;
let edited = 0;
// Until so many came by; what it does afterwards for its own books is not counted.
const seen = (stream, count) =>
  new Promise((done) => stream.subscribe(() => { count -= 1; if (count === 0) done(); }));
const start = async () => {
  const db = await createRxDatabase({ name: "rxdb", storage: getRxStorageDexie(), multiInstance: false });
  ({ people } = await db.addCollections({ people: { schema } }));
  replication = replicateRxCollection({
    collection: people,
    replicationIdentifier: "bench",
    live: true,
    autoStart: false,
    waitForLeadership: false,
    pull: {
      batchSize: 2000,
      async handler(checkpoint, limit) {
        const answer = await fetch(`/plain/pull?after=${checkpoint?.after ?? 0}&limit=${limit}`);
        return answer.json();
      },
    },
    push: {
      batchSize: 500,
      async handler(rows) {
        const answer = await fetch("/plain/push", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(rows),
        });
        return answer.json();
      },
    },
  });
  replication.error$.subscribe((error) => console.error(error));
};

globalThis.bench = {
  async pull() {
    await start();
    const { count } = await (await fetch("/plain/count")).json();
    const all = seen(replication.received$, count);
    const begun = performance.now();
    await replication.start();
    await all;
    const ms = performance.now() - begun;
    await replication.awaitInitialReplication();
    return { ms, count: await people.count().exec() };
  },
  // Edits made without a network: the replication rests.
  async edit(ids, phone) {
    await replication.awaitInSync();
    await replication.pause();
    const found = await people.findByIds(ids).exec();
    const changed = [...found.values()].map((one) => {
      const cells = one.toMutableJSON();
      return { ...cells, phone, updated: cells.updated + 1 };
    });
    edited = changed.length;
    const { error } = await people.bulkUpsert(changed);
    if (error.length) throw new Error(JSON.stringify(error[0]));
  },
  async push() {
    const all = seen(replication.sent$, edited);
    const begun = performance.now();
    await replication.start();
    await all;
    const ms = performance.now() - begun;
    await replication.awaitInSync();
    return { ms, count: edited };
  },
};
