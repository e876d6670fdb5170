import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { arch, homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Tool } from './table.ts';

const goArch: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Returns the arguments with which `go` builds the executable of a tool. */
export function buildArguments(tool: Tool, executable: string): string[] {
  const ldflags = ['-s', '-w', ...tool.ldflags].join(' ');
  return ['build', '-mod=readonly', '-trimpath', '-ldflags', ldflags, '-o', executable, tool.package];
}

/** Returns the folder of the tool cache. The cache is outside the checkout, so all clones on this machine share it. */
export function cacheFolder(): string {
  return join(resolve(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')), 'airlock', 'toolchain');
}

/**
 * Returns the folder of a tool in the cache. The folder name contains a digest of three inputs: the machine type, the
 * build arguments, and the files in `tool.moduleFolder`. If one of these inputs changes, the tool gets a new folder.
 */
export async function toolFolder(tool: Tool): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([platform(), goArch[arch()] ?? arch(), buildArguments(tool, '')]));
  for (const file of (await readdir(tool.moduleFolder)).sort()) {
    const content = await readFile(join(tool.moduleFolder, file));
    hash.update(JSON.stringify([file, content.length])).update(content);
  }
  return join(cacheFolder(), `${tool.name}-${hash.digest('hex').slice(0, 16)}`);
}
