/**
 * The process of the local OIDC provider: `node provider.ts <state folder> <port>`. The first start generates the keys of
 * the provider and the test users.
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
const users = await readOrCreate(state, 'oidc/users.json', parseTestUsers, newTestUsers);
const keys = await readOrCreate(state, 'oidc/keys/keys.json', parseProviderKeys, newProviderKeys);
const provider = new Provider(`http://127.0.0.1:${port}`, configuration(keys, users));
// Logs internal errors. The provider's errors contain no tokens or passwords.
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
    response.end(
      problemPage(
        'The sign-in failed because of an internal error, which is in the log of the provider. Start again from the command line.',
      ),
    );
  });
}).listen(Number(port), '127.0.0.1');

/** Reads a JSON file. If the file does not exist, creates it with the result of `make`. */
async function readOrCreate<T>(
  stateFolder: StateFolder,
  name: string,
  parse: (value: unknown) => T,
  make: () => T,
): Promise<T> {
  const kept = await stateFolder.readJson(name, parse);
  if (kept !== undefined) return kept;
  const made = make();
  await stateFolder.writeJson(name, made);
  return made;
}
