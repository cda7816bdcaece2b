export { SimulatedClock } from './simulated-clock.ts';
export { type ClockState, SystemClock } from './system-clock.ts';
