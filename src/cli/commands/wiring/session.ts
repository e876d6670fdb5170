import { signIn } from '../../../adapters/oidc/sign-in.ts';
import type { Dossier } from '../../../domain/approval/dossier.ts';
import { renderDossier } from '../../render/dossier.ts';
import { terminalOf } from '../../render/terminal.ts';
import { connect } from './connect.ts';

const lineWriter = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

/**
 * Connects to the API. Returns the connection, the sign-in function, and the functions that render and print, for the
 * commands `approve`, `deny`, `edit`, `request` and `undo`.
 * @throws AirlockError the errors of `connect`.
 */
export async function openSession() {
  return {
    ...(await connect()),
    signIn,
    out: lineWriter(process.stdout),
    err: lineWriter(process.stderr),
    renderDossier: (dossier: Dossier) => renderDossier(dossier, { terminal: terminalOf(process.stderr), wide: false }),
  };
}
