/** True for an object with keys, as JSON and YAML have it: no list, no null. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
