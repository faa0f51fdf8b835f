import t from 'tap';
import { compileOnly, InvalidConfiguration, loadText } from '../../src/config/load.ts';

function headersOf(yaml: string): string[] {
  const loaded = loadText(`upstreams: { echo: { type: echo } }\n${yaml}`, 'routes.yaml', {});
  const { identityHeaders } = compileOnly(loaded);
  return [...identityHeaders].sort();
}

t.test('every header that any identify names is ours', async (t) => {
  const routes = `routes:
  - { path: /a, permit: anyone, forward: echo }
  - { path: /b, permit: anyone, identify: { X-Account: "{user.id}" }, forward: echo }
`;
  t.same(headersOf(routes), ['X-Account', 'X-User']);
});

t.test('also those of defaults that every route replaces', async (t) => {
  const yaml = `defaults: { permit: anyone, identify: { X-Tenant: "{user.tenant}" } }
routes:
  - { path: /b, identify: { X-Account: "{user.id}" }, forward: echo }
`;
  t.same(headersOf(yaml), ['X-Account', 'X-Tenant', 'X-User']);
});

t.test('and what is wrong with them is told', async (t) => {
  const yaml = `defaults: { permit: anyone, identify: { X-Tenant: "{tenant.id}" } }
routes:
  - { path: /b, identify: {}, forward: echo }
`;
  t.throws(() => headersOf(yaml), InvalidConfiguration);
});
