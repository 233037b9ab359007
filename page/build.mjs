// node build.mjs FOLDER: bundles src/ into page.js, page.css and the licences of the packages that are in it.
import { readFileSync, writeFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const made = process.argv[2];
const shared = { bundle: true, minify: true, charset: "utf8", legalComments: "none", absWorkingDir: here };

const { metafile } = await build({
  ...shared,
  entryPoints: ["src/main.ts"],
  outfile: join(made, "page.js"),
  format: "iife",
  target: "es2022",
  metafile: true,
});
await build({ ...shared, entryPoints: ["src/page.css"], outfile: join(made, "page.css") });

const packages = new Set();
for (const path of Object.keys(metafile.inputs)) {
  const inside = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (inside) packages.add(inside[1]);
}
const notices = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (!file) throw new Error(`${name} has no licence file`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync(join(made, "licences.txt"), notices.join("\n" + "-".repeat(72) + "\n\n"));
