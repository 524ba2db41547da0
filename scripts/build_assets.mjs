// SPDX-License-Identifier: Apache-2.0
// Bundles admin_ui/assets/ into admin_ui/static/dist/ under content-hashed names, with manifest.json beside them.
//
// How the size was chosen: Tabler's style sheet goes in whole (about 80 KB compressed) and is not purged against our
// templates, because modules bring pages of their own that nobody has seen when this runs. Script is tree-picked:
// htmx, its SSE extension and six Bootstrap components instead of Tabler's whole bundle. Icons are a sprite of the
// names in icons.txt instead of the web font (which is 800 KB). The build fails above BUDGET.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ASSETS = join(ROOT, "admin_ui", "assets");
const DIST = join(ROOT, "admin_ui", "static", "dist");
const ICONS = join(ROOT, "node_modules", "@tabler", "icons", "icons");
const BUDGET = 250 * 1024; // first load, gzip, all files together

function iconNames() {
  const lines = readFileSync(join(ASSETS, "icons.txt"), "utf8").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
}

/** Icons that bundled modules name in their module.toml. */
function moduleIconNames() {
  const plugins = join(ROOT, "plugins");
  if (!existsSync(plugins)) return [];
  return readdirSync(plugins, { recursive: true })
    .filter((path) => path.endsWith("module.toml"))
    .map((path) => /^\s*icon\s*=\s*"([a-z0-9-]+)"/m.exec(readFileSync(join(plugins, path), "utf8"))?.[1])
    .filter(Boolean);
}

function iconFile(name) {
  const filled = name.endsWith("-filled");
  return join(ICONS, filled ? "filled" : "outline", `${filled ? name.slice(0, -"-filled".length) : name}.svg`);
}

function symbol(name) {
  const svg = readFileSync(iconFile(name), "utf8");
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg)[1];
  const shapes = inner
    .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
    .replace(/\s*\n\s*/g, "");
  // stroke-width is left to the page's CSS (`.icon`), which the sprite inherits.
  const paint = name.endsWith("-filled")
    ? 'fill="currentColor" stroke="none"'
    : 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"';
  return `<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${shapes}</symbol>`;
}

function sprite() {
  const own = iconNames();
  const unknown = own.filter((name) => !existsSync(iconFile(name)));
  if (unknown.length) throw new Error(`icons.txt names icons that Tabler does not have: ${unknown.join(", ")}`);
  const fromModules = moduleIconNames().filter((name) => {
    if (existsSync(iconFile(name))) return true;
    console.warn(`a module.toml names the icon "${name}", which Tabler does not have; it will be shown as "puzzle"`);
    return false;
  });
  const names = [...new Set([...own, ...fromModules])].sort();
  return `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`;
}

async function bundles() {
  const entries = readdirSync(ASSETS).filter((name) => /\.(js|css)$/.test(name));
  const result = await build({
    entryPoints: entries.map((name) => join(ASSETS, name)),
    outdir: DIST,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    legalComments: "eof",
    loader: { ".svg": "dataurl", ".woff2": "dataurl" },
    nodePaths: [join(ROOT, "node_modules")],
    logLevel: "warning",
  });
  return result.outputFiles.map((file) => [file.path.slice(DIST.length + 1), Buffer.from(file.contents)]);
}

const files = [...(await bundles()), ["icons.svg", Buffer.from(sprite())]].sort();
const fresh = `${DIST}.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
const manifest = {};
let total = 0;
for (const [name, content] of files) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const hashed = name.replace(/(\.[^.]+)$/, `-${hash}$1`);
  const gzip = gzipSync(content, { level: 9 });
  const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } });
  writeFileSync(join(fresh, hashed), content);
  writeFileSync(join(fresh, `${hashed}.gz`), gzip);
  writeFileSync(join(fresh, `${hashed}.br`), brotli);
  manifest[name] = hashed;
  total += gzip.length;
  console.log(`${hashed}: ${content.length} bytes, gzip ${gzip.length}, brotli ${brotli.length}`);
}
writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
console.log(`together ${total} bytes gzip of ${BUDGET}`);
if (total > BUDGET) throw new Error(`the first load is ${total} bytes compressed, more than ${BUDGET}`);
// Swapped as a whole: a running server never sees a manifest without its files.
rmSync(`${DIST}.old`, { recursive: true, force: true });
if (existsSync(DIST)) renameSync(DIST, `${DIST}.old`);
renameSync(fresh, DIST);
rmSync(`${DIST}.old`, { recursive: true, force: true });
