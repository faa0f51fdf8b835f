import { type Document, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';

/** Offsets in the file. */
interface Placed {
  start: number;
  end: number;
  tag?: string | undefined;
  anchor?: string | undefined;
}

export interface ScalarNode extends Placed {
  kind: 'scalar';
  value: unknown;
}

export interface MapNode extends Placed {
  kind: 'map';
  items: { key: YamlNode; value: YamlNode }[];
}

export interface SeqNode extends Placed {
  kind: 'seq';
  items: YamlNode[];
}

export interface AliasNode extends Placed {
  kind: 'alias';
  source: string;
}

/** A value of the file with its place. */
export type YamlNode = ScalarNode | MapNode | SeqNode | AliasNode;

/** The nodes of a document that the library has parsed. */
export function nodesOf({ contents }: Document): YamlNode {
  return convert(contents, 0);
}

/** `otherwise` is where a value that is not there would stand. */
function convert(node: unknown, otherwise: number): YamlNode {
  if (!isNode(node)) return { kind: 'scalar', value: null, start: otherwise, end: otherwise };
  const [start = otherwise, end = otherwise] = node.range ?? [];
  if (isAlias(node)) return { kind: 'alias', source: node.source, start, end };
  const { tag, anchor } = node;
  if (isScalar(node)) return { kind: 'scalar', value: node.value, start, end, tag, anchor };
  if (isSeq(node)) {
    return { kind: 'seq', items: node.items.map((item) => convert(item, start)), start, end, tag, anchor };
  }
  const pairs = isMap(node) ? node.items : [];
  const items = pairs.map((pair) => {
    const key = convert(pair.key, start);
    return { key, value: convert(pair.value, key.start) };
  });
  return { kind: 'map', items, start, end, tag, anchor };
}
