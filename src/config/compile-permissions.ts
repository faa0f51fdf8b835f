import { suggestion } from '../core/suggest.ts';
import type { CommonTools, Permission } from '../core/words.ts';
import { permissions as parts } from '../permit/index.ts';
import { all, any, not } from '../permit/logic.ts';
import { isWord, WORDS, wordPermission } from '../permit/words.ts';
import type { Path, Problems } from '../yaml/problems.ts';
import type { PermissionSpec } from './permission-spec.ts';

/** Turns what the file says of permissions into permissions; names are looked up in `permissions:`. */
export class PermissionCompiler {
  private readonly named: Readonly<Record<string, PermissionSpec>>;
  private readonly problems: Problems;
  private readonly tools: CommonTools;
  private readonly made = new Map<string, Permission>();
  private readonly making = new Set<string>();

  constructor(named: Readonly<Record<string, PermissionSpec>>, problems: Problems, tools: CommonTools) {
    this.named = named;
    this.problems = problems;
    this.tools = tools;
    for (const name of Object.keys(named)) {
      if (isWord(name))
        problems.on(
          ['permissions', name],
          `"${name}" has a meaning of its own and cannot be given another`,
          'key',
        );
      else this.byName(name, ['permissions', name]);
    }
  }

  compile(spec: PermissionSpec, path: Path): Permission | undefined {
    if (typeof spec === 'string') return isWord(spec) ? wordPermission(spec) : this.byName(spec, path);
    if (Array.isArray(spec.any)) return this.members(spec.any, [...path, 'any'], any);
    if (Array.isArray(spec.all)) return this.members(spec.all, [...path, 'all'], all);
    if (spec.not !== undefined) {
      const member = this.compile(spec.not as PermissionSpec, [...path, 'not']);
      return member && not(member);
    }
    const part = parts.find(({ name }) => Object.hasOwn(spec, name));
    return part?.create(spec as never, {
      ...this.tools,
      name: part.name,
      report: (below, message, within) =>
        within === undefined
          ? this.problems.on([...path, ...below], message)
          : this.problems.within([...path, ...below], within, message),
      warn: (below, message) => this.problems.warn([...path, ...below], message),
    });
  }

  private members(
    specs: readonly PermissionSpec[],
    path: Path,
    join: (members: Permission[]) => Permission,
  ): Permission | undefined {
    const members = specs.map((spec, index) => this.compile(spec, [...path, index]));
    return members.every((member) => member !== undefined) ? join(members) : undefined;
  }

  private byName(name: string, path: Path): Permission | undefined {
    const made = this.made.get(name);
    if (made) return made;
    const spec = Object.hasOwn(this.named, name) ? this.named[name] : undefined;
    if (spec === undefined) {
      if (this.problems.excused(['permissions', name])) return undefined;
      const known = [...Object.keys(WORDS), ...Object.keys(this.named)];
      this.problems.on(path, `there is no permission "${name}"${suggestion(name, known)}`);
      return undefined;
    }
    if (this.making.has(name)) {
      this.problems.on(path, `the permission "${name}" is made of itself`);
      return undefined;
    }
    this.making.add(name);
    const permission = this.compile(spec, ['permissions', name]);
    this.making.delete(name);
    if (permission) this.made.set(name, { ...permission, name });
    return permission && { ...permission, name };
  }
}
