import { kindOf, type Kind } from '../domain/kubernetes/resource-mapping.ts';

/** A kind that this plane reads by name. @throws TypeError where domain/kinds.ts does not have it: a defect. */
export function knownKind(apiVersion: string, name: string): Kind {
  const found = kindOf(apiVersion, name);
  if (!found) throw new TypeError(`domain/kinds.ts has no ${apiVersion} ${name}`);
  return found;
}
