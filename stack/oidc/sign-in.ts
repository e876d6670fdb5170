import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { loginPage, problemPage } from './login-page.ts';
import { signedIn, type TestUser } from './test-users.ts';

const mostBytes = 4096;

/**
 * Answers the provider's sign-in address. GET shows the form, POST takes it: right, and the browser goes back to the
 * provider; wrong, and the form comes again with what was wrong. Whoever has no sign-in under way gets a sentence.
 */
export async function answerSignIn(
  provider: Provider,
  users: readonly TestUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const client = await clientOf(provider, request, response);
  if (client === undefined) {
    send(response, 400, problemPage('No sign-in is under way here. Start again from the command line.'));
  } else if (request.method === 'GET') {
    send(response, 200, loginPage({ client }));
  } else if (request.method === 'POST') {
    await take(provider, users, { request, response, client });
  } else {
    send(response, 405, problemPage('This address only shows a form and takes it.'));
  }
}

interface Posted {
  request: IncomingMessage;
  response: ServerResponse;
  client: string;
}

async function take(
  provider: Provider,
  users: readonly TestUser[],
  { request, response, client }: Posted,
): Promise<void> {
  const form = await readForm(request);
  if (form === undefined) return send(response, 413, problemPage('What was sent is not this form.'));
  const username = form.get('username') ?? '';
  const user = signedIn(users, username, form.get('password') ?? '');
  if (!user) {
    return send(response, 401, loginPage({ client, username, problem: 'User name or password is wrong.' }));
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.username, remember: false } });
}

/** Id of the client whose sign-in the cookie names, or undefined where there is none (any more). */
async function clientOf(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<string | undefined> {
  try {
    return String((await provider.interactionDetails(request, response)).params['client_id']);
  } catch (error) {
    if ((error as Error).name === 'SessionNotFound') return undefined;
    throw error;
  }
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk); // the rest is read to its end, so that the answer arrives
  }
  return bytes > mostBytes ? undefined : new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // The form's answer ends at the command's own loopback address, on whatever port.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
