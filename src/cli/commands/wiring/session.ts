import { signIn } from '../../../adapters/oidc/sign-in.ts';
import type { Dossier } from '../../../domain/approval/dossier.ts';
import { renderDossier } from '../../render/dossier.ts';
import { terminalOf } from '../../render/terminal.ts';
import { connect } from './connect.ts';

const line = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(`${text}\n`);

/** A person who decides or requests: the connection, the sign-in, results on standard output, notices on standard error. */
export async function openSession() {
  return {
    ...(await connect()),
    signIn,
    out: line(process.stdout),
    err: line(process.stderr),
    renderDossier: (dossier: Dossier) => renderDossier(dossier, { terminal: terminalOf(process.stderr), wide: false }),
  };
}
