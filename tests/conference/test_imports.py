from __future__ import annotations

from conference.imports import graph, specifiers

SOURCE = """
/** @import { Peer } from './type.js' */
// import './comment.js';
import './effect.js';
import {
  one,
  two,
} from '../lib/many.js';
export { three } from "./again.js";
import data, * as all from './both.js';
const text = "import './string.js'; /* not a comment";
const template = `
import './template.js';
`;
import bare from 'bare';
export const four = 4;
await import('./later.js');
/* import './block.js'; */ export * from './star.js';
"""


def test_static_imports_are_found_and_nothing_else() -> None:
    assert specifiers(SOURCE) == ["./effect.js", "../lib/many.js", "./again.js", "./both.js", "./star.js"]


def test_a_graph_is_walked_once_nearest_first() -> None:
    files = {
        "js/pages/room.js": "import '../rtc/mesh.js'; \nimport '../ui/tile.js';",
        "js/rtc/mesh.js": "import './peer.js';",
        "js/rtc/peer.js": "import './mesh.js';",
        "js/ui/tile.js": "import '../rtc/peer.js';",
    }
    assert graph("js/pages/room.js", files.__getitem__) == [
        "js/pages/room.js",
        "js/rtc/mesh.js",
        "js/ui/tile.js",
        "js/rtc/peer.js",
    ]
