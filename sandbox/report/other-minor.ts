/** True if two values of `gitVersion`, such as `v1.35.4`, have different minor versions. */
export function minorVersionsDiffer(target: string, sandbox: string): boolean {
  const minor = (version: string): string => /^v?\d+\.\d+/.exec(version)?.[0].replace('v', '') ?? version;
  return minor(target) !== minor(sandbox);
}
