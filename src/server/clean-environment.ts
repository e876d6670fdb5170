import { badInput } from '../lib/error.ts';

/** Variables that do not affect connections. A process keeps only these and `keptNodeSettings`. */
const kept = /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|TERM|NO_COLOR|HOSTNAME)$/;
/** Variables of Node that do not affect connections. */
const keptNodeSettings = /^(NODE_COMPILE_CACHE|NODE_DISABLE_COMPILE_CACHE|NODE_V8_COVERAGE|UV_THREADPOOL_SIZE)$/;
/** Node has applied these variables before any code of Airlock runs, so deleting the variables is too late. */
const appliedAtStart = [
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_ENV_PROXY',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
  'NODE_DEBUG',
];
/** The options that NODE_OPTIONS may have. Node accepts each option in several spellings, so all others are refused. */
const harmlessOptions = /^(\s|--max-old-space-size=\d+|--max-semi-space-size=\d+|--enable-source-maps)*$/;

/**
 * Removes every environment variable that could give a client of this process a proxy, a certificate authority, an
 * address or a credential, such as `https_proxy`, `grpc_proxy`, `VAULT_ADDR`, `PGHOST` and `OTEL_EXPORTER_OTLP_HEADERS`.
 * Only the configuration file may set these. Also removes every other variable that is not in `kept` or
 * `keptNodeSettings`. Callers must call this function before they import libraries, because some libraries read the
 * environment during the import.
 * @throws AirlockError `bad-input` for a variable in `appliedAtStart`, and for any other option in NODE_OPTIONS than
 * `harmlessOptions`. Node has already applied both.
 */
export function cleanEnvironment(env: NodeJS.ProcessEnv): void {
  const applied = appliedAtStart.filter((name) => env[name]);
  if (applied.length > 0) {
    const why = 'Airlock takes certificate authorities and proxies only from its configuration';
    throw badInput(applied.join(', '), `must not be set: ${why}. Start this process with \`env -u\` for each`);
  }
  if (!harmlessOptions.test(env['NODE_OPTIONS'] ?? ''))
    throw badInput(
      'NODE_OPTIONS',
      'may contain only --max-old-space-size, --max-semi-space-size and --enable-source-maps',
    );
  for (const name of Object.keys(env)) {
    if (!kept.test(name) && !keptNodeSettings.test(name)) delete env[name];
  }
}
