/** Where the hours of a series lie in the mirror's tables of metrics. */
import { DAY, HOUR } from '../../shared/sla/model.ts';

/** Hours since 1970 below it: up to the year 2089. */
const HOURS = 2 ** 20;
/** Highest series and end of time that a place can name. */
export const SERIES_MAX = 2 ** 32 - 1;
export const METRIC_MS_MAX = HOURS * HOUR;

/** Place of the hour that an instant lies in. */
export const placeOf = (series: number, at: number): number => series * HOURS + Math.floor(at / HOUR);
/** First instant of the hour at a place. */
export const hourAt = (place: number): number => (place % HOURS) * HOUR;
/** Number of the UTC day an instant lies in. */
export const dayOf = (at: number): number => Math.floor(at / DAY);
