/**
 * The local OIDC provider, a process of its own: `node provider.ts <state folder> <port>`. It makes its keys and its
 * test users where there are none yet; the folder of the keys is its alone.
 */
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { openState, type StateFolder } from '../state/state.ts';
import { configuration } from './configuration.ts';
import { newProviderKeys, parseProviderKeys } from './keys.ts';
import { problemPage } from './login-page.ts';
import { answerSignIn } from './sign-in.ts';
import { newTestUsers, parseTestUsers } from './test-users.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const state = await openState(folder);
await state.folder('oidc/keys');
const users = await kept(state, 'oidc/users.json', parseTestUsers, newTestUsers);
const keys = await kept(state, 'oidc/keys/keys.json', parseProviderKeys, newProviderKeys);
const provider = new Provider(`http://127.0.0.1:${port}`, configuration(keys, users));
// Whatever goes wrong inside is told here; tokens and passwords are in none of the provider's errors.
provider.on('server_error', (_ctx, error) => {
  console.error(error);
});
const answer = provider.callback();

createServer((request, response) => {
  const answered = request.url?.startsWith('/interaction/')
    ? answerSignIn(provider, users, request, response)
    : answer(request, response);
  answered.catch((error: unknown) => {
    console.error(error);
    response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
    response.end(problemPage('The sign-in broke off. The provider has logged why; start again from the command line.'));
  });
}).listen(Number(port), '127.0.0.1');

/** What the file holds, or what `make` makes for it. */
async function kept<T>(from: StateFolder, name: string, parse: (value: unknown) => T, make: () => T): Promise<T> {
  const there = await from.readJson(name, parse);
  if (there !== undefined) return there;
  const made = make();
  await from.writeJson(name, made);
  return made;
}
