// What a Durable Object does at the least: each line of a body becomes a row of its SQLite.
import { DurableObject } from "cloudflare:workers";

export class Rows extends DurableObject {
  constructor(state, env) {
    super(state, env);
    this.sql = state.storage.sql;
    this.sql.exec("CREATE TABLE IF NOT EXISTS row (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)");
  }

  async fetch(request) {
    const lines = (await request.text()).split("\n");
    for (const line of lines) this.sql.exec("INSERT INTO row (body) VALUES (?)", line);
    return new Response(String(lines.length));
  }
}

export default {
  fetch: (request, env) => env.ROWS.get(env.ROWS.idFromName("one")).fetch(request),
};
