import { createBlobs } from '../../src/adapters/postgres/blobs.ts';
import { createRoutingStates } from '../../src/adapters/postgres/routing/routing-states.ts';
import type { Digest } from '../../src/lib/digest.ts';
import { open } from '../../src/governance/open.ts';
import type { Database } from '../execution/database.ts';
import { deployment, dossierOf, incident, observer, safeReport, scalePlan, signed } from '../execution/fixture.ts';
import { journalOf } from '../journal/journal-of.ts';

/** Digests of an incident's documents, by their name in the address. */
export type Documents = Record<'dossiers' | 'reports' | 'evidence', Digest>;

/** Stores the fixture's incident, open and with all documents, as the processes themselves write it. */
export async function seedIncident({ pools }: Database): Promise<Documents> {
  const { serve, observe } = pools;
  const journal = journalOf(serve);
  const seen = journalOf(observe);
  const of = { incident: incident.id, trace: incident.trace };
  const firing = { cluster: 'east', fingerprint: 'f1', status: 'firing', startsAt: incident.startsAt } as const;
  const alert = { ...firing, labels: { alertname: 'TooFew\u001b[2J' }, annotations: {} };
  const routingStates = createRoutingStates(serve, { windowSeconds: 1800, flapLimit: 3 });
  await open({ journal, routingStates }, { incident, alerts: [alert], workflowId: 'wf-1' });
  const plan = scalePlan([deployment('web', 2)], { web: 3 });
  const report = await signed(observer().sign, safeReport(plan));
  const dossier = dossierOf(plan, report, new Date());
  const source = { source: 'Deployment shop/web', at: incident.startsAt, objects: [deployment('web', 2)] };
  const subject = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' };
  const evidence = { version: 'airlock-evidence/1', cluster: 'east', subject };
  const documents = {
    evidence: await createBlobs(observe).put({ ...evidence, observations: [source] }),
    reports: await createBlobs(observe).put(report),
    dossiers: await createBlobs(serve).put(dossier),
  };
  await seen.append({ ...of, kind: 'evidence.collected', message: 'seen', body: { evidence: documents.evidence } });
  await seen.append({ ...of, kind: 'rehearsal.completed', message: 'safe', body: { report: documents.reports } });
  const body = { digest: documents.dossiers, expiresAt: dossier.expiresAt };
  await journal.append({ ...of, kind: 'dossier.offered', message: 'a dossier', body });
  return documents;
}
