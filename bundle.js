/**
 * `node bundle.js DIRECTORY` writes what browsers load: one script and one stylesheet for each page, hashed by content, minified.
 *
 * - `static/css/pages/*.css` are the pages, each with its stylesheet; `static/js/pages/` has the script of the same name, if there is one.
 *   A script of that name with `-early` behind it is run without waiting for the rest of the page. One with `-check` is a classic script,
 *   for browsers of any age.
 * - What a script imports with `import()` becomes a chunk of its own. What both use is in one file, `shared`.
 * - `new URL("./worker.js", import.meta.url)` in a module names a worker, which is bundled too.
 * - `static/js/embedding/conference-call.js`, the script for pages of other sites, becomes `embed`, and its name is not hashed.
 * - `manifest.json` says of each page, by name: `style`, `script`, `early`, `check` and `preloads`: chunks that the script imports at once.
 */

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
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

/**
 * Finds what a page's script and its chunks have in common. esbuild makes a chunk for each set of chunks that use the same.
 *
 * @param {string} entry path of a page's script
 * @param {import("esbuild").Plugin[]} plugins
 * @returns {Promise<{own: Set<string>, common: string[]}>} paths of the modules that only the script uses, and of those that chunks use, too
 */
async function split(entry, plugins) {
  const { metafile } = await build({ ...COMMON, ...MODULE, plugins, entryPoints: [entry] });
  const { outputs } = metafile;
  const [script] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint && resolve(entryPoint) === entry);
  const inputs = (/** @type {string} */ path) => Object.keys(outputs[path].inputs).map((input) => resolve(input));
  return { own: new Set(inputs(script)), common: [...reached(script, outputs)].flatMap(inputs) };
}

/**
 * @param {string[]} modules paths
 * @returns {Promise<Map<string, string[][]>>} by path, each name that it exports, and another that is in no other module
 */
async function exported(modules) {
  const { metafile } = await build({ ...COMMON, entryPoints: modules, bundle: false });
  const found = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint);
  return new Map(found.map(({ entryPoint, exports }, module) => [resolve(entryPoint), exports.map((name) => [name, `${name}_${module}`])]));
}

/**
 * Writes modules that a script and its chunks have in common into one file.
 *
 * @param {{own: Set<string>, common: string[]}} modules
 * @param {import("esbuild").Plugin[]} plugins
 * @returns {Promise<{name: string, plugin: import("esbuild").Plugin}>} the file, and what imports from it in place of the modules
 */
async function share({ own, common }, plugins) {
  const names = await exported(common);
  const lines = common.map(
    (path) => `export { ${names.get(path).map(([name, alias]) => `${name} as ${alias}`)} } from "./${relative(SOURCE, path)}";`,
  );
  const stdin = { contents: lines.join("\n"), resolveDir: SOURCE, sourcefile: "shared.js" };
  const { outputFiles } = await build({ ...COMMON, stdin, format: "esm", plugins, entryNames: "shared-[hash]" });
  for (const { path, contents } of outputFiles) await writeFile(join(output, basename(path)), contents);
  const file = basename(outputFiles.find(({ path }) => path.endsWith(".js")).path);
  const setup = (/** @type {import("esbuild").PluginBuild} */ { onLoad, onResolve }) => {
    onResolve({ filter: /^\.\/shared-/ }, ({ path }) => (path === `./${file}` ? { path, external: true } : null));
    onResolve({ filter: /^\.+\// }, ({ path, resolveDir, importer }) => {
      const module = resolve(resolveDir, path);
      // What several chunks import would be a chunk again: each importer gets a list of names of its own.
      return names.has(module) ? { path: module, suffix: own.has(importer) ? "" : `?${relative(SOURCE, importer)}` } : null;
    });
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const list = names.get(path)?.map(([name, alias]) => `${alias} as ${name}`);
      return list ? { contents: `export { ${list} } from "./${file}";` } : null;
    });
  };
  return { name: file, plugin: { name: "shared", setup } };
}

/**
 * Writes a page's script and its chunks.
 *
 * @param {string} page
 * @param {{name: string} | undefined} early
 * @returns {Promise<{script?: string, preloads?: string[]}>} nothing if the page has none
 */
async function scripts(page, early) {
  const path = join(SOURCE, "js/pages", `${page}.js`);
  if (!existsSync(path)) return {};
  const plugins = early ? [workers, made(early)] : [workers];
  const modules = await split(path, plugins);
  const shared = modules.common.length ? await share(modules, plugins) : null;
  const [script] = await write([path], { ...MODULE, plugins: shared ? [shared.plugin, ...plugins] : plugins });
  return { script: script.name, preloads: shared ? [shared.name, ...script.preloads] : script.preloads };
}

const manifest = {};
for (const file of await readdir(join(SOURCE, "css/pages"))) {
  const page = basename(file, ".css");
  const [style] = await write([join(SOURCE, "css/pages", file)]);
  const [early] = await written(`${page}-early.js`, { ...MODULE, splitting: false });
  const [check] = await written(`${page}-check.js`, CLASSIC);
  manifest[page] = { style: style.name, early: early?.name, check: check?.name, ...(await scripts(page, early)) };
}
// For pages of other sites, at an address that stays (`embedding/views.py`).
const { outputFiles } = await build({
  ...COMMON,
  entryPoints: { embed: join(SOURCE, "js/embedding/conference-call.js") },
  sourcemap: false,
  entryNames: "[name]",
});
for (const { path, contents } of outputFiles) await writeFile(join(output, basename(path)), contents);
await writeFile(join(output, "manifest.json"), JSON.stringify(manifest, null, 1));
