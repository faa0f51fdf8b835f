import { Opaque } from '../core/opaque.ts';
import { Budget } from './budget.ts';
import { Bytes } from './bytes.ts';
import { malformed, refused } from './undecodable.ts';
import { integer, type Value } from './value.ts';

/** Steps of reading a value, and beside that of a large integer, a dict, and an object of bytes. */
const VALUE = 6;
const BIG_INTEGER = 10;
const TABLE = 15;
const BYTES = 40;

/** The extension type of a time. */
const TIMESTAMP = -1;

/**
 * Reads MessagePack as `msgpack.loads(value, raw=False)` does: keys of maps are text or bytes, extension types are
 * opaque, nothing may follow the value. The format: the MessagePack specification.
 *
 * @throws Undecodable
 */
export function decodeMsgpack(bytes: Uint8Array, budget: Budget = new Budget()): Value {
  budget.refuseLong(bytes.length);
  const reader = new MsgpackReader(bytes, budget);
  const value = reader.value(0);
  reader.end();
  return value;
}

class MsgpackReader {
  private readonly input: Bytes;
  private readonly budget: Budget;

  constructor(bytes: Uint8Array, budget: Budget) {
    this.input = new Bytes(bytes, 'MessagePack');
    this.budget = budget;
  }

  value(depth: number): Value {
    this.budget.spend(VALUE);
    this.budget.refuseDeep(depth);
    const type = this.input.byte();
    if (type < 0x80) return type;
    if (type < 0x90) return this.map(type & 0x0f, depth);
    if (type < 0xa0) return this.list(type & 0x0f, depth);
    if (type < 0xc0) return this.text(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    return this.typed(type, depth);
  }

  end(): void {
    if (this.input.remaining > 0) throw malformed('MessagePack goes on after its end');
  }

  private typed(type: number, depth: number): Value {
    const { input } = this;
    const { buffer } = input;
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
        return this.bytes(this.length(type - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.extension(this.length(type - 0xc7));
      case 0xca:
        return buffer.readFloatBE(input.skip(4));
      case 0xcb:
        return buffer.readDoubleBE(input.skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.length(type - 0xcc);
      case 0xcf:
        this.budget.spend(BIG_INTEGER);
        return integer(buffer.readBigUInt64BE(input.skip(8)));
      case 0xd0:
        return buffer.readInt8(input.skip(1));
      case 0xd1:
        return buffer.readInt16BE(input.skip(2));
      case 0xd2:
        return buffer.readInt32BE(input.skip(4));
      case 0xd3:
        this.budget.spend(BIG_INTEGER);
        return integer(buffer.readBigInt64BE(input.skip(8)));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.extension(1 << (type - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.text(this.length(type - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.list(this.length(type - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.map(this.length(type - 0xdd), depth);
      default:
        throw refused('MessagePack has an unknown type');
    }
  }

  /** An unsigned number of 1, 2 or 4 bytes, for `power` 0, 1 or 2. */
  private length(power: number): number {
    const bytes = 1 << power;
    return this.input.buffer.readUIntBE(this.input.skip(bytes), bytes);
  }

  private text(length: number): string {
    const text = this.input.text(length, this.budget);
    if (text === undefined) throw malformed('text is not UTF-8');
    return text;
  }

  /** A copy: a view would keep the whole record alive. */
  private bytes(length: number): Uint8Array {
    this.budget.spend(BYTES);
    this.budget.spendBytes(length);
    return Uint8Array.from(this.input.take(length));
  }

  private extension(length: number): Opaque {
    const type = this.input.buffer.readInt8(this.input.skip(1));
    this.input.skip(length);
    return new Opaque(type === TIMESTAMP ? 'msgpack.Timestamp' : 'msgpack.ExtType');
  }

  private list(length: number, depth: number): Value[] {
    const items: Value[] = [];
    for (let i = 0; i < length; i++) items.push(this.value(depth + 1));
    return items;
  }

  private map(length: number, depth: number): Map<Value, Value> {
    this.budget.spend(TABLE);
    const map = new Map<Value, Value>();
    for (let i = 0; i < length; i++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' && !(key instanceof Uint8Array))
        throw malformed('MessagePack has a key that is not text');
      map.set(key, this.value(depth + 1));
    }
    return map;
  }
}
