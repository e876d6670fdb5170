/** Returns true if two Kubernetes versions have different minor versions, such as `v1.35.4` and `v1.36.0`. */
export function minorVersionsDiffer(targetVersion: string, sandboxVersion: string): boolean {
  const withoutPatch = (version: string): string => /^v?\d+\.\d+/.exec(version)?.[0].replace('v', '') ?? version;
  return withoutPatch(targetVersion) !== withoutPatch(sandboxVersion);
}
