import type { RowResult } from '../measure/metrics.ts';
import { spread } from '../measure/statistics.ts';
import { numberText } from './table.ts';

const WIDTH = 760;
const NAMES = 190;
const VALUES = 60;
const BAR = 18;
const LINE = 26;
const TITLE = 34;
const MARGIN = 16;

const INK = '#1f2328';
const OURS = '#0969da';
const OTHERS = '#afb8c1';

/** Bars of the CPU time for one request, a group for each row that has it: an SVG that a page can show. */
export function chart(results: readonly RowResult[]): string {
  const groups = results.flatMap(({ title, measured }) => {
    const bars = measured.flatMap(({ name, samples }, index) => {
      const found = spread(samples.cpu ?? []);
      return found ? [{ name, value: found.median, ours: index === 0 }] : [];
    });
    return bars.length > 1 ? [{ title, bars: bars.sort((a, b) => a.value - b.value) }] : [];
  });
  const most = Math.max(0, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const parts: string[] = [];
  let y = MARGIN + BAR;
  parts.push(text(MARGIN, y, 'CPU µs for one request, one core each: less is better', 'bold'));
  for (const { title, bars } of groups) {
    y += TITLE;
    parts.push(text(MARGIN, y, title));
    for (const { name, value, ours } of bars) {
      y += LINE;
      const width = Math.max(1, Math.round((value / most) * (WIDTH - NAMES - VALUES - 2 * MARGIN)));
      parts.push(
        text(MARGIN + 12, y, name, ours ? 'bold' : 'normal'),
        `<rect x="${MARGIN + NAMES}" y="${y - BAR + 5}" width="${width}" height="${BAR}" rx="2" fill="${ours ? OURS : OTHERS}"/>`,
        text(MARGIN + NAMES + width + 8, y, numberText(value, 1)),
      );
    }
  }
  const height = y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="CPU time for one request">`,
    `<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function text(x: number, y: number, content: string, weight = 'normal'): string {
  return `<text x="${x}" y="${y}" fill="${INK}" font-weight="${weight}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return content.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
