import t from 'tap';
import { nearest, suggestion } from '../../src/core/suggest.ts';

t.test('a typing mistake finds what was meant', async (t) => {
  const known = ['authenticate', 'permit', 'throttle', 'identify', 'forward', 'path', 'id', 'methods'];
  const meant = {
    authentcate: 'authenticate',
    Permit: 'permit',
    throtle: 'throttle',
    forwrad: 'forward',
    method: 'methods',
    paht: 'path',
  };
  for (const [word, wanted] of Object.entries(meant)) t.equal(nearest(word, known), wanted, word);
});

t.test('what is far from everything suggests nothing', async (t) => {
  t.equal(nearest('websocket', ['permit', 'forward', 'identify']), undefined);
  t.equal(nearest('x', []), undefined);
  t.equal(nearest('abc', ['xyz']), undefined);
  t.equal(nearest('FETCH', ['GET', 'PATCH', 'DELETE']), undefined, 'two mistakes in a short word');
  t.equal(nearest('pvi', ['vip', 'pit']), 'vip', 'the same letters');
});

t.test('the nearest counts, not the first', async (t) => {
  t.equal(nearest('user', ['use', 'users', 'user']), 'user');
  t.equal(nearest('rate', ['rates', 'rote', 'rate']), 'rate');
});

t.test('without a near one, all are named, once, unless they are many', async (t) => {
  t.equal(suggestion('sesion', ['session', 'token']), '; did you mean "session"?');
  t.equal(suggestion('warehouse', ['shop', 'parts', 'shop']), '; there is shop, parts');
  t.equal(suggestion('warehouse', []), '');
  t.equal(
    suggestion(
      'warehouse',
      Array.from({ length: 17 }, (_, index) => `s${index}`),
    ),
    '',
  );
});
