import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * An address as text, with IPv4-mapped IPv6 in any of its spellings (`::ffff:192.0.2.1`, `::ffff:c000:201`) written
 * as plain IPv4, and zones removed.
 */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [bare = ''] = address.split('%', 1);
  if (!/ffff:/i.test(bare) || !isIPv6(bare)) return bare;
  const all = expand(bare);
  if (all.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return bare;
  const [high = 0, low = 0] = all.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** What a caller is counted by: an IPv4 address whole; of an IPv6 address its /64, since a host owns all of it. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  return `${expand(plain).slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, lower-case and without leading zeros. */
function expand(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::', 2);
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...right];
}

function groups(text: string): string[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16).toString(16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
  });
}

export interface Network {
  address: string;
  prefix: number;
  family: 'ipv4' | 'ipv6';
}

/** Reads `10.0.0.0/8`, `fd00::/8` or a single address; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', bits] = text.split('/', 2);
  const version = isIP(address);
  if (version === 0 || address.includes('%') || text.split('/').length > 2) return undefined;
  const widest = version === 4 ? 32 : 128;
  if (bits !== undefined && !/^(0|[1-9]\d{0,2})$/.test(bits)) return undefined;
  const prefix = bits === undefined ? widest : Number(bits);
  return prefix > widest ? undefined : { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** True for the addresses inside any of `networks`; IPv4-mapped IPv6 counts as IPv4. */
export function withinNetworks(networks: readonly Network[]): (address: string) => boolean {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const { address, prefix, family } of networks) list.addSubnet(address, prefix, family);
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}
