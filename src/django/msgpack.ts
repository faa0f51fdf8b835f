import { DEFAULT_LIMITS, type Limits, refuseLong } from './limits.ts';
import { malformed, refused, tooMuch } from './undecodable.ts';
import { utf8 } from './utf8.ts';
import { integer, type Value } from './value.ts';

/**
 * Reads MessagePack as `msgpack.loads(value, raw=False)` does: keys of maps are text or bytes, extension types
 * (timestamps too) are refused, nothing may follow the value. The format: the MessagePack specification.
 *
 * @throws Undecodable
 */
export function decodeMsgpack(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Value {
  refuseLong(bytes, limits);
  const reader = new MsgpackReader(bytes, limits);
  const value = reader.value(0);
  reader.end();
  return value;
}

class MsgpackReader {
  private at = 0;
  private items = 0;
  private readonly input: Buffer;
  private readonly limits: Limits;

  constructor(bytes: Uint8Array, limits: Limits) {
    this.input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.limits = limits;
  }

  value(depth: number): Value {
    if (++this.items > this.limits.items) throw tooMuch(`record holds more than ${this.limits.items} values`);
    if (depth > this.limits.depth) throw tooMuch(`record is nested deeper than ${this.limits.depth}`);
    const type = this.take(1).readUInt8();
    if (type < 0x80) return type;
    if (type < 0x90) return this.map(type & 0x0f, depth);
    if (type < 0xa0) return this.list(type & 0x0f, depth);
    if (type < 0xc0) return utf8(this.take(type & 0x1f));
    if (type >= 0xe0) return type - 0x100;
    return this.typed(type, depth);
  }

  end(): void {
    if (this.at < this.input.length) throw malformed('MessagePack goes on after its end');
  }

  private typed(type: number, depth: number): Value {
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return Uint8Array.from(this.take(this.length(type - 0xc4)));
      case 0xca:
        return this.take(4).readFloatBE();
      case 0xcb:
        return this.take(8).readDoubleBE();
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.length(type - 0xcc);
      case 0xcf:
        return integer(this.take(8).readBigUInt64BE());
      case 0xd0:
        return this.take(1).readInt8();
      case 0xd1:
        return this.take(2).readInt16BE();
      case 0xd2:
        return this.take(4).readInt32BE();
      case 0xd3:
        return integer(this.take(8).readBigInt64BE());
      case 0xd9:
      case 0xda:
      case 0xdb:
        return utf8(this.take(this.length(type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.list(this.length(type - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.map(this.length(type - 0xdd), depth);
      default:
        throw refused('MessagePack has an extension type');
    }
  }

  /** An unsigned number of 1, 2 or 4 bytes, for `power` 0, 1 or 2. */
  private length(power: number): number {
    const bytes = 1 << power;
    return this.take(bytes).readUIntBE(0, bytes);
  }

  private list(length: number, depth: number): Value[] {
    const items: Value[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth + 1));
    return items;
  }

  private map(length: number, depth: number): Map<Value, Value> {
    const map = new Map<Value, Value>();
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && !(key instanceof Uint8Array))
        throw malformed('MessagePack has a key that is no text');
      map.set(key, this.value(depth + 1));
    }
    return map;
  }

  private take(length: number): Buffer {
    if (length > this.input.length - this.at) throw malformed('MessagePack is cut off');
    this.at += length;
    return this.input.subarray(this.at - length, this.at);
  }
}
