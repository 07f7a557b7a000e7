// What a Durable Object does at the least: each line of a text, or each packed part of a body, becomes a
// row of its SQLite.
import { DurableObject } from "cloudflare:workers";

// Parts one after another, each after its length as a varint.
function* parts(body) {
  let at = 0;
  while (at < body.length) {
    let length = 0, shift = 1, byte;
    do {
      byte = body[at++];
      length += (byte & 127) * shift;
      shift *= 128;
    } while (byte > 127);
    yield body.slice(at, at + length).buffer;
    at += length;
  }
}

export class Rows extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS row (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)");
  }

  async fetch(request) {
    const packed = request.headers.get("content-type").endsWith("octet-stream");
    const rows = packed
      ? parts(new Uint8Array(await request.arrayBuffer()))
      : (await request.text()).split("\n");
    let count = 0;
    for (const row of rows) {
      this.sql.exec("INSERT INTO row (body) VALUES (?)", row);
      count += 1;
    }
    return new Response(String(count));
  }
}

export default {
  fetch: (request, env) => env.ROWS.get(env.ROWS.idFromName("one")).fetch(request),
};
