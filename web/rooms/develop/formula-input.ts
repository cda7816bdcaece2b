import { z } from 'zod';

/** The inputs of a published formula, as the contract lists them. */
const inputSchema = z.looseObject({
  name: z.string(),
  kind: z.enum(['number', 'integer', 'flag', 'category']),
  isRequired: z.boolean(),
  unit: z.string().optional(),
  values: z.array(z.string()).optional(),
  negativeMri: z.string().optional(),
});

export type FormulaInput = z.output<typeof inputSchema>;

/** Inputs of a kind that this page does not know are left out; the server then says which are missing. */
export const inputsOf = (inputs: readonly unknown[]): FormulaInput[] =>
  inputs.flatMap((input) => {
    const parsed = inputSchema.safeParse(input);
    return parsed.success ? [parsed.data] : [];
  });

/**
 * What was typed as the body of a question. An empty field is unknown and left out; a text that is no number is sent as
 * it stands, so that the server's refusal names the field.
 */
export function inputFrom(
  inputs: readonly FormulaInput[],
  typed: Readonly<Record<string, string>>,
): Record<string, number | boolean | string> {
  const known: Record<string, number | boolean | string> = {};
  for (const { name, kind } of inputs) {
    const text = (typed[name] ?? '').trim();
    if (text === '') continue;
    if (kind === 'flag') known[name] = text === 'yes';
    else if (kind === 'category') known[name] = text;
    else {
      const value = Number(text.replace(',', '.'));
      known[name] = Number.isFinite(value) ? value : text;
    }
  }
  return known;
}

/** An invented man, for whom every formula that knows his inputs can be computed. */
export const inventedMan: Readonly<Record<string, string>> = {
  ageYears: '66',
  psaNgPerMl: '7.5',
  piRads: '4',
  volumeMl: '45',
};
