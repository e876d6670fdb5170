import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { arch, homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Tool } from './table.ts';

const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Returns the arguments of `go` that build a tool into the file `output`. */
export function buildArguments(tool: Tool, output: string): string[] {
  const ldflags = ['-s', '-w', ...tool.ldflags].join(' ');
  return ['build', '-mod=readonly', '-trimpath', '-ldflags', ldflags, '-o', output, tool.package];
}

/** Returns the folder with all built tools. The folder is outside the checkout, so other clones use the tools too. */
export function cacheFolder(): string {
  return join(resolve(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')), 'airlock', 'parts');
}

/**
 * Returns the folder of a tool in the cache. The folder name contains a digest of the files of the pinned module, the
 * build flags and the machine type. So the tool gets another folder when one of these changes.
 */
export async function toolFolder(tool: Tool): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([platform(), goArch[arch()] ?? arch(), buildArguments(tool, '')]));
  for (const file of (await readdir(tool.module)).sort()) {
    const content = await readFile(join(tool.module, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  return join(cacheFolder(), `${tool.name}-${hash.digest('hex').slice(0, 16)}`);
}
