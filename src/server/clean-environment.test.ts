import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanEnvironment } from './clean-environment.ts';

test('removes what could give a client a proxy, an address, a CA or a credential', () => {
  const own = { PATH: '/bin', HOME: '/home/a', LC_ALL: 'C', TZ: 'UTC' };
  const names =
    'http_proxy https_proxy grpc_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY no_proxy VAULT_ADDR VAULT_TOKEN ' +
    'VAULT_SKIP_VERIFY PGHOST PGSSLMODE PGOPTIONS KUBECONFIG OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_CERTIFICATE ' +
    'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH NODE_TLS_REJECT_UNAUTHORIZED DEBUG TEMPORAL_ADDRESS AWS_SECRET_ACCESS_KEY';
  const env = { ...own, ...Object.fromEntries(names.split(' ').map((name) => [name, 'x'])) };
  cleanEnvironment(env);
  assert.deepEqual(env, own);
});

for (const name of [
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]) {
  test(`refuses ${name}, which Node has already applied`, () => {
    assert.throws(() => cleanEnvironment({ [name]: '/x' }), { code: 'bad-input', message: new RegExp(`^${name}: `) });
  });
}

test('refuses options of Node that add a CA, a proxy or code, and keeps the others', () => {
  for (const option of [
    '--use-env-proxy',
    '--use-system-ca',
    '--use-openssl-ca',
    '--require ./a.js',
    '-r ./a.js',
    '--import=./a.js',
    '--use_env_proxy',
    '--us"e-env-pr"oxy',
    '--tls_min_v1.0',
    '--inspect=127.0.0.1:0',
  ]) {
    assert.throws(() => cleanEnvironment({ NODE_OPTIONS: `--max-old-space-size=100 ${option}` }), {
      code: 'bad-input',
    });
  }
  cleanEnvironment({ NODE_OPTIONS: '--max-old-space-size=4096 --enable-source-maps' });
});
