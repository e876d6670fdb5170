import { readFile } from 'node:fs/promises';

/** A write request in the audit log of a target. The API server logs a request after it has finished the request. */
export interface AuditedWrite {
  /** The id of the request in the audit log. */
  auditId: string;
  /** The time at which the API server had finished the request. */
  at: string;
  user: string;
  verb: string;
  /** Such as `deployments shop/web`, or `deployments/scale shop/web` with a subresource. */
  object: string;
  status: number;
  /** True for a dry run: the API server stored nothing. */
  dryRun: boolean;
}

interface AuditEvent {
  auditID: string;
  stageTimestamp: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  objectRef?: { resource: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code: number };
}

/**
 * Reads the audit log of a target's API server. Airlock cannot write to this log. Returns the write requests from the
 * time `since` on, of all ServiceAccounts named `airlock-...`: of the installed ones, such as the minters, and of the
 * temporary ones that Vault creates.
 */
export async function airlockWrites(auditLogFile: string, since: Date): Promise<AuditedWrite[]> {
  const text = await readFile(auditLogFile, 'utf8');
  // The last line can be incomplete.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines
    .filter((line) => line.includes(':airlock-'))
    .map((line) => JSON.parse(line) as AuditEvent)
    .filter(
      (event) =>
        new Date(event.stageTimestamp) >= since && /^system:serviceaccount:[^:]+:airlock-/.test(event.user.username),
    )
    .map(toAuditedWrite);
}

/**
 * Returns the changes that executions made from the time `since` on, such as `patch deployments shop/web`.
 * @param action if given, only executions of this action count. Give the action if other incidents run in the same
 * cluster at the same time.
 */
export async function effectsOf(auditLogFile: string, since: Date, action = ''): Promise<string[]> {
  const effects = (await airlockWrites(auditLogFile, since)).filter(isEffect);
  return effects
    .filter(({ user }) => user.includes(`:airlock-${action}`))
    .map(({ verb, object }) => `${verb} ${object}`);
}

/** Returns true if an execution changed the target with this write. Dry runs do not count. */
export function isEffect(write: AuditedWrite): boolean {
  return isExecutionWrite(write) && !write.dryRun;
}

/** Returns true if an execution sent this write and the API server accepted it. Dry runs count too. */
export function isExecutionWrite({ user, status }: AuditedWrite): boolean {
  return mintedName.test(user) && status < 300;
}

/** Names of ServiceAccounts that Vault mints for executions: `airlock-<action>-<8 characters>`. */
const mintedName = /:airlock-(?!read-)[a-z-]+-[a-z0-9]{8}$/;

function toAuditedWrite(event: AuditEvent): AuditedWrite {
  const { auditID: auditId, stageTimestamp, verb, requestURI, user, objectRef: ref, responseStatus } = event;
  const resource = [ref?.resource, ref?.subresource].filter(Boolean).join('/');
  const name = [ref?.namespace, ref?.name].filter(Boolean).join('/');
  return {
    auditId,
    at: stageTimestamp,
    user: user.username,
    verb,
    object: `${resource} ${name}`.trim(),
    status: responseStatus?.code ?? 0,
    dryRun: requestURI.includes('dryRun=All'),
  };
}

const readMinter = 'system:serviceaccount:airlock-system:airlock-read-minter';
const leaseObjects = ['serviceaccounts', 'serviceaccounts/token', 'clusterrolebindings'];

/**
 * Returns true if the write creates or removes a part of a read lease: the temporary ServiceAccount, its token or its
 * binding. When Airlock reads a cluster, it causes no other writes.
 */
export function isReadLease(write: AuditedWrite): boolean {
  const [resource = '', name = ''] = write.object.split(' ');
  const isLeaseName = /^(airlock-system\/)?airlock-read-/.test(name);
  return isLeaseName && write.user === readMinter && leaseObjects.includes(resource);
}
