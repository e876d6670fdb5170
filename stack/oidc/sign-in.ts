import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { loginPage, problemPage } from './login-page.ts';
import { findUser, type TestUser } from './test-users.ts';

/** Largest accepted form, bytes. */
const maxBytes = 4096;

/**
 * Handles requests to the sign-in URL. GET shows the form. POST checks the name and the password. If both are right,
 * the sign-in is finished. Otherwise the browser gets the form again, with an error text. A request without a running
 * sign-in, a request with another method, and a form that is too large get an error page.
 */
export async function answerSignIn(
  provider: Provider,
  users: readonly TestUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const client = await clientOf(provider, request, response);
  if (client === undefined) {
    send(response, 400, problemPage('There is no running sign-in. Start again from the command line.'));
  } else if (request.method === 'GET') {
    send(response, 200, loginPage({ client }));
  } else if (request.method === 'POST') {
    await checkForm(provider, users, { request, response, client });
  } else {
    send(response, 405, problemPage('This page accepts GET and POST only.'));
  }
}

interface PostedForm {
  request: IncomingMessage;
  response: ServerResponse;
  client: string;
}

async function checkForm(
  provider: Provider,
  users: readonly TestUser[],
  { request, response, client }: PostedForm,
): Promise<void> {
  const form = await readForm(request);
  if (form === undefined) return send(response, 413, problemPage('The form is too large.'));
  const username = form.get('username') ?? '';
  const user = findUser(users, username, form.get('password') ?? '');
  if (!user) {
    return send(response, 401, loginPage({ client, username, problem: 'User name or password is wrong.' }));
  }
  await provider.interactionFinished(request, response, { login: { accountId: user.username, remember: false } });
}

/**
 * Returns the id of the OIDC client of the sign-in that the request's cookie names; undefined if there is no such
 * sign-in.
 */
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
    // The rest of a larger form is read and dropped: a browser reads the response only after it has sent the whole
    // form.
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // The last redirect of a sign-in leads to the CLI, which listens on 127.0.0.1 on a random port.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self' http://127.0.0.1:*; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
