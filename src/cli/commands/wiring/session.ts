import { signIn } from '../../../adapters/oidc/sign-in.ts';
import type { Dossier } from '../../../domain/approval/dossier.ts';
import { renderDossier } from '../../render/dossier.ts';
import { terminalOf } from '../../render/terminal.ts';
import { connect } from './connect.ts';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

/**
 * Returns what `approve`, `deny`, `edit`, `request` and `undo` need: the connection, the sign-in, and functions that
 * print.
 */
export async function openSession() {
  return {
    ...(await connect()),
    signIn,
    out: line(process.stdout),
    err: line(process.stderr),
    renderDossier: (dossier: Dossier) => renderDossier(dossier, { terminal: terminalOf(process.stderr), wide: false }),
  };
}
