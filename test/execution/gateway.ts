import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createChallenges } from '../../src/adapters/postgres/ledger/challenges.ts';
import { createJournalReader } from '../../src/adapters/postgres/journal/journal.ts';
import { createLedger } from '../../src/adapters/postgres/ledger/ledger.ts';
import type { LeaseTimes } from '../../src/adapters/postgres/ledger/object-locks.ts';
import { createRowMacs } from '../../src/adapters/vault/row-macs.ts';
import type { Pool } from '../../src/adapters/postgres/pool.ts';
import type { Verb } from '../../src/domain/approval/decision.ts';
import { omitUndefined } from '../../src/lib/omit-undefined.ts';
import type { Digest } from '../../src/lib/digest.ts';
import type { Dossier } from '../../src/domain/approval/dossier.ts';
import type { Direction, ExecutionResult, PrepareAnswer } from '../../src/domain/execution/execution.ts';
import type { JournalRecord } from '../../src/domain/journal/journal.ts';
import type { Phases } from '../../src/domain/policy/phase.ts';
import type { Report } from '../../src/domain/rehearsal/report.ts';
import type { Verdict } from '../../src/domain/policy/verdict.ts';
import type { GatewayDeps } from '../../src/execution/activities.ts';
import { admitDecision } from '../../src/execution/admission/admit-decision.ts';
import { execute } from '../../src/execution/execute.ts';
import { prepare } from '../../src/execution/prepare.ts';
import type { Grants } from '../../src/execution/ports.ts';
import type { Database } from './database.ts';
import { anySignIn, approverGroups, incident, signed, type ReportKey } from './fixture.ts';
import type { TestIssuer } from './admission/issuer.ts';
import { admissionDeps } from './admissions.ts';
import type { VaultRequester } from '../../src/platform/vault/vault-client.ts';

/** What a test controls. Everything else is real. */
export interface GatewayInput {
  database: Database;
  /** Sends requests to Vault with the gateway's identity. */
  vault: VaultRequester;
  /** Gets what the gateway logs as an error. */
  onError?: (message: string) => void;
  issuer: TestIssuer;
  grants: Grants;
  reportKey: ReportKey;
  now: () => Date;
  /** How long a lock on an object lasts; as in production by default. */
  leaseTimes?: LeaseTimes;
  verdict: () => Verdict;
}

/** The gateway's activities on a real database, called as a workflow calls them. */
export interface Gateway {
  deps: GatewayDeps;
  store(dossier: Dossier): Promise<Digest>;
  approve(dossier: Digest, subject: string, verb?: Verb): Promise<void>;
  prepare(dossier: Digest): Promise<PrepareAnswer>;
  /** Signs and stores a preflight report. */
  storePreflight(prepared: PrepareAnswer, report: Report, change?: object): Promise<Digest>;
  execute(dossier: Digest, direction: Direction, report?: Digest): Promise<ExecutionResult>;
  journal(): Promise<JournalRecord[]>;
}

const phases: Phases = { default: 'limited', scopes: [] };

/** @param pool another pool of the gateway's role, for a second gateway process. */
export function createTestGateway(input: GatewayInput, pool: Pool = input.database.pools.gateway): Gateway {
  const { database, issuer, reportKey } = input;
  const macs = createRowMacs(input.vault);
  const admission = admissionDeps(input, pool);
  const deps: Gateway['deps'] = {
    blobs: createBlobs(pool),
    ...admission,
    ...anySignIn,
    challenges: createChallenges(pool, macs),
    ledger: createLedger(pool, macs, omitUndefined({ clock: input.now, times: input.leaseTimes })),
    clock: input.now,
    log: { error: (_about: unknown, message?: string) => input.onError?.(message ?? '') },
    recordsOf: async (id) => (await admission.signedJournal.recordsOf(id)).records,
    reports: reportKey.reports,
    policy: { verdict: async () => input.verdict() },
    phases: async () => phases,
    clusters: [{ name: 'east', class: 'production', namespaceClasses: {} }],
    approverGroups,
    requesterGroups: approverGroups.low,
    maxDossierSeconds: { low: 600, medium: 600, high: 600 },
    grants: input.grants,
    redact: async (_cluster, objects) => objects,
    span: (_name, _attributes, work) => work(),
  };
  return {
    deps,
    store: (dossier) => deps.blobs.put(dossier),
    async approve(dossier, subject, verb = 'approve') {
      const decision = await issuer.decide(dossier, subject, verb);
      const answer = await admitDecision(deps, { incident: incident.id, trace: incident.trace, decision });
      if ('refused' in answer) throw new Error(answer.refused);
    },
    prepare: (dossier) => prepare(deps, { incident, dossier }),
    async storePreflight(prepared, report, change = {}) {
      const given = prepared.ready ? { challenge: prepared.challenge, execution: prepared.execution } : {};
      const takenAt = input.now().toISOString();
      return deps.blobs.put(await signed(reportKey.sign, report, { takenAt, ...given, ...change }));
    },
    execute: (dossier, direction, report) => execute(deps, omitUndefined({ incident, dossier, direction, report })),
    journal: () => createJournalReader(database.pools.serve).read(incident.id),
  };
}
