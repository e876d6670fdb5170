import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** Versions of Airlock and Node in this process, for `airlock status`. */
export const versions = { airlock: version, node: process.versions.node };
