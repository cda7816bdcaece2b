export * from './bytes.ts';
export * from './canonical-json.ts';
export * from './ids.ts';
export * from './problems.ts';
export * from './random.ts';
export * from './result.ts';
export * from './strict-json.ts';
export * from './time.ts';
