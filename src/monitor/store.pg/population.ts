import { type RawBuilder, sql } from 'kysely';
import type { Population } from '../contract.ts';
import type { Measure } from '../model/metrics.ts';

/* What a cohort's rule says of a prediction, as SQL over a row of monitor_prediction under an alias. */

/** True for a row that says all that the population asks for; false where a field is not told. */
export function inPopulation(population: Population | undefined, alias: string): RawBuilder<unknown> {
  const { vendor, scanner, ageBand, imageQuality, rarity } = population ?? {};
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  const oneOf = (name: string, values: string[] | undefined) =>
    values === undefined ? [] : [sql`${column(name)} = any (${values})`];
  const within = (name: string, band: { from: number; to: number } | undefined) =>
    band === undefined ? [] : [sql`${column(name)} between ${band.from}::real and ${band.to}::real`];
  const conditions = [
    ...oneOf('vendor', vendor),
    ...oneOf('scanner', scanner),
    ...within('age_band', ageBand),
    ...within('image_quality', imageQuality),
    ...within('rarity', rarity),
  ];
  if (conditions.length === 0) return sql`true`;
  return sql`coalesce(${sql.join(conditions, sql` and `)}, false)`;
}

/** What a prediction tells for a measure, as text; null where it tells nothing. `model/measure.ts` reads it. */
export function toldOf(measure: Measure, group: Population | undefined, alias: string): RawBuilder<unknown> {
  const column = (name: string): RawBuilder<unknown> => sql.ref(`${alias}.${name}`);
  switch (measure) {
    case 'group':
      return sql`(${inPopulation(group, alias)})::text`;
    case 'prediction-set':
      return column('prediction_set');
    case 'acceptance':
      return sql`(coalesce(${column('abstained')}, false) or coalesce(${column('failed')}, false))::text`;
    case 'answer':
      return sql`coalesce(${column('failed')}, false)::text`;
    case 'false-positives':
      return sql`${column('candidates')}::text`;
    case 'score':
    case 'lesions':
      return sql`null::text`;
  }
}
