import t from 'tap';
import { addressKey, parseNetwork, plainAddress, withinNetworks } from '../../src/core/address.ts';

t.test('a network is an address and how many of its bits count', async (t) => {
  t.same(parseNetwork('10.0.0.0/8'), { address: '10.0.0.0', prefix: 8, family: 'ipv4' });
  t.same(parseNetwork('192.0.2.7'), { address: '192.0.2.7', prefix: 32, family: 'ipv4' });
  t.same(parseNetwork('fd00::/8'), { address: 'fd00::', prefix: 8, family: 'ipv6' });
  t.same(parseNetwork('::1'), { address: '::1', prefix: 128, family: 'ipv6' });
  for (const text of [
    '',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10/8',
    'a/8',
    '::/129',
    'fe80::1%eth0',
  ])
    t.equal(parseNetwork(text), undefined, JSON.stringify(text));
  t.equal(parseNetwork('10.0.0.0/8/8'), undefined);
});

t.test('an address is within the networks that hold it', async (t) => {
  const within = withinNetworks([
    { address: '10.0.0.0', prefix: 8, family: 'ipv4' },
    { address: 'fd00::', prefix: 8, family: 'ipv6' },
  ]);
  for (const address of ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3', 'fd12::1'])
    t.ok(within(address), address);
  for (const address of ['11.0.0.0', '9.255.255.255', '::ffff:11.1.2.3', 'fe80::1', '', 'localhost'])
    t.notOk(within(address), address);
  t.notOk(withinNetworks([])('127.0.0.1'), 'nothing is within none');
});

t.test('IPv4 written as IPv6 is IPv4, and a zone is no part of an address', async (t) => {
  t.equal(plainAddress('::ffff:192.0.2.1'), '192.0.2.1');
  t.equal(plainAddress('::FFFF:192.0.2.1'), '192.0.2.1');
  t.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
  t.equal(plainAddress('2001:db8::1'), '2001:db8::1');
});

t.test('callers are counted by their IPv4 address or their IPv6 network', async (t) => {
  t.equal(addressKey('192.0.2.1'), '192.0.2.1');
  t.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
  const same = ['2001:db8:1:2::1', '2001:DB8:1:2:ffff:0:0:9', '2001:0db8:0001:0002::'];
  t.same(new Set(same.map(addressKey)), new Set(['2001:db8:1:2::/64']));
  t.not(addressKey('2001:db8:1:3::1'), addressKey('2001:db8:1:2::1'));
  t.equal(addressKey('::1'), '0:0:0:0::/64');
});
