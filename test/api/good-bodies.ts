import type { Decision } from '../../src/domain/approval/decision.ts';
import { digestOf } from '../../src/lib/digest.ts';
import type { Edit } from '../../src/domain/approval/edit.ts';
import type { SubmittedRequest, RequestedChange } from '../../src/domain/approval/request.ts';
import { decideAlone } from '../decide-alone.ts';
import { webhook } from './api-under-test.ts';

const content = { dossier: digestOf('x'), verb: 'approve', reason: 'looks right' } as const;
const decision: Decision = { ...decideAlone(content), token: 'aaaa.bbbb.cccc' };

const data = { status: 'firing', labels: { alertname: 'x' }, annotations: {}, startsAt: '2026-11-21T12:00:00Z' };
const event = {
  specversion: '1.0',
  id: 'e-1',
  source: '/east',
  type: 'dev.airlock.alert.v1',
  subject: 'shop/web',
  data,
};

const requested: RequestedChange = {
  kind: 'playbook',
  playbook: 'add-capacity',
  parameters: { namespace: 'shop', deployment: 'web', to: 6 },
};
/** A request for a playbook, with a token that nobody signed. */
export const request: SubmittedRequest = { cluster: 'east', requested, reason: 'looks right', token: 'aaaa.bbbb.cccc' };
/** An edit of an unknown dossier, with a token that nobody signed. */
export const edit: Edit = {
  dossier: digestOf('x'),
  parameters: { to: 6 },
  reason: 'looks right',
  token: 'aaaa.bbbb.cccc',
};

/** A valid body for each route, by address and media type. Bad bodies are made from it, member by member. */
export const goodBodies: Record<string, Record<string, object>> = {
  '/v1/alerts/alertmanager': { 'application/json': webhook() },
  '/v1/alerts/cloudevents': { 'application/cloudevents+json': event, 'application/json': data },
  '/v1/incidents/:id/decisions': { 'application/json': decision },
  '/v1/incidents/:id/edits': { 'application/json': edit },
  '/v1/requests': { 'application/json': request },
};
