import type { AuthorizationDetail } from '../../src/domain/approval/authorization-details.ts';
import { escapeForTerminal } from '../../src/lib/escape-for-terminal.ts';

/** What the login page shows. */
export interface LoginPage {
  /** The id of the OIDC client that started the sign-in. */
  clientId: string;
  /** A sentence that says why the last attempt failed. */
  problem?: string;
  /** The user name of the last attempt. The page never shows the password. */
  username?: string;
  /** What the sign-in is for. The caller of the page wrote these texts, so they are not trusted. */
  details?: readonly AuthorizationDetail[] | undefined;
  /** True if the sign-in needs the second code of the user. */
  stepUp?: boolean;
}

/**
 * Returns the login page of the local OIDC provider. The form posts `username` and `password`, and with `stepUp` also
 * `code`, to the URL of the page (application/x-www-form-urlencoded).
 */
export function loginPage({ clientId, problem, username = '', details, stepUp = false }: LoginPage): string {
  const problemHtml = problem ? `<p id="problem" role="alert">${escapeHtml(problem)}</p>` : '';
  const ariaAttributes = problem ? ' aria-describedby="problem" aria-invalid="true"' : '';
  return page(
    'Sign in',
    `<p>Local test provider. <strong>${escapeHtml(clientId)}</strong> asks who you are and which groups you are in.</p>
${detailsHtml(details)}
${problemHtml}
<form method="post" autocomplete="on">
<p><label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus value="${escapeHtml(username)}"${ariaAttributes}></p>
<p><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${ariaAttributes}></p>
${stepUp ? codeField(ariaAttributes) : ''}
<p><button type="submit">Sign in</button></p>
</form>`,
  );
}

/** Returns the page that says why a sign-in failed. */
export function problemPage(problem: string): string {
  return page('Sign-in failed', `<p role="alert">${escapeHtml(problem)}</p>`);
}

function codeField(ariaAttributes: string): string {
  return `<p><label for="code">Second code</label>
<input id="code" name="code" type="password" autocomplete="off" required${ariaAttributes}></p>`;
}

const headings = {
  airlock_decision: 'Decision on a dossier',
  airlock_edit: 'Edit of a dossier',
  airlock_request: 'Request for a change',
} as const;

/** Shows what the sign-in is for. Shows every entry with every field, because the ID token contains all of them. */
function detailsHtml(details: readonly AuthorizationDetail[] | undefined): string {
  if (!details) {
    return '<p role="alert">The program that sent you here did not say what the sign-in is for. Every command of Airlock says it, so do not sign in.</p>';
  }
  const entries = details.map(({ type, ...fields }) => {
    const rows = Object.entries(fields).map(([name, value]) => `<dt>${name}</dt><dd>${untrusted(value)}</dd>`);
    return `<section><h2>${headings[type]}</h2><dl>${rows.join('')}</dl></section>`;
  });
  const purposes = details.length === 1 ? 'the following' : `the following ${String(details.length)} purposes`;
  return `<p>This sign-in is for exactly ${purposes}. Sign in only if you started a command of Airlock and your terminal shows the same.</p>
${entries.join('\n')}`;
}

/** Characters that are invisible or change the order of the text are shown as their code points. */
function untrusted(text: string): string {
  return escapeHtml(escapeForTerminal(text));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Airlock</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 26rem; margin: 3rem auto; padding: 0 1rem; color: #111; background: #fff; }
label { display: block; font-weight: 600; }
input, button { font: inherit; padding: 0.5rem; width: 100%; box-sizing: border-box; border: 2px solid #555; border-radius: 4px; }
button { background: #0b4f9e; color: #fff; border-color: #0b4f9e; cursor: pointer; }
:focus-visible { outline: 3px solid #b35900; outline-offset: 2px; }
section { border: 2px solid #555; border-radius: 4px; padding: 0 0.75rem; margin: 0.75rem 0; }
h2 { font-size: 1.1rem; margin: 0.5rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; white-space: pre-wrap; }
[role=alert] { border-left: 4px solid #b00020; padding-left: 0.75rem; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}
