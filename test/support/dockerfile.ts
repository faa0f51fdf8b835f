/** One instruction of a Dockerfile, such as `RUN npm ci`. */
export interface Instruction {
  word: string;
  rest: string;
}

export interface Stage {
  name: string;
  image: string;
  instructions: Instruction[];
}

/** The stages of a Dockerfile, in order; comments are left out, continued lines joined. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  for (const line of lines.filter((line) => line.trim() !== '' && !line.startsWith('#'))) {
    const [, word = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
    const [, image = '', name = String(stages.length)] = /^(\S+)(?: AS (\S+))?$/.exec(rest) ?? [];
    if (word === 'FROM') stages.push({ name, image, instructions: [] });
    else if (word === '') throw new Error(`not an instruction: ${line}`);
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** What every instruction of one word says, in order. */
export function said({ instructions }: Stage, word: string): string[] {
  return instructions.filter((instruction) => instruction.word === word).map(({ rest }) => rest);
}

/** The variables that a stage sets. */
export function environmentOf(stage: Stage): Record<string, string> {
  const pairs = said(stage, 'ENV').flatMap((rest) => rest.split(/ +/));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}
