/** Shapes of the bodies that monitor speaks over HTTP, shared with the web app. Times are ISO 8601 in UTC. */
export * from './contract/cases.ts';
export * from './contract/claims.ts';
export * from './contract/deficiencies.ts';
export * from './contract/exploration.ts';
export * from './contract/intake.ts';
export * from './contract/parts.ts';
