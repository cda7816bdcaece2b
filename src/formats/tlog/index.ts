export * from './checkpoint.ts';
export * from './note.ts';
export * from './proof.ts';
export * from './tree.ts';
export * from './verify-entry.ts';
