import { createReadStream } from 'node:fs';
import { type ReferenceInput, type ReferenceModel, referenceModel, referenceModels } from '#develop';
import { csvReader } from '#formats/csv';
import { type FieldError, Problem } from '#kernel';
import { type ExitCode, exitCodes, type Streams, say, sayJson, table } from './output.ts';

export interface PredictFlags {
  set?: string[];
  csv?: string;
  negativeMriAsPirads2?: boolean;
  json?: boolean;
}

/** The published formulas, or what one of them says. No database is needed. */
export async function predict(
  modelId: string | undefined,
  { flags, streams }: { flags: PredictFlags; streams: Streams },
): Promise<ExitCode> {
  if (modelId === undefined) return listModels(flags, streams);
  const model = referenceModel(modelId);
  if (model === undefined) {
    throw new Problem('not-found', {
      detail: `There is no published model ${modelId}. There are: ${referenceModels.map(({ id }) => id).join(', ')}.`,
    });
  }
  if (flags.csv !== undefined) return predictFile(model, flags.csv, { flags, streams });
  const given = (flags.set ?? []).map(splitSetting);
  const answer = evaluated(model, readInput(model, given), flags);
  if ('errors' in answer) throw new Problem('outside-domain', { errors: answer.errors });
  if (flags.json) sayJson(streams, { model: model.id, ...answer, notice: model.notice });
  else {
    say(streams, `${answer.probability.toFixed(4)}  ${model.data.title}, variant ${answer.variant}`);
    for (const { pointer, detail } of answer.warnings) say(streams, `  ${pointer}: ${detail}`);
    say(streams, `  ${model.notice}`);
  }
  return exitCodes.ok;
}

function listModels(flags: PredictFlags, streams: Streams): ExitCode {
  if (flags.json) {
    sayJson(
      streams,
      referenceModels.map(({ id, data, notice }) => ({ id, title: data.title, inputs: data.inputs, notice })),
    );
  } else {
    const rows = referenceModels.map(({ id, data }) => [
      id,
      data.inputs.map(({ name, isRequired }) => (isRequired ? name : `[${name}]`)).join(' '),
    ]);
    say(streams, table([['model', 'inputs (optional ones in brackets)'], ...rows]));
  }
  return exitCodes.ok;
}

type Answer =
  | { probability: number; variant: string; warnings: { pointer: string; detail: string }[] }
  | { errors: FieldError[] };

function evaluated(model: ReferenceModel, input: ReferenceInput, flags: PredictFlags): Answer {
  const conventions = flags.negativeMriAsPirads2 ? (['negative-mri-as-pirads-2'] as const) : [];
  const answer = model.evaluate(input, { conventions });
  if (!answer.ok) return { errors: answer.error };
  const { probability, variant, warnings } = answer.value;
  return { probability, variant, warnings: warnings.map(({ pointer, detail }) => ({ pointer, detail })) };
}

function splitSetting(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new Problem('invalid-input', { detail: `Write each input as name=value; this is ${text}` });
}

/** Text becomes what the input is: a number, a yes or no, a word; what does not fit stays text, and the model refuses it. */
function readInput(model: ReferenceModel, given: readonly (readonly [string, string])[]): ReferenceInput {
  const kinds = new Map<string, string>(model.data.inputs.map(({ name, kind }) => [name, kind]));
  const entries = given
    .filter(([, text]) => text !== '')
    .map(([name, text]) => {
      const kind = kinds.get(name);
      const isCounted = kind === 'number' || kind === 'integer';
      if (isCounted && Number.isFinite(Number(text))) return [name, Number(text)];
      if (kind === 'flag' && /^(true|yes|1)$/i.test(text)) return [name, true];
      if (kind === 'flag' && /^(false|no|0)$/i.test(text)) return [name, false];
      return [name, text];
    });
  return Object.fromEntries(entries) as ReferenceInput;
}

/** A table in, the same table out with the answers beside it; rows that are refused say why and stay in the table. */
async function predictFile(
  model: ReferenceModel,
  file: string,
  { flags, streams }: { flags: PredictFlags; streams: Streams },
): Promise<ExitCode> {
  const names = model.data.inputs.map(({ name }) => name);
  const reader = csvReader({ columns: ['id', ...names], optional: ['id', ...names] });
  let refused = 0;
  say(streams, flags.json ? '[' : 'line,id,probability,variant,problems');
  let isFirst = true;
  const tell = (line: number, id: string, answer: Answer): void => {
    if ('errors' in answer) refused++;
    if (flags.json) say(streams, `${isFirst ? ' ' : ','}${JSON.stringify({ line, id, ...answer })}`);
    else say(streams, rowText(line, id, answer));
    isFirst = false;
  };
  const take = (batch: ReturnType<typeof reader.push>): void => {
    const header = batch.errors.find((error) => error.line === 1);
    if (header !== undefined) throw new Problem('wrong-columns', { detail: header.detail, errors: batch.errors });
    for (const error of batch.errors) tell(error.line ?? 0, '', { errors: [error] });
    for (const { line, fields } of batch.rows) {
      const given = names.map((name, i) => [name, fields[i + 1] ?? ''] as const);
      tell(line, fields[0] ?? '', evaluated(model, readInput(model, given), flags));
    }
  };
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) take(reader.push(chunk as string));
  take(reader.end());
  if (flags.json) say(streams, ']');
  return refused > 0 ? exitCodes.negative : exitCodes.ok;
}

function rowText(line: number, id: string, answer: Answer): string {
  const cells =
    'errors' in answer
      ? [String(line), id, '', '', answer.errors.map(({ pointer, detail }) => `${pointer ?? ''} ${detail}`).join('; ')]
      : [
          String(line),
          id,
          answer.probability.toFixed(6),
          answer.variant,
          answer.warnings.map(({ detail }) => detail).join('; '),
        ];
  return cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
