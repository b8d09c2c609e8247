"""Picture in picture, with a real gesture: a document of its own where the browser can, the browser's own window elsewhere."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser import deployment as deploying
from tests.browser.conftest import Cast
from tests.browser.person import CAMERA, Person, eventually

NO_DOCUMENTS = "delete Window.prototype.documentPictureInPicture; delete window.documentPictureInPicture;"
#: Whether frames arrive, and their size.
MOVES = """async (video) => {
    const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
    const before = frames();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return frames() > before && video.videoWidth > 0;
}"""
IS_OF_THE_TILE = """(name) => {
    const tile = document.querySelector(`video-tile[aria-label^="${name}"] > video`);
    const apart = documentPictureInPicture.window.document.querySelector("video");
    return apart.srcObject === tile.srcObject && apart.muted;
}"""
IS_CLOSED = "() => documentPictureInPicture.window === null"
#: Whose video is in the browser's own window, and how many videos offer a window.
APART = """() => {
    const tile = document.pictureInPictureElement?.closest("video-tile");
    const offered = [...document.querySelectorAll("video")].filter(({ disablePictureInPicture }) => !disablePictureInPicture);
    return [tile?.getAttribute("aria-label").split(",")[0] ?? null, offered.length];
}"""


def two(cast: Cast, script: str = "") -> tuple[Person, Person]:
    """Bob, and Carol, who sees him."""
    slug = deploying.room().slug
    bob, carol = cast.member("Bob"), cast.guest("Carol", no_viewport=True)
    carol.context.add_init_script(script)
    bob.join(slug, muted=True)
    carol.join(slug, muted=True)
    eventually(lambda: carol.connected(1) and carol.sees(CAMERA), what="Carol sees Bob")
    return bob, carol


def press(person: Person, tile: str, name: str) -> None:
    """The button of a tile."""
    person.tile(tile).hover()
    person.tile(tile).get_by_role("button", name=f"Picture in picture: {name}", exact=True).click()


def choose(person: Person) -> None:
    """The same in the menu, for whom one looks at most."""
    person.control("View").click()
    person.page.get_by_role("button", name="Picture in picture", exact=True).click()


def window(person: Person) -> Page:
    """That of Bob, which opens."""
    with person.context.expect_page() as opened:
        press(person, "Bob", "Guest Bob")
    person.watch(opened.value)
    return opened.value


def test_carol_takes_bob_into_a_window(cast: Cast) -> None:
    bob, carol = two(cast)
    inner = window(carol)
    video = inner.locator("video")
    eventually(lambda: video.evaluate(MOVES), what="Bob moves")
    eventually(lambda: carol.page.evaluate(IS_OF_THE_TILE, "Guest Bob"), what="the stream of the tile, muted")
    expect(inner.locator(".tile-label")).to_have_text("Guest Bob")
    expect(inner).to_have_title("Guest Bob")
    expect(inner.locator(".avatar")).to_be_hidden()

    bob.control("Camera").click()
    expect(inner.locator(".avatar")).to_be_visible()
    expect(video).to_be_hidden()
    bob.control("Camera").click()
    expect(video).to_be_visible()
    eventually(lambda: video.evaluate(MOVES), what="Bob moves again")

    carol.page.keyboard.press("a")
    expect(inner.get_by_text("Audio only: the picture is off")).to_be_visible()
    carol.page.keyboard.press("a")
    expect(inner.get_by_text("Audio only")).to_be_hidden()

    press(carol, "Bob", "Guest Bob")
    eventually(lambda: carol.page.evaluate(IS_CLOSED), what="the same button closes it")
    expect(carol.tile("Bob").locator("video")).to_be_visible()


def test_a_window_goes_with_its_user_or_with_whom_it_shows(cast: Cast) -> None:
    bob, carol = two(cast)
    inner = window(carol)
    expect(inner).to_have_title("Guest Bob")
    inner.close()
    eventually(lambda: carol.page.evaluate(IS_CLOSED), what="it is closed")
    eventually(lambda: carol.tile("Bob").locator("video").evaluate(MOVES), what="Bob moves in his tile")
    again = window(carol)
    eventually(lambda: again.locator("video").evaluate(MOVES), what="and opens anew")
    bob.leave()
    eventually(lambda: carol.page.evaluate(IS_CLOSED), what="Bob has left")


def test_where_a_document_cannot_be_opened_the_browser_shows_the_video(whole: Cast) -> None:
    bob, carol = two(whole, NO_DOCUMENTS)
    assert carol.page.evaluate("() => !('documentPictureInPicture' in window)")
    choose(carol)
    eventually(lambda: carol.page.evaluate(APART) == ["Guest Bob", 1], what="Bob is in the window")
    eventually(lambda: carol.tile("Bob").locator("video").evaluate(MOVES), what="and moves")
    press(carol, "Carol (you)", "yourself")
    eventually(lambda: carol.page.evaluate(APART) == ["Carol (you)", 1], what="Carol herself is")
    press(carol, "Carol (you)", "yourself")
    eventually(lambda: carol.page.evaluate(APART) == [None, 0], what="the same button closes it")
    choose(carol)
    eventually(lambda: carol.page.evaluate(APART) == ["Guest Bob", 1], what="Bob is again")
    bob.leave()
    eventually(lambda: carol.page.evaluate(APART) == [None, 0], what="Bob has left")
