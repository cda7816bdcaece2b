export { createLogger, type Logger, type LogOptions } from './logger.ts';
export { loggable, loggableError, withheld, withoutSecrets } from './redaction.ts';
