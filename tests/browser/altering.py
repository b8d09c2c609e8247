"""People whose scripts were altered."""

from __future__ import annotations

from collections.abc import Collection

from tests.browser.person import Person

#: The page never learns of these facts of the server.
DEAF = """(() => {
  const ignored = %s;
  const Native = WebSocket;
  window.WebSocket = class extends Native {
    addEventListener(type, handle, options) {
      if (type !== "message") return super.addEventListener(type, handle, options);
      super.addEventListener(type, ({ data }) => {
        const facts = JSON.parse(data).filter((fact) => !ignored.includes(fact.type));
        if (facts.length) handle(new MessageEvent("message", { data: JSON.stringify(facts) }));
      }, options);
    }
  };
})();"""


def ignore(person: Person, facts: Collection[str]) -> None:
    """From the next page on, this person's scripts ignore these facts."""
    person.context.add_init_script(DEAF % [*facts])
