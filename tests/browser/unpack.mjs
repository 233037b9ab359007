// node unpack.mjs FOLDER: unpacks what the package ships into a folder.
import { createReadStream, createWriteStream, readdirSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createBrotliDecompress } from "node:zlib";

const from = fileURLToPath(new URL("./node_modules/@sparticuz/chromium/bin", import.meta.url));
for (const name of readdirSync(from).filter((one) => one.endsWith(".br"))) {
  const to = join(process.argv[2], name.slice(0, -3));
  await pipeline(createReadStream(join(from, name)), createBrotliDecompress(), createWriteStream(to));
}
