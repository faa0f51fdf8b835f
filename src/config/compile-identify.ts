import { foldName, HOP_BY_HOP } from '../core/header-names.ts';
import type { Assertion, HeaderTemplate } from '../core/rules.ts';
import type { CommonTools } from '../core/words.ts';
import { Signer } from '../identify/assertion.ts';
import { compileObject, compileTemplate } from '../identify/template.ts';
import { Unshown } from '../identify/unshown.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import type { IdentifySpec } from './identify-spec.ts';

/** Headers by which a message is framed or routed, beside those of the connection. */
const FRAMING = new Set(['host', 'content-length', 'expect']);

export interface CompiledIdentify {
  templates: readonly HeaderTemplate[];
  assertion: Assertion | undefined;
}

/** Turns what the file says of identity headers into templates and signers, each made once. */
export class IdentifyCompiler {
  private readonly problems: Problems;
  private readonly tools: CommonTools;
  private readonly made = new Map<string, CompiledIdentify>();
  private readonly signers: Signer[] = [];
  private readonly unshown: Unshown;

  constructor(problems: Problems, tools: CommonTools) {
    this.problems = problems;
    this.tools = tools;
    this.unshown = new Unshown(tools.log);
  }

  compile(spec: IdentifySpec, path: Path): CompiledIdentify {
    const key = JSON.stringify(path);
    const made = this.made.get(key) ?? {
      templates: this.templates(spec, path),
      assertion: this.signer(spec, path),
    };
    if (!this.made.has(key)) this.refuseNames(made, path);
    this.made.set(key, made);
    return made;
  }

  /** Every header that anything compiled here sets. */
  get headers(): string[] {
    const templates = [...this.made.values()].flatMap((one) => one.templates);
    return [...templates.map(({ name }) => name), ...this.signers.map(({ header }) => header)];
  }

  /** The public keys of all signers, as a JWK Set (RFC 7517 §5). */
  readonly keySet = (): string => {
    const keys = new Map(
      this.signers.flatMap((signer) => signer.keys.map((key) => [key.id, key.published] as const)),
    );
    return JSON.stringify({ keys: [...keys.values()] });
  };

  private refuseNames({ templates, assertion }: CompiledIdentify, path: Path): void {
    const names = [
      ...templates.map(({ name }) => ({ name, at: [...path, name] })),
      ...(assertion ? [{ name: assertion.header, at: [...path, 'sign'] }] : []),
    ];
    const seen = new Set<string>();
    for (const { name, at } of names) {
      const folded = foldName(name);
      if (FRAMING.has(folded) || HOP_BY_HOP.has(folded))
        this.problems.on(at, `"${name}" is of the connection or the message, and cannot say who is asking`);
      if (seen.has(folded)) this.problems.on(at, `"${name}" is set twice here`);
      seen.add(folded);
    }
  }

  private templates(spec: IdentifySpec, path: Path): HeaderTemplate[] {
    return Object.entries(spec).flatMap(([name, value]) => {
      if (name === 'sign') return [];
      const template =
        typeof value === 'string'
          ? compileTemplate(name, value, this.unshown)
          : compileObject(name, value as string[], this.unshown);
      if (typeof template !== 'string') return template;
      this.problems.on([...path, name], template);
      return [];
    });
  }

  private signer({ sign }: IdentifySpec, path: Path): Signer | undefined {
    if (!sign) return undefined;
    const report = (below: Path, message: string) => this.problems.on([...path, 'sign', ...below], message);
    const signer = new Signer(sign, { ...this.tools, name: 'sign', report });
    this.signers.push(signer);
    return signer;
  }
}
