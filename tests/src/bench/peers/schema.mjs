// A person as the training campaign has it; RxDB wants to know it beforehand.
const text = { type: "string" };
const texts = ["kind", "area", "author", "name", "flow", "phone", "document", "id_number", "household",
  "work_area", "trade", "consent", "consent_on", "returned_on", "sex", "birth"];
export const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 36 },
    updated: { type: "number" },
    priority: { type: "array", items: text },
    ...Object.fromEntries(texts.map((name) => [name, text])),
  },
};
