import { echo } from './echo.ts';
import { http } from './http.ts';
import { jwks } from './jwks.ts';
import type { UpstreamPart } from './part.ts';

/** Every kind of upstream. A new one is a file beside these and a line here. */
export const upstreamParts = [http, echo, jwks] as const satisfies readonly UpstreamPart[];
