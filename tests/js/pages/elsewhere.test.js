import { equal, test } from "../harness.js";
import { isElsewhere } from "../../../static/js/pages/elsewhere.js";

test("what the server says counts, and nothing else", async () => {
  const answers = [
    [new Response('{"elsewhere": true}'), true],
    [new Response('{"elsewhere": false}'), false],
    [new Response('{"elsewhere": 1}'), false],
    [new Response('{"elsewhere": true}', { status: 429 }), false],
    [new Response("null"), false],
    [new Response("<p>"), false],
  ];
  for (const [response, expected] of answers)
    equal(await isElsewhere("/x/elsewhere", { fetch: async () => /** @type {Response} */ (response) }), expected);
  equal(await isElsewhere("/x/elsewhere", { fetch: () => Promise.reject(new TypeError("no network")) }), false);
});
