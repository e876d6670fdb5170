import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The versions of Airlock and Node.js that this process runs. */
export const versions = { airlock: version, node: process.versions.node };
