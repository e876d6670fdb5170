import { proofOfEdit } from '../../domain/approval/edit.ts';
import type { Dossier } from '../../domain/approval/dossier.ts';
import type { Person, ProofOf } from '../../domain/approval/decision-token.ts';
import { proofOfRequest } from '../../domain/approval/request.ts';
import type { Facts } from '../checks/facts.ts';
import type { Ask, Asks } from '../ports.ts';
import { proveAgain, type ProveDeps } from './verify-token.ts';

export interface RequestersDeps extends ProveDeps {
  asks: Asks;
}

/**
 * Everybody whose approval of a dossier cannot count: those it names, and those whose requests and edits for its incident
 * the gateway admitted itself, whatever the dossier says. Each of these proofs is verified again.
 * @param until ISO 8601: what was asked later does not take an approval back that had carried by then.
 * @throws AirlockError `proof-corrupt`.
 */
export async function requestersOf(
  deps: RequestersDeps,
  { incident, requesters }: Pick<Dossier, 'incident' | 'requesters'>,
  until?: string,
): Promise<Person[]> {
  const asks = await deps.asks.ofIncident(incident);
  const counted = asks.filter(({ admittedAt }) => until === undefined || admittedAt <= until);
  const own = await Promise.all(
    counted.map(async (ask) => {
      const { iss: issuer, sub: subject } = await proveAgain(deps, { ...proofOfAsk(ask), what: ask.incident }, ask);
      return { issuer, subject };
    }),
  );
  return [...requesters, ...own];
}

function proofOfAsk(ask: Ask): ProofOf {
  return ask.kind === 'request' ? proofOfRequest(ask.request) : proofOfEdit(ask.edit);
}

/** A dossier whose parameters somebody changed is void, but not for what it had begun before. */
export async function notVoided({ digest, begun }: Facts, { asks }: RequestersDeps): Promise<string[]> {
  if (begun) return [];
  const edit = await asks.editOf(digest);
  return edit ? [voidedBy(edit)] : [];
}

/** Why a dossier is void that was edited. */
export function voidedBy({ subject }: Person): string {
  return `the dossier is void: ${subject} changed its parameters, so there is another`;
}
