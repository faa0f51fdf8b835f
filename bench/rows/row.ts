import type { Scene } from '../contestants/contestant.ts';
import { type DuelOptions, duel, type Entrant, type Proof } from '../measure/duel.ts';
import type { Measured, Metric } from '../measure/metrics.ts';

export interface RowOptions {
  rounds: number;
  seconds: number;
  say(text: string): void;
}

/** What a row found. */
export interface Found {
  measured: Measured[];
  remarks?: string[];
}

/** One kind of work, and who does it. */
export interface Row {
  name: string;
  title: string;
  /** What the ratios are of. */
  compare: Metric;
  /** Measured only where `--only` names it. */
  onRequest?: boolean;
  run(scene: Scene, options: RowOptions): Promise<Found>;
}

/** Who takes part, Postern first, and what each has to show beforehand. */
export interface Cast {
  entrants: readonly Entrant[];
  proof: Proof;
  remarks?: string[];
}

type Work = Pick<DuelOptions, 'unit' | 'halfLoad' | 'usesRedis'>;

interface DuelRow extends Pick<Row, 'name' | 'title'>, Partial<Work>, Partial<Pick<Row, 'compare'>> {
  cast(scene: Scene, options: RowOptions): Promise<Cast>;
}

/** A row in which several do the same work in turns. What is not said is as in the row "tokens". */
export function duelRow({ name, title, cast, compare = 'cpu', ...work }: DuelRow): Row {
  return {
    name,
    title,
    compare,
    async run(scene, options) {
      const { entrants, proof, remarks } = await cast(scene, options);
      const all = { unit: 'request', halfLoad: true, usesRedis: true, ...work, ...options, proof } as const;
      return { measured: await duel(scene, entrants, all), ...(remarks && { remarks }) };
    },
  };
}
