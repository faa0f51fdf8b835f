import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';

const SECRET = 'a secret of thirty-two bytes or more';

/** Everything that `check` says of a file with these users and authenticators. */
function messages(users: string, ...authenticators: string[]): string[] {
  const text = `store: memory
upstreams: { shop: { type: echo } }
${users === '' ? '' : `users: ${users}`}
authenticators:
${authenticators.map((one) => `  ${one}`).join('\n')}
routes:
${authenticators
  .map((one) => one.split(':', 1)[0])
  .map((name) => `  - { path: /${name}, authenticate: [${name}], permit: anyone, forward: shop }`)
  .join('\n')}
`;
  const loaded = loadOrProblems(text);
  return loaded.list
    .filter(({ message }) => !message.startsWith('nothing uses'))
    .map(({ severity, message }) => (severity === 'warning' ? `warning: ${message}` : message));
}

function loadOrProblems(text: string) {
  try {
    const loaded = loadText(text, 'routes.yaml', {});
    compileOnly(loaded);
    return loaded.problems;
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    return error.problems;
  }
}

const jwt = (name: string, options: string) =>
  `${name}: { type: jwt, algorithms: [HS256], secret: "${SECRET}", ${options} }`;
const MAIN = `{ key: 'user:{id}' }`;
const NAMED = `{ sources: { crm: { key: 'crm:{id}' } } }`;

t.test('a source that is not there is an error that names those that are', async (t) => {
  t.same(messages('', jwt('a', 'users: true')), [
    'the file has no users source: give "users" a "key" or a "url"',
  ]);
  t.same(messages(NAMED, jwt('a', 'users: true')), [
    `the file's "users" has neither "key" nor "url": choose crm`,
  ]);
  t.same(messages(NAMED, jwt('a', 'users: crn')), ['there is no users source "crn"; did you mean "crm"?']);
  t.same(messages(NAMED, 'a: { type: redis-token, users: { merge: crn } }'), [
    'there is no users source "crn"; did you mean "crm"?',
  ]);
  t.same(messages(NAMED, 'a: { type: redis-token, users: merge }'), [
    `the file's "users" has neither "key" nor "url": choose crm`,
  ]);
  t.same(messages('{ sources: { crm: {} } }', 'a: { type: redis-token, users: crm }'), [
    'a source has a "key" or a "url"',
  ]);
  t.match(messages('{ sources: { merge: { key: "x:{id}" } } }', 'a: { type: redis-token }'), [
    /not true, false or merge/,
  ]);
  t.same(
    messages('{ kye: "user:{id}" }', jwt('a', 'users: true')),
    ['unknown key "kye"; did you mean "key"?'],
    'one mistake is told once',
  );
});

t.test('a JWT beside a users source has to say whether it is looked up', async (t) => {
  t.match(messages(MAIN, jwt('a', 'issuer: "https://id.example"')), [
    /^warning: the claims alone say who this is/,
  ]);
  t.match(messages(MAIN, jwt('a', 'leeway: 0s')), [/^warning: the claims alone say who this is/]);
  t.same(messages(MAIN, jwt('a', 'users: false')), []);
  t.same(messages(MAIN, jwt('a', 'users: true')), []);
  t.same(messages(MAIN, jwt('a', 'profile: simplejwt')), [], 'simplejwt looks users up');
  t.same(messages('', jwt('a', 'issuer: "https://id.example"')), []);
  t.same(messages(NAMED, jwt('a', 'issuer: "https://id.example"')), []);
});

t.test('one source that is asked about the ids of several issuers is a warning', async (t) => {
  const one = jwt('one', 'issuer: "https://one.example", users: true');
  const two = jwt('two', 'issuer: "https://two.example", users: true');
  t.same(messages(MAIN, one), []);
  t.match(messages(MAIN, one, two), [
    /^warning: one users source is asked about ids of .*one.*two/,
    /^warning: one/,
  ]);
  t.match(messages(MAIN, jwt('both', 'issuer: [a, b], users: true')), [/^warning: one .* a and b/]);
  t.match(messages(MAIN, one, 'session: { type: django-session }'), [/^warning: one .* the app's own/]);
  t.match(messages(MAIN, one, jwt('own', 'profile: simplejwt')), [/^warning: one .* the app's own/]);
  t.match(messages(MAIN, one, 'token: { type: redis-token, users: merge }'), [/^warning: one/]);
  t.same(messages(MAIN, one, 'token: { type: redis-token, users: false }'), []);
  t.same(
    messages(MAIN, jwt('own', 'users: true'), 'session: { type: django-session }'),
    [],
    'tokens of the app',
  );
  const crm = [jwt('one', 'issuer: x, users: crm'), 'token: { type: redis-token, users: crm }'];
  t.same(messages(NAMED, ...crm), [], 'a source with a name is meant');
  t.match(messages(NAMED, ...crm, jwt('two', 'issuer: y, users: crm')), [/ x and y/, / x and y/]);
  const apart = `{ key: 'user:{id}', sources: { crm: { key: 'crm:{id}' } } }`;
  t.same(messages(apart, jwt('one', 'issuer: x, users: crm'), 'session: { type: django-session }'), []);
});

t.test('a claim that cannot grant anything is a warning', async (t) => {
  t.same(messages(MAIN, jwt('a', 'users: true, claims: { is_staff: staff, tenant: org }')), [
    'warning: "is_staff" comes from the users source, so this claim is not read',
  ]);
  t.same(messages(MAIN, jwt('a', 'users: false, claims: { is_staff: staff }')), []);
});
