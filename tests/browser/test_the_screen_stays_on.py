from __future__ import annotations

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import Person, eventually

#: Keeps what the page got, and plays a page that is left and seen again: a browser without a window is always seen.
LOCKS = """window.locks = [];
const { request } = WakeLock.prototype;
WakeLock.prototype.request = async function (kind) {
    const lock = await request.call(this, kind);
    window.locks.push(lock);
    return lock;
};
window.see = async (state) => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    if (state === "hidden") for (const lock of window.locks) await lock.release();
    document.dispatchEvent(new Event("visibilitychange"));
};"""


def held(person: Person) -> int:
    count: int = person.page.evaluate("() => window.locks.filter(({ released }) => !released).length")
    return count


def test_in_a_call_after_a_reload_and_when_the_page_is_seen_again(cast: Cast) -> None:
    alice = cast.member("Alice")
    alice.context.grant_permissions(["camera", "microphone", "screen-wake-lock"])
    alice.context.add_init_script(LOCKS)
    slug = deploying.room().slug
    alice.arrive(slug)
    assert held(alice) == 0
    alice.ask_to_join()
    eventually(lambda: held(alice) == 1, what="a lock in the call")
    alice.page.reload()
    eventually(lambda: held(alice) == 1, what="a lock after the reload")
    alice.page.evaluate("() => window.see('hidden')")
    assert held(alice) == 0
    alice.page.evaluate("() => window.see('visible')")
    eventually(lambda: held(alice) == 1, what="a lock when the page is seen again")
    alice.leave()
    eventually(lambda: held(alice) == 0, what="no lock after the call")
