/**
 * `node bundle.js DIRECTORY` writes what browsers load: one script and one stylesheet for each page, hashed by content, minified.
 *
 * - `static/css/pages/*.css` are the pages, each with its stylesheet; `static/js/pages/` has the script of the same name, if there is one.
 *   A script of that name with `-early` behind it is run without waiting for the rest of the page. One with `-check` is a classic script,
 *   for browsers of any age.
 * - What a script imports with `import()` becomes a chunk of its own.
 * - `new URL("./worker.js", import.meta.url)` in a module names a worker, which is bundled too.
 * - `manifest.json` says of each page, by name: `style`, `script`, `early`, `check` and `preloads`: chunks that the script imports at once.
 */

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build } from "esbuild";

const SOURCE = join(import.meta.dirname, "static");
/** The oldest browsers for which the pages are made (docs/browsers.md). */
const TARGET = ["chrome123", "firefox125", "safari17.5"];
const WORKER = /new URL\("(\.[^"]+)", import\.meta\.url\)/g;

const output = process.argv[2];
/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  ...{ bundle: true, minify: true, sourcemap: "linked", metafile: true, target: TARGET },
  // Names are hashed with the paths in source maps: they must not depend on where this writes.
  ...{ outdir: join(import.meta.dirname, "bundles"), write: false },
  ...{ entryNames: "[name]-[hash]", chunkNames: "[name]-[hash]" },
};

/**
 * @param {string[]} entries paths of modules or stylesheets that share chunks
 * @param {import("esbuild").BuildOptions} [options]
 * @returns {Promise<{name: string, preloads: string[]}[]>} of each the file that was written, and those it imports at once
 */
async function write(entries, options) {
  const { metafile, outputFiles } = await build({ ...COMMON, entryPoints: entries, ...options });
  for (const { path, contents } of outputFiles) await writeFile(join(output, basename(path)), contents);
  return entries.map((entry) => {
    const [path] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint && resolve(entryPoint) === entry);
    return { name: basename(path), preloads: [...reached(path, metafile.outputs)].map((one) => basename(one)) };
  });
}

/**
 * @param {string} path of an output
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {Set<string>} [found]
 * @returns {Set<string>} the chunks that it imports at once, and what these do
 */
function reached(path, outputs, found = new Set()) {
  const imports = outputs[path].imports.filter((one) => one.kind === "import-statement" && !one.external && !found.has(one.path));
  for (const one of imports) reached(one.path, outputs, found.add(one.path));
  return found;
}

/** @type {import("esbuild").Plugin} */
const workers = {
  name: "workers",
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const names = new Map();
      for (const [, source] of text.matchAll(WORKER)) names.set(source, (await write([resolve(dirname(path), source)], MODULE))[0].name);
      return { contents: text.replace(WORKER, (_, source) => `new URL("./${names.get(source)}", import.meta.url)`) };
    });
  },
};

/** @type {import("esbuild").BuildOptions} */
const MODULE = { format: "esm", splitting: true, plugins: [workers] };
/** @type {import("esbuild").BuildOptions} */
const CLASSIC = { target: "es5" };

/**
 * @param {string} name of a script in `pages/`, if there is one
 * @param {import("esbuild").BuildOptions} options
 */
async function written(name, options) {
  const path = join(SOURCE, "js/pages", name);
  return existsSync(path) ? await write([path], options) : [];
}

/**
 * A page's script does not bundle the early script again but imports its file, which waits for no other. Modules that both use are in
 * both, so these must keep no state of their own.
 *
 * @param {{name: string}} early
 * @returns {import("esbuild").Plugin}
 */
function made(early) {
  return { name: "early", setup: ({ onResolve }) => onResolve({ filter: /-early\.js$/ }, () => ({ path: `./${early.name}`, external: true })) };
}

const manifest = {};
for (const file of await readdir(join(SOURCE, "css/pages"))) {
  const page = basename(file, ".css");
  const [style] = await write([join(SOURCE, "css/pages", file)]);
  const [early] = await written(`${page}-early.js`, { ...MODULE, splitting: false });
  const [script] = await written(`${page}.js`, early ? { ...MODULE, plugins: [workers, made(early)] } : MODULE);
  const [check] = await written(`${page}-check.js`, CLASSIC);
  manifest[page] = { style: style.name, script: script?.name, early: early?.name, check: check?.name, preloads: script?.preloads };
}
await writeFile(join(output, "manifest.json"), JSON.stringify(manifest, null, 1));
