// Dexie with as little of a sync as does the work: pages in, an outbox out.
import Dexie from "dexie";

const db = new Dexie("dexie");
db.version(1).stores({ people: "id,name,id_number", outbox: "id", meta: "" });

globalThis.bench = {
  async pull() {
    const begun = performance.now();
    let after = 0;
    for (;;) {
      const answer = await fetch(`/plain/pull?after=${after}&limit=2000`);
      const { documents, checkpoint } = await answer.json();
      if (!documents.length) break;
      await db.transaction("rw", db.people, db.meta, async () => {
        await db.people.bulkPut(documents);
        await db.meta.put(checkpoint, "checkpoint");
      });
      after = checkpoint.after;
    }
    const ms = performance.now() - begun;
    return { ms, count: await db.people.count() };
  },
  async edit(ids, phone) {
    await db.transaction("rw", db.people, db.outbox, async () => {
      const found = await db.people.bulkGet(ids);
      const changed = found.map((one) => ({ ...one, phone, updated: one.updated + 1 }));
      await db.people.bulkPut(changed);
      await db.outbox.bulkPut(found.map((one) => ({ id: one.id, seen: one })));
    });
  },
  async push() {
    const begun = performance.now();
    let count = 0;
    for (;;) {
      const waiting = await db.outbox.limit(500).toArray();
      if (!waiting.length) break;
      const now = await db.people.bulkGet(waiting.map((one) => one.id));
      const rows = waiting.map((one, at) => ({ newDocumentState: now[at], assumedMasterState: one.seen }));
      const answer = await fetch("/plain/push", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(rows),
      });
      const conflicts = await answer.json();
      if (conflicts.length) throw new Error("conflicts: " + conflicts.length);
      await db.outbox.bulkDelete(waiting.map((one) => one.id));
      count += waiting.length;
    }
    return { ms: performance.now() - begun, count };
  },
};
