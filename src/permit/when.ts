import Type, { type Static } from 'typebox';
import type { Part, Permission, Tools } from '../core/words.ts';
import { compileExpression, problemAt } from './expression.ts';
import { budgetOf } from './expression-budget.ts';
import { doubtsAbout } from './expression-doubts.ts';
import { mistakesIn, parametersIn } from './expression-mistakes.ts';
import { Reasons } from './expression-reason.ts';
import { inWords } from './expression-words.ts';
import { verdict, YES } from './verdict.ts';

const When = Type.Object(
  {
    when: Type.String({
      description:
        "A CEL expression over `user`, `params` and `request`, in single quotes: 'user.is_vip == 1'.",
    }),
    message: Type.Optional(
      Type.String({ description: 'What a known user who is refused reads instead of the standard text.' }),
    ),
    code: Type.Optional(Type.String({ description: 'A word for programs, beside the message.' })),
  },
  { additionalProperties: false },
);

/** An expression decides. Whatever it cannot decide is refused. */
export const when: Part<typeof When, Permission> = {
  name: 'when',
  summary: 'Callers for whom an expression is true.',
  schema: When,
  create({ when: text, message, code }: Static<typeof When>, tools: Tools): Permission {
    const evaluate = compileExpression(text);
    if (typeof evaluate === 'string') {
      const at = problemAt(text.trimEnd());
      tools.report(['when'], inWords(evaluate, text, at), at);
    } else {
      for (const { message: mistake, at } of mistakesIn(text, tools.fields ?? {}))
        tools.report(['when'], mistake, at);
      for (const doubt of doubtsAbout(text, tools.fields ?? {})) tools.warn?.(['when'], doubt);
    }
    const reasons = new Reasons(text);
    return {
      name: `when ${text}`,
      needsUser: false,
      params: [],
      reads: parametersIn(text),
      permits(exchange) {
        const { facts } = exchange;
        try {
          if (typeof evaluate === 'string') return verdict('undecided', evaluate);
          return evaluate(facts, budgetOf(exchange))
            ? YES
            : verdict(false, `is false: ${reasons.values(facts)}`);
        } catch (error) {
          return verdict('undecided', reasons.failure(facts, error));
        }
      },
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { code }),
    };
  },
};
