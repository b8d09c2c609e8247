"""People whose scripts were altered."""

from __future__ import annotations

import json
from collections.abc import Collection

from tests.browser.person import Person

#: The page never learns of these facts of the server, nor of the end of a socket if it stays. ``sockets`` are those it opened.
DEAF = """(([ignored, stays]) => {
  const Native = WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Native {
    constructor(...how) {
      super(...how);
      window.sockets.push(this);
    }
    addEventListener(type, handle, options) {
      if (type === "close" && stays) return;
      if (type !== "message") return super.addEventListener(type, handle, options);
      super.addEventListener(type, ({ data }) => {
        const facts = JSON.parse(data).filter((fact) => !ignored.includes(fact.type));
        if (facts.length) handle(new MessageEvent("message", { data: JSON.stringify(facts) }));
      }, options);
    }
  };
})(%s);"""


def ignore(person: Person, facts: Collection[str], *, stays: bool = False) -> None:
    """From the next page on, this person's scripts ignore these facts, and with ``stays`` the end of a socket."""
    person.context.add_init_script(DEAF % json.dumps([[*facts], stays]))
