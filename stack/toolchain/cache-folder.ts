import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { arch, homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Part } from './table.ts';

const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Arguments of `go` that build a part into `output`. */
export function buildArguments(part: Part, output: string): string[] {
  const ldflags = ['-s', '-w', ...part.ldflags].join(' ');
  return ['build', '-mod=readonly', '-trimpath', '-ldflags', ldflags, '-o', output, part.package];
}

/** Where built parts are kept: outside of the checkout, so that a second clone finds them. */
export function cacheFolder(): string {
  return join(resolve(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')), 'airlock', 'parts');
}

/** Folder of a part as it is pinned now: another pin, another flag or another machine type is another folder. */
export async function partFolder(part: Part): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([platform(), goArch[arch()] ?? arch(), buildArguments(part, '')]));
  for (const file of (await readdir(part.module)).sort()) {
    const content = await readFile(join(part.module, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  return join(cacheFolder(), `${part.name}-${hash.digest('hex').slice(0, 16)}`);
}
