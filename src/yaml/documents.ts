import { Composer, type Document, Lexer, Parser } from 'yaml';
import type { Problems } from './problems.ts';
import { FILE_TAG } from './reader.ts';

/**
 * Levels that the library is given at most. It calls itself for each level; deep enough, that ends the process and
 * not only the call.
 */
const DEEPEST = 100;

/** The documents of a YAML text; undefined after a problem that leaves nothing to read. */
export function documentsOf(text: string, problems: Problems): Document[] | undefined {
  const composer = new Composer({
    customTags: [{ tag: FILE_TAG, resolve: (path: string) => path }],
    prettyErrors: false,
    logLevel: 'silent',
    // The reader knows which key it was, and where it was first.
    uniqueKeys: false,
  });
  const parser = new Parser();
  const documents: Document[] = [];
  try {
    for (const lexeme of new Lexer().lex(text)) {
      for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
      if (parser.stack.length > DEEPEST) {
        problems.at(parser.offset, `values are nested more than ${DEEPEST} deep`);
        return undefined;
      }
    }
    for (const token of parser.end()) documents.push(...composer.next(token));
    documents.push(...composer.end());
    return documents;
  } catch {
    // The library reports what is wrong with a file; a throw is a mistake of its own.
    problems.at(0, 'this cannot be read as YAML');
    return undefined;
  }
}
