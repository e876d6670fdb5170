import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutNamedSecret, cutSecrets } from './cut-secrets.ts';

/** A made-up token of this length. */
const made = (prefix: string, length: number): string =>
  prefix + 'Zx81kQ0vLw3TnB6yRd5Hs2Jc7Mf4Pg9AtUeVaKoIiXbYqWzNlSjDhGrFmCpEu'.repeat(9).slice(0, length);
const jwt = `eyJhbGciOiJSUzI1NiJ9.${made('eyJ', 40)}.${made('', 86)}`;
const pem = `-----BEGIN RSA PRIVATE KEY-----\n${made('MII', 64)}\n${made('', 64)}\n-----END RSA PRIVATE KEY-----`;
const azure = `${made('', 86)}==`;

/** Each text with `{}` in place of the secret, the secret, and what the mark says. */
const cases: [text: string, secret: string, what: string][] = [
  ['FATAL: cannot connect with postgres://app:{}@postgres:5432/shop?sslmode=disable', 'hunter2', 'password'],
  ['dial redis://:{}@redis:6379/0: connection refused', 's3cr3t!', 'password'],
  ['parse "postgres://app:{}@db/shop": invalid userinfo', 'p#ss/w?rd', 'password'],
  ['amqp://guest:{}@rabbit:5672/: EOF', 'gu%40est', 'password'],
  ['mongodb+srv://root:{}@a.example,b.example/admin not reachable', 'p@ss:word', 'password'],
  ['parse "postgres://app@db": invalid port ":{}" after host', 'p%w', 'password'],
  ['app:{}@tcp(mysql:3306)/shop: i/o timeout', 'hunter2', 'password'],
  ['host=db port=5432 user=app password={} dbname=shop: connection refused', 'hunter2', 'password'],
  ["host=db password='{}' dbname=shop", 'with space; and = signs', 'password'],
  ['Server=db;User Id=sa;Pwd={};Encrypt=true: login failed', 'a;b,c', 'password'],
  ['Server=db;Password={};', 'Hunter!2', 'password'],
  ['DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={};EndpointSuffix=core.windows.net', azure, 'key'],
  ['Endpoint=sb://x.example/;SharedAccessKeyName=root;SharedAccessKey={}', made('', 43) + '=', 'key'],
  ['GET https://x.blob.core.windows.net/a?sv=2022&sig={}&se=2026 403', 'aB3%2Bd/efGhijk%3D', 'token'],
  ['https://s3.example/a?X-Amz-Signature={}&x=1: 403', made('', 64), 'token'],
  ['config: {"db":{"user":"app","password":"{}"},"port":5432} is invalid', 'hun\\"ter2', 'password'],
  ['error: "{\\"password\\":\\"{}\\",\\"user\\":\\"app\\"}"', 'hunter2', 'password'],
  ['db:\n  password: {}\n  host: postgres', 'hunter2', 'password'],
  ['db:\n  password: |\n    {}\n  host: postgres', 'hunter2', 'password'],
  ['db:\n  password: >-\n    {}\n  host: postgres', 'hunter2', 'password'],
  ['config map[password:{} user:app]', 'hunter2', 'password'],
  ['config {Host:db Password:{} Port:5432}', 'hunter2', 'password'],
  ['config struct{Password:"{}", Port:5432}', 'hun ter2', 'password'],
  ['login failed, passwd: {}', 'hunter2', 'password'],
  ['export PGPASSWORD={}; psql', 'hunter2', 'password'],
  ['MYSQL_PWD={} mysql', 'letmein', 'password'],
  ['unknown option in: app --db-password {} --port 80', 'hunter2', 'password'],
  ['unknown option in: app --db-password={} --port 80', 'hunter2', 'password'],
  ['exec ["app","--token","{}","--port","80"] failed', 'hunter2', 'token'],
  ['exec [app --api-key {} --port 80] failed', 'abc123', 'key'],
  ['<login><password>{}</password></login> refused', 'hunter2', 'password'],
  ['mysql -uapp -p{} -h db: cannot connect', 'hunter2', 'password'],
  ['curl -u app:{} https://x.example failed', 'hunter2', 'credentials'],
  ['request failed: Authorization: Bearer {}', made('', 40), 'token'],
  ['map[Authorization:[Bearer {}] Accept:[*/*]]', made('', 40), 'token'],
  ['sent Bearer {} and got 401', made('', 32), 'token'],
  ['sent Basic {} and got 401', 'YXBwOmh1bnRlcjI=', 'credentials'],
  ['{"auths":{"registry.example":{"auth":"{}"}}}', 'YXBwOmh1bnRlcjI=', 'credentials'],
  ['X-Vault-Token: {} was refused', made('hvs.', 92), 'token'],
  ['permission denied for hvb.{}', made('', 140), 'token'],
  ['no session for id-{}', jwt, 'token'],
  ['token {} in /var/run/secrets/kubernetes.io/serviceaccount/token is expired', jwt, 'token'],
  ['cannot parse {}: unknown format', pem, 'private key'],
  ['{"private_key":"{}","client_email":"a@b.example"}', pem.replaceAll('\n', '\\n'), 'private key'],
  ['AWS rejected {}: InvalidClientTokenId', 'AKIA' + 'Q7RSTUVWXYZ23456', 'key'],
  ['aws_secret_access_key = {}', made('', 40), 'key'],
  ['google: key {} is not enabled', made('AIza', 35), 'key'],
  ['azure: client secret {} is expired', 'abc8Q~' + made('', 34), 'secret'],
  ['remote: {} has expired', made('ghp_', 36), 'token'],
  ['remote: {} has no scope', made('github_pat_', 82), 'token'],
  ['fatal: Authentication failed for https://oauth2:{}@gitlab.example/a.git', made('glpat-', 20), 'token'],
  ['gitlab said 401 to {}', made('glpat-', 20), 'token'],
  ['slack: invalid_auth with xoxb-{}', '1234567890-' + made('', 24), 'token'],
  ['POST https://hooks.slack.com/services/{}: 404', 'T0000/B0000/' + made('', 24), 'token'],
  ['stripe: no such key {}', made('sk_live_', 24), 'key'],
  ['npm: 401 with {}', made('npm_', 36), 'token'],
  ['api_key: {}', 'abc123', 'key'],
  ['clientSecret="{}" is wrong', 'hunter2', 'secret'],
  ['Set-Cookie: {}; Path=/', 'JSESSIONID=' + made('', 32), 'credentials'],
  ['the token {} is unknown', made('', 24), 'token'],
  ['login with password: {}', 'hunter2', 'password'],
  ["password '{}' rejected", 'hun ter', 'password'],
  ['the password is {} and is wrong', 'hunter2', 'password'],
  ['POST body user%3Dapp%26password%3D{} refused', 'hunter2', 'password'],
  ['credential: {accessKeyId: x, secretAccessKey: {} } refused', 'abc/def+ghi', 'key'],
  ['invalid token: {}', 'abc123def456ghi', 'token'],
  ['env: [{"name":"DB_URL","value":"{}"}]', 'hunter2', 'secret'],
  ['v1.EnvVar{Name:"DB_PASSWORD", Value:"{}", ValueFrom:(*v1.EnvVarSource)(nil)}', 'hunter2', 'password'],
  ['spec.template.spec.containers[0].env[2].value: Invalid value: "{}": must be shorter', 'hunter2', 'secret'],
  ['data.password: Invalid value: "{}": must not be empty', 'hunter2', 'password'],
  ['Readiness probe failed: GET /?token={}&deep=1 HTTP probe failed with statuscode: 503', 'abc', 'token'],
  ['jdbc:postgresql://db/shop?user=app&password={}', 'S3cur3Pg!', 'password'],
  ['login failed user=app pass={} host=db', '%aB9xyz?', 'password'],
  ['password={} is wrong', '{x8#k}Qz', 'password'],
  ['password=<none>{}', 'hunter2', 'password'],
  ['Config: DbPassword -> {} DbUser -> app', 'hunter2secret', 'password'],
  ['  - name: DB_PASSWORD\n    value: {}\n  - name: B', 'hunter2abc', 'password'],
  ['jdbc:oracle:thin:scott/{}@//ora.example:1521/ORCL: ORA-01017', 'tigerPw9', 'password'],
  ['Readiness probe failed: command timed out: "redis-cli -a {} ping"', 'S3cretRedis', 'password'],
  ['sshpass -p {} ssh root@host: exit status 5', 'MyS3cretPw', 'password'],
  ['mongosh -u admin -p {} --host db', 'S3cretMongo', 'password'],
  ['docker login -u app -p {} registry.example', 'S3cretDock', 'password'],
  ['mail: AUTH PLAIN {} was refused with 535', 'AGFwcABodW50ZXIy', 'credentials'],
  ['vault: secret_id={} was refused', '8f246b77-f3e1-ff88-5b48-8ec93abf3e05', 'secret'],
  ['cannot clone https://{}@git.example/a.git', '9f8e7d6c5b4a39281706f5e4d3c2b1a0', 'password'],
  ['users: client-key-data: {} is invalid', btoa(pem).slice(0, 120), 'private key'],
  ["ValidatingAdmissionPolicy 'limits' denied request: password={} is not allowed", 'hunter2', 'password'],
];

for (const [text, secret, what] of cases) {
  test(`removes the secret and nothing else: ${text.slice(0, 60)}`, () => {
    const filled = text.replace('{}', () => secret);
    const cut = cutSecrets(filled);
    assert.equal(cut.includes(secret), false, cut);
    assert.match(cut, new RegExp(`\\[removed: ${what}\\]`));
    const [before = '', after = ''] = text.split('{}');
    const kept = before.split(' ').slice(0, -1).join(' ');
    assert.ok(cut.startsWith(kept), cut);
    assert.ok(cut.endsWith(after.split(/[ &;]/).slice(1).join(' ').slice(-20).trim()), cut);
    assert.equal(cutSecrets(cut), cut);
  });
}

test('at least 40 secrets are tried', () => assert.ok(cases.length >= 40));

test('a private key of which the beginning or the end is missing', () => {
  assert.equal(cutSecrets(`cannot parse ${pem.slice(0, 90)}`), 'cannot parse [removed: private key]');
  assert.equal(cutSecrets(`${pem.slice(60)}\nunknown`), '[removed: private key]\nunknown');
});

test('every secret of a text is removed, and the mark shows neither the value nor its length', () => {
  const cut = (a: string, b: string) => cutSecrets(`password=${a} user=app token=${b} refused`);
  assert.equal(cut('a', 'b'), 'password=[removed: password] user=app token=[removed: token] refused');
  assert.equal(cut('hunter2', 'x'.repeat(100)), cut('a', 'b'));
});

test('no character of a password remains', () => {
  assert.equal(cutSecrets('password=S3cur3Pg!'), 'password=[removed: password]');
});

test('a text that imitates a mark hides no secret', () => {
  assert.equal(cutSecrets('[removed: password=hunter2]').includes('hunter2'), false);
  assert.equal(cutSecrets('password=[removed:hunter2]').includes('hunter2'), false);
});

test('a megabyte takes no longer than a text of the longest length', () => {
  const starts = [
    'password=',
    'eyJ',
    'eyA-',
    'a:b@',
    'x://a:',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer ',
    "'",
    '\\"',
    'key',
    'Aa1.',
    'name:A,',
    'curl ',
    '://:@',
    'token ',
    'mysql -p',
    'pwd:{',
    'mongo -p ',
    'redis-cli -a ',
    'jdbc:oracle:thin:a/',
  ];
  for (const start of starts) {
    const from = performance.now();
    cutSecrets(start.repeat(1_000_000 / start.length));
    const ms = performance.now() - from;
    assert.ok(ms < 250, `${start}: ${ms} ms`);
  }
});

test('a label or an annotation with the name of a secret loses its value', () => {
  assert.equal(cutNamedSecret('password', 'hunter2'), '[removed: password]');
  assert.equal(cutNamedSecret('apiToken', made('', 24)), '[removed: token]');
  assert.equal(cutNamedSecret('secret', 'istio-system/gateway-tls'), 'istio-system/gateway-tls');
  assert.equal(cutNamedSecret('password', 'see the runbook, token=abc'), 'see the runbook, token=[removed: token]');
  assert.equal(
    cutNamedSecret('summary', 'postgres://a:hunter2@db is down'),
    'postgres://a:[removed: password]@db is down',
  );
});
