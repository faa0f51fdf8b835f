import { big1, big100 } from './big.ts';
import { frontDoor } from './front-door.ts';
import { idle } from './idle.ts';
import { hs256Row, rs256Row } from './jwt.ts';
import { manyTokens } from './many-tokens.ts';
import { plain } from './plain.ts';
import { revocation } from './revocation.ts';
import { routes } from './routes.ts';
import type { Row } from './row.ts';
import { soak } from './soak.ts';
import { start } from './start.ts';
import { tokens } from './tokens.ts';
import { workers } from './workers.ts';

/** All rows, in the order in which they are measured. */
export const rows: readonly Row[] = [
  tokens,
  rs256Row,
  hs256Row,
  plain,
  big1,
  big100,
  routes,
  manyTokens,
  idle,
  workers,
  frontDoor,
  start,
  revocation,
  soak,
];
