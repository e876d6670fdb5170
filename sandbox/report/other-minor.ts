/** True when two `gitVersion`s (`v1.35.4`) are not of the same minor release. */
export function otherMinor(target: string, sandbox: string): boolean {
  const minor = (version: string): string => /^v?\d+\.\d+/.exec(version)?.[0].replace('v', '') ?? version;
  return minor(target) !== minor(sandbox);
}
