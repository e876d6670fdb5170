import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname } from 'node:path';

// Runs in the confinement of a sandbox and prints what it can read and undo there.

const [secret = '', open = ''] = process.argv.slice(2);

function contentOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return error.code;
  }
}

const isPid = (name) => /^\d+$/.test(name);
const environment = Object.keys(process.env);
const processes = readdirSync('/proc').filter(isPid).length;
const capabilities = /^CapEff:\s*(\w+)$/m.exec(contentOf('/proc/self/status'))?.[1];
const uncover = `umount ${dirname(secret)}; cat ${secret}`;
const again = spawnSync('/usr/bin/unshare', ['--user', '--map-root-user', '--mount', '/bin/sh', '-c', uncover]);
const unmounted = spawnSync('/usr/bin/umount', [dirname(secret)]).status === 0;
process.stdout.write(
  JSON.stringify({
    secret: contentOf(secret),
    open: contentOf(open),
    interfaces: Object.keys(networkInterfaces()),
    environment,
    processes,
    capabilities,
    unmounted,
    nested: String(again.stdout),
  }),
);
