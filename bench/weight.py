"""How much a page loads, cold: bytes on the wire, requests, and the longest chain of requests that wait for one another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

Event = dict[str, Any]


@dataclass
class Weight:
    """Filled in by the browser's network events. The document has depth 1, what its HTML names depth 2, and so on."""

    bytes: int = 0
    depths: dict[str, int] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    _urls: dict[str, str] = field(default_factory=dict)

    @property
    def requests(self) -> int:
        return len(self.depths)

    @property
    def depth(self) -> int:
        return max(self.depths.values(), default=0)

    @property
    def deepest(self) -> list[str]:
        return [url for url, depth in self.depths.items() if depth == self.depth]

    def asked(self, event: Event) -> None:
        """Network.requestWillBeSent: what names a resource lets it begin, so it is one deeper than that."""
        url = event["request"]["url"]
        if not url.startswith("http"):
            return
        self._urls[event["requestId"]] = url
        self.depths.setdefault(url, self.depths.get(_source(event["initiator"]), 0) + 1)

    def arrived(self, event: Event) -> None:
        """Network.loadingFinished: headers and body, as they were on the wire."""
        if url := self._urls.get(event["requestId"]):
            self.sizes[url] = int(event["encodedDataLength"])
            self.bytes += self.sizes[url]


def weigh(page: Page) -> Weight:
    """Start to weigh what the page loads from now on, without a cache."""
    weight = Weight()
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", weight.asked)
    session.on("Network.loadingFinished", weight.arrived)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    return weight


def _source(initiator: Event) -> str:
    if "url" in initiator:
        return str(initiator["url"])
    frames = initiator.get("stack", {}).get("callFrames", [])
    return str(frames[0]["url"]) if frames else ""
