import { equal, test } from "../harness.js";
import { h } from "../../../static/js/lib/dom.js";
import { Refused, formData, post } from "../../../static/js/lib/post.js";

/** @param {{ok: boolean, status: number}} answer */
function setting(answer) {
  /** @type {unknown[]} */
  const posted = [];
  const network = /** @type {any} */ ({
    fetch: async (/** @type {string} */ url, /** @type {any} */ { method, redirect, body, signal }) => {
      posted.push([url, method, redirect, signal instanceof AbortSignal, ...body.entries()]);
      return answer;
    },
  });
  const form = h("form", {}, h("input", { type: "hidden", name: "csrfmiddlewaretoken", value: "t" }));
  return { network, posted, body: formData(form, { id: "bob" }) };
}

test("a form is posted with the token of the page, does not follow to a log-in, and does not wait forever", async () => {
  const { network, posted, body } = setting({ ok: true, status: 204 });
  await post(network, "/room/role", body);
  equal(posted, [["/room/role", "POST", "error", true, ["csrfmiddlewaretoken", "t"], ["id", "bob"]]]);
});

test("what was not accepted is an error that says how", async () => {
  const { network, body } = setting({ ok: false, status: 409 });
  const error = await post(network, "/room/role", body).catch((reason) => reason);
  equal([error instanceof Refused, error.status], [true, 409]);
});
