// Plain JavaScript, because this file must run on Node 20.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Older versions of Node cannot run TypeScript as this repository writes it. */
const oldestMajorVersion = 24;
const digestsFile = new URL('node-digests.json', import.meta.url);

/**
 * Returns the name of the npm package with Node 24 for this platform. Returns undefined if the Node that runs this
 * script is new enough and was not installed by npm in `checkout`: then no package is needed.
 */
export async function neededNodePackage(checkout) {
  const isNew = Number(process.versions.node.split('.')[0]) >= oldestMajorVersion;
  return isNew && !(await isInside(checkout)) ? undefined : `node-${process.platform}-${process.arch}`;
}

/**
 * Returns the path of a Node >= 24. This is the Node that runs this script (the first `node` on PATH), if it is new
 * enough. Else it is the Node of the npm package. Its SHA-256 digest must be the one in bin/node-digests.json, which was
 * computed from the package that package-lock.json pins. Otherwise this function throws, and nobody runs the file.
 */
export async function findNode(checkout) {
  const name = await neededNodePackage(checkout);
  if (name === undefined) return process.execPath;
  const expected = JSON.parse(await readFile(digestsFile, 'utf8'))[name]?.sha256;
  if (expected === undefined)
    throw new Error(
      `Node ${process.versions.node} is too old, and ${name} is not in package-lock.json: ${installNode}`,
    );
  const file = join(checkout, 'node_modules', name, 'bin', 'node');
  const found = await sha256(file);
  if (found !== expected) {
    throw new Error(
      `${file} was not run, because it is not the file of the locked npm package ${name} (its SHA-256 digest is ` +
        `${found}, bin/node-digests.json says ${expected}). Find out who changed the file. Then delete the folder ` +
        `node_modules and try again, or ${installNode}`,
    );
  }
  return file;
}

const installNode = `install Node ${oldestMajorVersion} or newer (https://nodejs.org) and put it on PATH`;

/** Returns true if the running Node is a file of `node_modules`. `npm run` puts node_modules/.bin first on PATH. */
async function isInside(checkout) {
  const folder = await realpath(join(checkout, 'node_modules')).catch(() => undefined);
  return folder !== undefined && (await realpath(process.execPath)).startsWith(folder + sep);
}

async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash).catch((error) => {
    throw new Error(`${file} cannot be read (${error.message}): delete the folder node_modules and try again`);
  });
  return hash.digest('hex');
}
