import { equal, test } from "../harness.js";
import { Ticket } from "../../../static/js/signaling/ticket.js";

/** @param {Record<string, string>} [items] */
function storage(items = {}) {
  return {
    items,
    getItem: (/** @type {string} */ key) => items[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void Object.assign(items, { [key]: value }),
    removeItem: (/** @type {string} */ key) => void Reflect.deleteProperty(items, key),
  };
}

test("keeps one participant per room", () => {
  const store = storage();
  const [tea, coffee] = [new Ticket(store, "tea"), new Ticket(store, "coffee")];
  tea.set({ id: "alice", token: "t1" });
  equal([tea.get(), coffee.get()], [{ id: "alice", token: "t1" }, null]);
  tea.clear();
  equal(tea.get(), null);
});

test("what is not a ticket is none", () => {
  for (const value of ["", "nonsense", "null", "{}", '{"id":"a"}', '{"id":"../a","token":"t"}', '["a","t"]']) {
    equal(new Ticket(storage({ "ticket:tea": value }), "tea").get(), null, value);
  }
});

test("a full storage is no ticket, and no error", () => {
  const store = storage();
  store.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  const ticket = new Ticket(store, "tea");
  ticket.set({ id: "alice", token: "t1" });
  equal(ticket.get(), null);
});
