export * from './claims.ts';
export { type Driven, type DriveOptions, driveDemonstration } from './drive.ts';
export * from './hospitals.ts';
export * from './simulate.ts';
