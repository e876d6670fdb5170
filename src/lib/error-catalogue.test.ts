import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { errorCatalogue, isErrorCode } from './error-catalogue.ts';
import { AirlockError } from './error.ts';
import { errorsPage } from './errors/errors-page.ts';

const root = new URL('../../', import.meta.url).pathname;
const sources = await sourcesThatThrow();
const entries = Object.entries(errorCatalogue);

/** Production code but the catalogue itself, without the places that only compare codes. */
async function sourcesThatThrow(): Promise<string> {
  const texts: string[] = [];
  for await (const path of glob('{src,clusters,sandbox,stack,workflows,demo}/**/*.ts', { cwd: root })) {
    if (path.endsWith('.test.ts') || /^src\/lib\/(error-catalogue|errors\/)/.test(path)) continue;
    texts.push(await readFile(root + path, 'utf8'));
  }
  const comparisons = /[=!]== '[a-z-]+'|\[[^\]]*\]\.includes\(/g;
  return texts.join('\n').replace(comparisons, '');
}

/** Codes as written, and those that `unavailable('journal')` and `inTransaction(pool, 'routing', ...)` make. */
function thrownCodes(): Set<string> {
  const written = [...sources.matchAll(/'([a-z]+(?:-[a-z]+)*)'/g)].map(([, code]) => code ?? '');
  const stores = [...sources.matchAll(/(?:unavailable\(|inTransaction\(\w+, )'([a-z-]+)'/g)].map(([, store]) => store);
  return new Set([...written, ...stores.flatMap((store) => [`${store}-unavailable`, `${store}-rejected`])]);
}

describe('the catalogue of errors', () => {
  it('is what docs/errors.md shows', async () => {
    const page = await readFile(`${root}docs/errors.md`, 'utf8');
    assert.equal(page, errorsPage(), 'run `npm run docs:errors`');
  });

  it('has no code that nothing throws', () => {
    const thrown = thrownCodes();
    assert.deepEqual(entries.map(([code]) => code).filter((code) => !thrown.has(code)), []); // prettier-ignore
  });

  it('has every code that is thrown', () => {
    const thrown = [...sources.matchAll(/(?:\bcode: |\b(?:refused|refusal)\(\s*)'([a-z-]+)'/g)].map(([, code]) => code);
    const own = thrown.filter((code) => code !== 'custom'); // an issue of zod's
    assert.ok(own.length > 100, `${own.length} places throw`);
    assert.deepEqual(own.filter((code) => !isErrorCode(code ?? '')), []); // prettier-ignore
  });

  it('has kebab-case codes and a summary for each', () => {
    for (const [code, { summary }] of entries) {
      assert.match(code, /^[a-z]+(-[a-z]+)*$/);
      assert.match(summary, /^[A-Z`].*\.$/, code);
      assert.doesNotMatch(summary, /\||\n/, code);
    }
  });

  it('answers `retry` with 503, so that Alertmanager sends again', () => {
    for (const [code, { next, status }] of entries) assert.equal(status === 503, next === 'retry', code);
  });

  it('decides what the caller does next', () => {
    assert.equal(new AirlockError({ code: 'journal-unavailable', message: 'x' }).next, 'retry');
    assert.equal(new AirlockError({ code: 'vault-login-failed', message: 'x' }).next, 'ask');
    assert.equal(new AirlockError({ code: 'not-found', message: 'x' }).next, 'stop');
  });

  it('does not take names of Object.prototype for codes', () => {
    assert.equal(isErrorCode('constructor'), false);
    assert.equal(isErrorCode('bad-input'), true);
  });
});
