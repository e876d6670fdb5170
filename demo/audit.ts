import { readFile } from 'node:fs/promises';

/** A finished write request in the audit log of a target. */
export interface AuditedWrite {
  /** The id of the request in the audit log. */
  auditId: string;
  /** When the API server finished the request, in ISO 8601. */
  at: string;
  /** The username, such as `system:serviceaccount:airlock-system:airlock-read-minter`. */
  user: string;
  /** The Kubernetes verb, such as `patch`. */
  verb: string;
  /** Resource, namespace and name, such as `deployments shop/web`; with a subresource `deployments/scale shop/web`. */
  object: string;
  /** HTTP status of the response; 0 if the log has no status. */
  status: number;
  /** True if the request was a dry run, so the API server stored nothing. */
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
 * Returns the write requests of Airlock from the audit log of a target. These are the requests of every ServiceAccount
 * whose name begins with `airlock-`, such as the minters and the temporary ServiceAccounts that Vault creates. The log
 * also has each read of a Secret, and no other reads. So if Airlock reads a Secret, the result contains this read too.
 * @param since the result contains only requests that finished at this time or later.
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
 * Returns the changes that executions made in the target, such as `patch deployments shop/web`.
 * @param since the result contains only changes that finished at this time or later.
 * @param action if given, the result contains only changes by this action, such as `undo-rollout`.
 */
export async function effectsOf(auditLogFile: string, since: Date, action = ''): Promise<string[]> {
  const effects = (await airlockWrites(auditLogFile, since)).filter(isEffect);
  return effects
    .filter(({ user }) => user.includes(`:airlock-${action}`))
    .map(({ verb, object }) => `${verb} ${object}`);
}

/** Returns true if an execution changed the target with this write. A dry run changes nothing. */
export function isEffect(write: AuditedWrite): boolean {
  return isAcceptedExecutionWrite(write) && !write.dryRun;
}

/** Returns true if an execution sent this write or dry run, and the API server accepted it. */
export function isAcceptedExecutionWrite({ user, status }: AuditedWrite): boolean {
  return executionUser.test(user) && status < 300;
}

/** Matches the usernames of executions. Vault names their ServiceAccounts `airlock-<action>-<8 characters>`. */
const executionUser = /:airlock-(?!read-)[a-z-]+-[a-z0-9]{8}$/;

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
const readLeaseResources = ['serviceaccounts', 'serviceaccounts/token', 'clusterrolebindings'];

/**
 * Returns true if the read minter sent this write to create or end a read lease. Such a write is about the temporary
 * ServiceAccount of the lease, its token or its ClusterRoleBinding. Airlock needs a read lease to read a target.
 */
export function isReadLeaseWrite(write: AuditedWrite): boolean {
  const [resource = '', name = ''] = write.object.split(' ');
  const isReadLeaseName = /^(airlock-system\/)?airlock-read-/.test(name);
  return isReadLeaseName && write.user === readMinter && readLeaseResources.includes(resource);
}
