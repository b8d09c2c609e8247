from __future__ import annotations

from tests.imports import specifiers

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
